import type { Clock, NewId, Tenant } from "../../foundation/kernel/index.js";
import { fingerprint, statementKeys, type Agent, type Statement, type XapiVersion } from "../xapi/index.js";
import { assigner } from "./assigned.js";
import { matchAttachments } from "./attachments.js";
import { LrsError } from "./errors.js";
import { readStatements, withProperties, type Received } from "./received.js";
import { checkSignatures } from "./signatures.js";
import type { NewAttachment, NewStatement, StatementClass, StatementStore } from "./statement-store.js";

export interface LrsDeps {
  readonly statements: StatementStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

interface Append {
  /** One statement, or a list of them, as JSON text. It is kept as it is but for what an LRS sets. */
  readonly text: string;
  /** Who vouches for them (Data 2.4.9). It replaces what the text says. */
  readonly authority: Agent;
  readonly class: StatementClass;
  /** By whose rules they are read; default: 1.0.3. */
  readonly version?: XapiVersion;
  /** What came along with them; digests in lower case. */
  readonly attachments?: readonly NewAttachment[];
  /** Whether one of them may void another; default: no. */
  readonly mayVoid?: boolean;
  /** The id of the only statement, where a request names it beside the text (Communication 2.1.1). */
  readonly id?: string;
}

export interface Lrs {
  /**
   * Stores statements, all of them or none, and returns their ids in order; ids are made where there are none. One
   * that is there already and is the same (Data 2.3.1) is left as it is, so a repeat changes nothing.
   * Throws LrsError: `lrs_json_…`, `lrs_statement_malformed`, `lrs_statement_id_…`, `lrs_attachment_…`,
   * `lrs_signature_refused`, `lrs_scope_missing`, and `lrs_statement_conflict` when an id is taken by a different statement.
   */
  append(tenant: Tenant, append: Append): Promise<string[]>;
}

/** The record store's inside: what the HTTP resources and the tool's own `evidence` room write statements with. */
export function createLrs({ statements, clock, newId }: LrsDeps): Lrs {
  return {
    async append(tenant, append) {
      const { text, authority, class: statementClass, id, mayVoid = false } = append;
      const { version = "1.0.3", attachments = [] } = append;
      const received = readStatements(text, version);
      const contents = matchAttachments(
        received.map(({ statement }) => statement),
        attachments,
      );
      for (const { statement } of received) checkSignatures(statement, contents, version);
      if (id !== undefined) onlyOneWithId(received, id);
      const storedAt = clock.now();
      const assign = assigner({ authority, storedAt, version });
      const batch = received.map((one) => {
        const ownId = one.statement.id ?? id ?? newId();
        const keys = statementKeys(one.statement, authority);
        const stored = withProperties(one, assign(one, ownId));
        return { id: ownId, text: stored, class: statementClass, keys, isSame: isSameAs(one.statement) };
      });
      refuseRepeatedIds(batch);
      if (!mayVoid && batch.some(({ keys }) => keys.voids !== undefined))
        throw new LrsError("lrs_scope_missing", { scope: "all" });
      if (batch.length > 0) {
        const { academyId, jurisdictionId } = tenant;
        const result = await statements.appendStatements({
          academyId,
          jurisdictionId,
          id: newId(),
          storedAt,
          statements: batch,
          attachments: [...contents].map(([sha2, content]) => ({ sha2, content })),
        });
        if (result.kind === "conflict")
          throw new LrsError("lrs_statement_conflict", { statementId: result.statementId });
      }
      return batch.map((statement) => statement.id);
    },
  };
}

/** Hardly any id comes twice: the digests are made when one does. */
function isSameAs(statement: Statement): (storedText: string) => boolean {
  return (storedText) => fingerprint(JSON.parse(storedText) as Statement) === fingerprint(statement);
}

function onlyOneWithId(received: readonly Received[], id: string): void {
  const [first] = received;
  if (first === undefined || first.text.trimStart().startsWith("["))
    throw new LrsError("lrs_statement_malformed", { path: "$", rule: "not_an_object" });
  const own = first.statement.id;
  if (own !== undefined && own.toLowerCase() !== id.toLowerCase())
    throw new LrsError("lrs_statement_id_differs", { statementId: own });
}

function refuseRepeatedIds(batch: readonly NewStatement[]): void {
  const seen = new Set<string>();
  for (const { id } of batch) {
    if (seen.has(id.toLowerCase())) throw new LrsError("lrs_statement_id_repeated", { statementId: id });
    seen.add(id.toLowerCase());
  }
}
