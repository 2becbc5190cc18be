import { maxIdLength } from "../claims.js";
import type { Platform } from "../lti-store.js";
import { isAddress } from "./configuration.js";
import { lineOf } from "./line.js";

/** A platform that an academy's owner writes down, with the deployments that wait in it. */
export interface Entry {
  readonly platform: Pick<
    Platform,
    | "name"
    | "flavour"
    | "issuer"
    | "clientId"
    | "authorizationUrl"
    | "tokenUrl"
    | "tokenAudience"
    | "jwksUrl"
    | "frameOrigin"
    | "serviceOrigins"
  >;
  readonly deployments: readonly string[];
}

/** What is wrong with a field: absent, too long or not one line, no address, not https, not one of the choices. */
export type EntryFault = "needed" | "malformed" | "address" | "insecure" | "choice" | "tooMany";

export interface ReadEntry<Field extends string> {
  /** Absent while there are faults. */
  readonly entry?: Entry;
  readonly faults: ReadonlyMap<Field, EntryFault>;
}

/** The fields of a form, as they were sent. */
export type Sent<Field extends string> = Readonly<Record<Field, string>>;

export const otherFields = [
  "name",
  "flavour",
  "issuer",
  "clientId",
  "deployments",
  "authorizationUrl",
  "tokenUrl",
  "jwksUrl",
  "tokenAudience",
  "frameOrigin",
] as const;
export type OtherField = (typeof otherFields)[number];

export const canvasFields = ["name", "address", "clientId", "environment", "deployments"] as const;
export type CanvasField = (typeof canvasFields)[number];

export const flavours = ["moodle", "canvas", "other"] as const;
export const environments = ["production", "beta", "test"] as const;

/** Any platform, by its addresses: all faults at once. */
export function readOther(sent: Sent<OtherField>, allowPrivate: boolean): ReadEntry<OtherField> {
  const reader = createReader(sent, allowPrivate);
  const issuer = reader.address("issuer");
  const tokenUrl = reader.address("tokenUrl");
  const pages = reader.optionalAddress("frameOrigin") ?? issuer;
  const read = {
    ...{ name: reader.line("name", 120), flavour: reader.choice("flavour", flavours) },
    ...{ clientId: reader.line("clientId", maxIdLength), issuer, tokenUrl },
    ...{ authorizationUrl: reader.address("authorizationUrl"), jwksUrl: reader.address("jwksUrl") },
    tokenAudience: reader.optionalLine("tokenAudience", 1024) ?? tokenUrl,
  };
  const deployments = reader.ids("deployments");
  if (reader.faults.size > 0) return { faults: reader.faults };
  const frameOrigin = new URL(pages).origin;
  const platform = { ...read, frameOrigin, serviceOrigins: [frameOrigin] };
  return { entry: { platform, deployments }, faults: reader.faults };
}

/** Canvas as Instructure hosts it, after an administrator made the developer key from our JSON: all faults at once. */
export function readCanvas(sent: Sent<CanvasField>, allowPrivate: boolean): ReadEntry<CanvasField> {
  const reader = createReader(sent, allowPrivate);
  const address = reader.address("address");
  const read = { name: reader.line("name", 120), clientId: reader.line("clientId", maxIdLength) };
  const environment = reader.choice("environment", environments);
  const deployments = reader.ids("deployments");
  if (reader.faults.size > 0) return { faults: reader.faults };
  const part = environment === "production" ? "" : `${environment}.`;
  const host = `https://sso.${part}canvaslms.com`;
  const frameOrigin = new URL(address).origin;
  const platform = {
    ...read,
    flavour: "canvas" as const,
    issuer: `https://canvas.${part}instructure.com`,
    authorizationUrl: `${host}/api/lti/authorize_redirect`,
    tokenUrl: `${host}/login/oauth2/token`,
    tokenAudience: `${host}/login/oauth2/token`,
    jwksUrl: `${host}/api/lti/security/jwks`,
    ...{ frameOrigin, serviceOrigins: [frameOrigin] },
  };
  return { entry: { platform, deployments }, faults: reader.faults };
}

/** Reads field by field and notes what is wrong; what it answers for a faulty field is never used. */
function createReader<Field extends string>(sent: Sent<Field>, allowPrivate: boolean) {
  const faults = new Map<Field, EntryFault>();
  const wrong = (field: Field, fault: EntryFault): string => {
    faults.set(field, fault);
    return "";
  };
  const line = (field: Field, max: number): string => {
    const text = sent[field].trim();
    if (text === "") return wrong(field, "needed");
    return text.length <= max && lineOf(text, max) === text ? text : wrong(field, "malformed");
  };
  const address = (field: Field): string => {
    const text = line(field, 1024);
    if (text === "") return "";
    if (!isAddress(text)) return wrong(field, "address");
    return allowPrivate || text.startsWith("https:") ? text : wrong(field, "insecure");
  };
  const isEmpty = (field: Field): boolean => sent[field].trim() === "";
  return {
    faults,
    line,
    address,
    optionalLine: (field: Field, max: number) => (isEmpty(field) ? undefined : line(field, max)),
    optionalAddress: (field: Field) => (isEmpty(field) ? undefined : address(field)),
    choice: <Choice extends string>(field: Field, choices: readonly [Choice, ...Choice[]]): Choice => {
      const chosen = choices.find((choice) => choice === sent[field]);
      if (chosen === undefined) wrong(field, sent[field] === "" ? "needed" : "choice");
      return chosen ?? choices[0];
    },
    /** One a line. */
    ids: (field: Field): readonly string[] => {
      const ids = [...new Set(sent[field].split(/\r?\n/).map((text) => text.trim()))].filter(
        (id) => id !== "",
      );
      if (ids.length > 100) wrong(field, "tooMany");
      if (ids.some((id) => id.length > maxIdLength || lineOf(id, maxIdLength) !== id))
        wrong(field, "malformed");
      return ids;
    },
  };
}
