import { z } from "zod";
import {
  isJsonObject,
  parseJson,
  VcError,
  type Json,
  type JsonObject,
  type ListedKey,
} from "../../standards/vc/index.js";
import type { Outside } from "./deps.js";

// Readers of JSON that somebody else wrote: what has another shape than expected is as if it were not there.

type Maybe = Json | undefined;

export const textOf = (value: Maybe): string | undefined => (typeof value === "string" ? value : undefined);
const listOf = (value: Maybe): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
export const objectsOf = (value: Maybe): JsonObject[] => listOf(value).filter(isJsonObject);
export const textsOf = (value: Maybe): string[] => listOf(value).filter((one) => typeof one === "string");
export const objectOf = (value: Maybe): JsonObject => (isJsonObject(value) ? value : {});

/** The DID of whoever signed it by its own word: `issuer`, or its `id`. */
export const issuerOf = ({ issuer }: JsonObject): string | undefined =>
  textOf(issuer) ?? textOf(objectOf(issuer).id);

/** `2027-03-14T00:00:00Z`, as everything here writes it, in UTC milliseconds. */
export function momentOf(value: Maybe): number | undefined {
  const text = textOf(value);
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) return undefined;
  const at = Date.parse(text);
  // 30 February would be read as a day in March.
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text.slice(0, 10)) ? at : undefined;
}

/** The same as part of a document's shape. */
export const moment = z.string().transform((text, context) => {
  const at = momentOf(text);
  if (at !== undefined) return at;
  context.addIssue({ code: "custom", message: "no moment" });
  return z.NEVER;
});

/** UTC, whole seconds. */
export const wholeSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export function jsonOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

export interface Signing {
  /** The proofs that are asked for; both of a credential, when left out. */
  readonly suites?: readonly string[];
  /** Something that a key in force signed has it within: a retired key's signature counts too. */
  readonly vouched?: boolean;
  /** When it was written into a log of its signer's, UTC milliseconds: a key that was retired later counts. */
  readonly loggedAt?: number;
}

const bothSuites = ["eddsa-rdfc-2022", "eddsa-jcs-2022"];
/** What a list is signed with. */
export const listSuites: readonly string[] = ["eddsa-jcs-2022"];

/**
 * Whether a document is signed by this DID: the proofs that are asked for are there, once each, and no others; all are
 * valid, and by keys by which it asserts. What a retired key signed could be signed today by whoever found that key.
 * @returns `unknown` when the keys can't be had, or the document was too much work
 */
export async function signedBy(
  did: string,
  document: JsonObject,
  outside: Outside,
  signing: Signing = {},
): Promise<"yes" | "no" | "unknown"> {
  const { suites = bothSuites } = signing;
  const proofs = isJsonObject(document.proof) ? [document.proof] : objectsOf(document.proof);
  const isTheirs = proofs.every(({ verificationMethod }) =>
    textOf(verificationMethod)?.startsWith(`${did}#`),
  );
  if (issuerOf(document) !== did || proofs.length !== suites.length || !isTheirs) return "no";
  const listed = await outside.keysOf(did);
  if (!listed) return "unknown";
  const usable = [...listed].filter(([, key]) => counts(key, signing));
  const keys = new Map(usable.map(([name, { publicKey }]) => [name, publicKey]));
  const verdicts = await outside.check(document, keys);
  if ("code" in verdicts) return verdicts.code === "verification_too_much_work" ? "unknown" : "no";
  const valid = verdicts.filter(({ verdict }) => verdict === "valid").map(({ cryptosuite }) => cryptosuite);
  return suites.every((suite) => valid.includes(suite)) ? "yes" : "no";
}

function counts({ asserts, retiredAt }: ListedKey, { vouched = false, loggedAt }: Signing): boolean {
  const isInForce = retiredAt === undefined || (loggedAt !== undefined && loggedAt < retiredAt);
  return asserts && (vouched || isInForce);
}
