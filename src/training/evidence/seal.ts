import { randomBytes } from "node:crypto";
import type { Tenant } from "../../foundation/kernel/index.js";
import { merkleRoot } from "../../foundation/log/index.js";
import type { StatementStore } from "../../standards/lrs/index.js";
import { canonicalJson, type Json } from "../../standards/vc/index.js";
import { EvidenceError } from "./errors.js";

/** A commitment to statements: whoever is shown one of them with its salt can check that it is among them. */
export interface Seal {
  readonly count: number;
  /** SHA-256 in hex: the Merkle root (RFC 9162 §2.1.1) over `salt || JCS(statement as stored)`, in the order of `leaves`. */
  readonly root: string;
  /** The salt is 32 random bytes in base64url: without it nobody can guess a statement from the root. */
  readonly leaves: readonly { readonly statementId: string; readonly salt: string }[];
}

const saltBytes = 32;

type FindStatement = Pick<StatementStore, "findStatement">;

/**
 * Commits to the statements of these ids, in their order.
 * @throws EvidenceError `evidence_not_written` when one is not stored yet: try again later
 */
export async function sealStatements(
  statements: FindStatement,
  tenant: Tenant,
  statementIds: readonly string[],
): Promise<Seal> {
  const random = randomBytes(saltBytes * statementIds.length);
  const leaves = statementIds.map((statementId, place) => ({
    statementId,
    salt: random.toString("base64url", place * saltBytes, (place + 1) * saltBytes),
  }));
  const inputs = await leafInputs(statements, tenant, leaves);
  const missing = inputs.findIndex((input) => input === undefined);
  if (missing !== -1) throw new EvidenceError("evidence_not_written", { statementId: statementIds[missing] });
  return { count: leaves.length, root: rootOf(inputs as Uint8Array[]), leaves };
}

/** `missing`: a statement is not there any more, or was voided; `differs`: what is there is not what was committed to. */
export async function checkSeal(
  statements: FindStatement,
  tenant: Tenant,
  { count, root, leaves }: Seal,
): Promise<"whole" | "differs" | "missing"> {
  if (count !== leaves.length) return "differs";
  const inputs = await leafInputs(statements, tenant, leaves);
  if (inputs.includes(undefined)) return "missing";
  return rootOf(inputs as Uint8Array[]) === root ? "whole" : "differs";
}

/** Only evidence: what is formative is never committed to. */
async function leafInputs(
  statements: FindStatement,
  { academyId, jurisdictionId }: Tenant,
  leaves: Seal["leaves"],
): Promise<(Uint8Array | undefined)[]> {
  const inputs: (Uint8Array | undefined)[] = [];
  for (const { statementId, salt } of leaves) {
    const found = await statements.findStatement({ academyId, jurisdictionId }, statementId, {
      voided: false,
      classes: ["evidence"],
    });
    inputs.push(
      found &&
        Buffer.concat([
          Buffer.from(salt, "base64url"),
          Buffer.from(canonicalJson(JSON.parse(found.text) as Json)),
        ]),
    );
  }
  return inputs;
}

function rootOf(inputs: readonly Uint8Array[]): string {
  return Buffer.from(merkleRoot(inputs)).toString("hex");
}
