import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import {
  canvasFields,
  environments,
  flavours,
  otherFields,
  type CanvasField,
  type EntryFault,
  type OtherField,
  type Sent,
} from "../registration/entry.js";
import { addressesOf } from "../registration/tool.js";

/** A form by which a platform is written down. */
export interface FormShape<Field extends string> {
  readonly name: "canvas" | "other";
  readonly fields: readonly Field[];
  /** What can be left out stands behind the rest. */
  readonly optional: readonly Field[];
  readonly choices: Readonly<Partial<Record<Field, readonly string[]>>>;
  readonly long: readonly Field[];
  /** The field that a platform which is known already is told at. */
  readonly clientId: Field;
}

export const canvasForm: FormShape<CanvasField> = {
  ...{ name: "canvas", fields: canvasFields, optional: ["deployments"], long: ["deployments"] },
  choices: { environment: environments },
  clientId: "clientId",
};

export const otherForm: FormShape<OtherField> = {
  ...{ name: "other", fields: otherFields, long: ["deployments"] },
  optional: ["deployments", "tokenAudience", "frameOrigin"],
  choices: { flavour: flavours },
  clientId: "clientId",
};

/** What is filled in, and what is wrong with it. */
export interface Filled<Field extends string> {
  readonly shape: FormShape<Field>;
  readonly sent: Sent<Field>;
  readonly faults?: ReadonlyMap<Field, EntryFault | "taken">;
}

interface FieldScene {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly fault?: string;
  /** What describes it, for a screen reader: ids. */
  readonly describedBy: string;
  readonly isLong: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
}

interface FormModel extends PageModel {
  readonly title: string;
  readonly lead: string;
  readonly form: string;
  readonly fields: readonly FieldScene[];
  readonly faulty: readonly FieldScene[];
  /** What the platform must be told of us. */
  readonly addresses: readonly { readonly label: string; readonly value: string }[];
}

/** The form with all its faults, and nothing lost of what was filled in. */
export function showForm<Field extends string>(
  res: Response,
  { shape, sent, faults = new Map<Field, EntryFault>() }: Filled<Field>,
  { origin }: { readonly origin: string },
): void {
  const words = translatorOf(res);
  const fields = shape.fields.map((name) => fieldScene({ shape, sent, faults }, name, words));
  const title = words.t(`registration.form.${shape.name}.title`);
  const model = {
    ...{ pageTitle: title, title, form: shape.name },
    lead: words.t(`registration.form.${shape.name}.lead`),
    fields,
    faulty: fields.filter(({ fault }) => fault !== undefined),
    addresses: addressesFor(shape.name, origin, words),
  };
  sendPage<FormModel>(res, "lti/add-form", model, faults.size > 0 ? 422 : 200);
}

function fieldScene<Field extends string>(
  { shape, sent, faults }: Required<Filled<Field>>,
  name: Field,
  words: Translator,
): FieldScene {
  const label = words.t(`registration.field.${name}.label`);
  const isOptional = shape.optional.includes(name);
  const fault = faults.get(name);
  const choices = shape.choices[name]?.map((value) => ({
    ...{ value, label: words.t(`registration.${name}.${value}`) },
    chosen: sent[name] === value,
  }));
  return {
    name,
    label: isOptional ? words.t("registration.field.optional", { label }) : label,
    help: words.t(`registration.field.${name}.help`),
    value: sent[name],
    describedBy: fault === undefined ? `${name}-help` : `${name}-fault ${name}-help`,
    isLong: shape.long.includes(name),
    ...(fault === undefined ? {} : { fault: words.t(`registration.entryFault.${fault}`) }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function addressesFor(form: "canvas" | "other", origin: string, words: Translator): FormModel["addresses"] {
  const { login, launch, jwks } = addressesOf(origin);
  const told =
    form === "canvas" ? { canvas: `${origin}/lti/canvas.json` } : { launch, redirect: launch, login, jwks };
  return Object.entries(told).map(([name, value]) => ({
    label: words.t(`registration.told.${name}`),
    value,
  }));
}
