import type { Connection } from "mongoose";
import type { Tenant } from "../../foundation/kernel/index.js";
import type {
  StatementBatch,
  StatementClass,
  StatementKeys,
  NewStatement,
} from "../../standards/lrs/index.js";
import { keysOfStatement } from "../statement-keys.js";

/** A statement's document. It counts once it is `visible`, or once its attempt's journal is `committed`. */
export interface StatementDocument extends Tenant {
  /** The attempt and the place in it. */
  readonly _id: string;
  /** In lower case. */
  readonly statementId: string;
  readonly class: number;
  readonly storedAt: number;
  /** Orders statements by the time of storing; no two are equal. */
  readonly order: string;
  readonly attempt: string;
  readonly visible: boolean;
  readonly voided: boolean;
  readonly voids: boolean;
  readonly refersTo: string | null;
  readonly text: string;
  readonly keys: readonly string[];
  /** What queries look for: class digit and key, of the statement itself and of those it reaches by reference. */
  readonly found: readonly string[];
  /** The same for each statement reached, apart: filters must hold of one. */
  readonly reached: readonly { readonly statementId: string; readonly found: readonly string[] }[];
}

/**
 * The commit point of one attempt to store one batch. It is there while the attempt is under way: `open` may be
 * removed by anyone who lost patience (the attempt then fails and starts anew), `committed` may not, and all that is
 * left to do can be done by anyone.
 */
interface JournalDocument extends Tenant {
  readonly _id: string;
  readonly state: "open" | "committed";
  readonly storedAt: number;
}

export interface StatementCollections {
  readonly statements: ReturnType<typeof statementsOf>;
  readonly journals: ReturnType<typeof journalsOf>;
}

const statementsOf = (connection: Connection) => connection.collection<StatementDocument>("statements");
const journalsOf = (connection: Connection) => connection.collection<JournalDocument>("statement_journals");

export function statementCollections(connection: Connection): StatementCollections {
  return { statements: statementsOf(connection), journals: journalsOf(connection) };
}

export const classDigit = (name: StatementClass): number => (name === "evidence" ? 0 : 1);

export const found = (digit: number, keys: readonly string[]): string[] =>
  keys.map((key) => `${digit}${key}`);

export const keyTexts = (keys: readonly Buffer[]): string[] => keys.map((key) => key.toString("base64url"));

/** The beginning of the `order` of everything stored in this millisecond. */
export const orderPrefix = (storedAt: number): string => String(Math.max(0, storedAt)).padStart(14, "0");

/** Only the two names, whatever else the given object has: it becomes a filter. */
export const ownedBy = ({ academyId, jurisdictionId }: Tenant): Tenant => ({ academyId, jurisdictionId });

/** A batch's statements as documents that are not visible yet. */
export function pendingDocuments(
  batch: StatementBatch,
  attempt: string,
  statements: readonly NewStatement[],
): StatementDocument[] {
  return statements.map((statement, index) => {
    const digit = classDigit(statement.class);
    const keys = keyTexts(keysOfStatement(statement.keys));
    const place = String(index).padStart(6, "0");
    return {
      ...ownedBy(batch),
      _id: `${attempt}.${place}`,
      statementId: statement.id.toLowerCase(),
      class: digit,
      storedAt: batch.storedAt,
      order: `${orderPrefix(batch.storedAt)}.${batch.id}.${place}`,
      attempt,
      visible: false,
      voided: false,
      ...targets(statement.keys),
      text: statement.text,
      keys,
      found: found(digit, keys),
      reached: [],
    };
  });
}

function targets({ refersTo, voids }: StatementKeys): Pick<StatementDocument, "refersTo" | "voids"> {
  return { refersTo: refersTo?.toLowerCase() ?? null, voids: voids !== undefined };
}
