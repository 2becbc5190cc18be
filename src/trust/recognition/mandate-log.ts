import {
  canonicalJson,
  didWebUrl,
  digestMultibase,
  VcError,
  type JsonObject,
} from "../../standards/vc/index.js";
import type { RecognitionDeps } from "./deps.js";
import { issuerOf, jsonOf, objectOf, textOf } from "./reading.js";

/** An entry's key in the log, of a mandate by its URL. Stored in leaves, and asked of other installations: never changed. */
const mandateKey = (id: string): string => `mandate ${id}`;

/** The value of a mandate, however it was written down. */
const digestOf = (document: JsonObject): string => digestMultibase(canonicalJson(document));

/** Writes a mandate that a root here signed into the log, once: from then on it outlasts the key that signed it. */
export async function logMandate(
  text: string,
  { log, clock }: Pick<RecognitionDeps, "log" | "clock">,
): Promise<void> {
  const document = jsonOf(text);
  const id = textOf(document?.id);
  if (!document || id === undefined) return;
  await log.append({
    ...{ kind: "mandate", subject: id, key: mandateKey(id), at: clock.now() },
    content: canonicalJson({
      ...{ id, issuer: issuerOf(document) ?? "", digestMultibase: digestOf(document) },
      authority: textOf(objectOf(document.credentialSubject).id) ?? "",
    }),
  });
}

/** The same of every mandate that the roots here signed: one may have been cut off after it was signed. */
export async function logMandates(
  deps: Pick<RecognitionDeps, "store" | "issuing" | "log" | "clock">,
): Promise<void> {
  const roots = (await deps.store.authorities()).filter(({ kind }) => kind === "root");
  for (const root of roots)
    for (const { text } of await deps.issuing.all(root)) if (text !== undefined) await logMandate(text, deps);
}

/**
 * When exactly this mandate was written into the log of its root's installation, UTC milliseconds; `undefined` where that
 * is not known. Another installation is asked at the host that serves the root's DID document: whoever vouches for the
 * keys vouches for this too.
 */
export async function loggedAt(
  document: JsonObject,
  root: string,
  { log, origin, outside }: Pick<RecognitionDeps, "log" | "origin" | "outside">,
): Promise<number | undefined> {
  const id = textOf(document.id);
  if (id === undefined || !isAtHostOf(root, id)) return undefined;
  const [home, key] = [new URL(id).origin, mandateKey(id)];
  const entry =
    home === origin
      ? await log.byKey(key)
      : jsonOf(await outside.text(`${home}/log/entry?key=${encodeURIComponent(key)}`));
  const [content, at] = [jsonOf(textOf(entry?.content)), entry?.loggedAt];
  const isIt = entry?.key === key && content?.digestMultibase === digestOf(document);
  return isIt && typeof at === "number" && Number.isSafeInteger(at) ? at : undefined;
}

/** Whether an address is one of the host where a did:web's document stands. */
function isAtHostOf(did: string, url: string): boolean {
  try {
    return URL.canParse(url) && /^https?:/.test(url) && new URL(url).host === didWebUrl(did).host;
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
}
