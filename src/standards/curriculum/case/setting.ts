import type { Translator } from "../../../foundation/i18n/index.js";
import { uuidV5 } from "../../../foundation/kernel/index.js";
import type { Link } from "./records.js";
import type { Shown } from "./shown.js";

/** Where the service stands on a tool's origin (REST binding §2.2). */
export const servicePath = "/ims/case/v1p1";

/** What the records of a curriculum are made from. */
export interface Setting {
  readonly shown: Shown;
  /** In the curriculum's source language. */
  readonly words: Translator;
  /** The tool's public origin. */
  readonly origin: string;
}

const urlNamespace = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

/** The id of what has a permanent IRI: UUIDv5 of it, the same on every installation and for ever. */
export const idOf = (iri: string): string => uuidV5(urlNamespace, iri);

/** The address of a record on this installation, for what has no IRI that others name. */
export const recordUrl = (origin: string, kind: string, id: string): string =>
  `${origin}${servicePath}/${kind}/${id}`;

export const lastChangeOf = ({ shown }: Setting): { readonly lastChangeDateTime: string } => ({
  lastChangeDateTime: new Date(shown.curriculum.changed).toISOString(),
});

export const linkTo = (title: string, { identifier, uri }: Omit<Link, "title">): Link => ({
  ...{ title, identifier, uri },
});
