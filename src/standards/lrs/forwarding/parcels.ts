import { randomToken } from "../../../foundation/kernel/index.js";
import type { Statement, XapiVersion } from "../../xapi/index.js";
import { attachmentsOf } from "../attachments.js";
import { mixed } from "../http/mixed.js";
import type { StatementStore } from "../statement-store.js";
import type { Forwarding } from "./forwarding-store.js";
import type { Sending } from "./receiver.js";

/** What goes in one request. */
export interface Parcel {
  readonly ids: readonly string[];
  request(): Omit<Sending, "signal">;
  /** The same in two requests. */
  halves(): readonly Parcel[];
}

interface Packed {
  readonly id: string;
  readonly text: string;
  readonly version: XapiVersion;
}

/**
 * Statements in their order, in as few requests as may be: a request speaks one version, and a statement whose
 * attachments came along goes with them, alone.
 */
export async function* parcelsOf(
  statements: StatementStore,
  forwarding: Forwarding,
  texts: ReadonlyMap<string, string>,
): AsyncGenerator<Parcel> {
  let together: Packed[] = [];
  for (const [id, text] of texts) {
    const statement = JSON.parse(text) as Statement;
    const one = { id, text, version: forwarding.xapiVersion ?? versionOf(statement) };
    const withContents = await multipartOf(statements, forwarding, one, statement);
    const ends = withContents !== undefined || (together[0] && together[0].version !== one.version);
    if (ends && together.length > 0) {
      yield plain(together);
      together = [];
    }
    if (withContents) yield withContents;
    else together.push(one);
  }
  if (together.length > 0) yield plain(together);
}

/** Data 2.4.10: one that says nothing, or 1.0 and what follows, is read by the rules of 1.0.3. */
function versionOf({ version }: Statement): XapiVersion {
  return version?.startsWith("2.") === true ? "2.0.0" : "1.0.3";
}

function plain(together: readonly Packed[]): Parcel {
  return {
    ids: together.map(({ id }) => id),
    request: () => ({
      ids: together.map(({ id }) => id),
      version: together[0]?.version ?? "1.0.3",
      contentType: "application/json",
      body: `[${together.map(({ text }) => text).join(",")}]`,
    }),
    halves: () => {
      const half = Math.ceil(together.length / 2);
      return [together.slice(0, half), together.slice(half)].map(plain);
    },
  };
}

/** `undefined` where no attachment came along. */
async function multipartOf(
  statements: StatementStore,
  { academyId, jurisdictionId }: Forwarding,
  { id, text, version }: Packed,
  statement: Statement,
): Promise<Parcel | undefined> {
  const contents = new Map<string, Uint8Array>();
  for (const { sha2 } of attachmentsOf(statement)) {
    const key = sha2.toLowerCase();
    const content = await statements.findAttachment({ academyId, jurisdictionId }, key);
    if (content !== undefined) contents.set(key, content);
  }
  if (contents.size === 0) return undefined;
  const boundary = `tessera-${randomToken(24)}`;
  const find = (sha2: string) => Promise.resolve(contents.get(sha2));
  const pieces: Uint8Array[] = [];
  for await (const piece of mixed(boundary, [text], { texts: [text], find })) pieces.push(Buffer.from(piece));
  const body = Buffer.concat(pieces);
  const contentType = `multipart/mixed; boundary=${boundary}`;
  return { ids: [id], request: () => ({ ids: [id], version, contentType, body }), halves: () => [] };
}
