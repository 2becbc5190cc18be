import type { Ground } from "../rooms.js";
import type { CredentialRecord } from "../standards/issuing/index.js";
import type { CliContext } from "./context.js";

/** A certificate as an operator sees it: nothing of it says who holds it. */
export interface ShownCertificate {
  readonly id: string;
  readonly academy: string;
  readonly state: CredentialRecord["state"];
  /** The rest is there once it is signed. */
  readonly signed?: SignedFacts;
}

interface SignedFacts {
  readonly url: string;
  readonly programme: string;
  /** ISO 8601, as are all times here. */
  readonly awarded: string;
  readonly validUntil: string;
  readonly statements: number;
  readonly marks: { readonly demonstration: boolean; readonly draft: boolean };
  /** The URL of the certificate that took its place. */
  readonly successor?: string;
  /** The URL of the certificate that it took the place of. */
  readonly predecessor?: string;
  /** The URL of the newer certificate that a renewal gave. */
  readonly renewedBy?: string;
  /** Every step on record, those between the academy and the holder too. */
  readonly life: readonly ShownStep[];
}

interface ShownStep {
  readonly step: string;
  readonly at: string;
  /** Of an announced revocation, and of what it became: when it was to take effect. */
  readonly effectiveAt?: string;
  readonly reason?: string;
  readonly decidedBy?: string;
}

const iso = (at: number): string => new Date(at).toISOString();

/** `undefined` when the credential is no certificate. */
export async function factsFrom(
  { id, academyId, state, about }: CredentialRecord,
  { directory, certificates }: Pick<CliContext & Ground, "directory" | "certificates">,
): Promise<ShownCertificate | undefined> {
  if (about["kind"] !== "certificate") return undefined;
  const { slug: academy } = await directory.academy(academyId);
  const facts = await certificates.factsOf(id);
  if (!facts) return { id, academy, state };
  const { url, programmeId, awardedAt, validUntil, statementCount, marks, steps } = facts;
  const { successor, predecessor, renewedBy } = facts;
  const signed: SignedFacts = {
    ...{ url, programme: programmeId, awarded: iso(awardedAt), validUntil: iso(validUntil) },
    ...{ statements: statementCount, marks },
    ...(successor === undefined ? {} : { successor }),
    ...(predecessor === undefined ? {} : { predecessor }),
    ...(renewedBy === undefined ? {} : { renewedBy }),
    life: steps.map(({ at, effectiveAt, ...step }) => ({
      ...{ ...step, at: iso(at) },
      ...(effectiveAt === undefined ? {} : { effectiveAt: iso(effectiveAt) }),
    })),
  };
  return { id, academy, state: facts.state, signed };
}

/** For a list. */
export function lineOf({ id, academy, state, signed }: ShownCertificate): string {
  const dates = signed ? `${day(signed.awarded)} to ${day(signed.validUntil)}` : "being made";
  return [id, state.padEnd(10), signed?.programme ?? "", dates, `(${academy})`].join("  ");
}

export function describe({ id, academy, state, signed }: ShownCertificate): string[] {
  const head = [`id         ${id}`, `academy    ${academy}`, `state      ${state}`];
  if (!signed) return head;
  const { url, programme, awarded, validUntil, statements, marks, life } = signed;
  const marked = [...(marks.demonstration ? ["demonstration"] : []), ...(marks.draft ? ["draft"] : [])];
  return [
    ...head,
    `address    ${url}`,
    `programme  ${programme}`,
    `valid      ${day(awarded)} to ${day(validUntil)}`,
    `evidence   ${statements} statements`,
    ...(marked.length > 0 ? [`marked     ${marked.join(", ")}`] : []),
    ...linksOf(signed),
    ...life.map(stepLine),
  ];
}

function linksOf({ successor, predecessor, renewedBy }: SignedFacts): string[] {
  return [
    ...(successor === undefined ? [] : [`successor  ${successor}`]),
    ...(predecessor === undefined ? [] : [`in the place of  ${predecessor}`]),
    ...(renewedBy === undefined ? [] : [`renewed by  ${renewedBy}`]),
  ];
}

function stepLine({ step, at, reason, decidedBy, effectiveAt }: ShownStep): string {
  const effect = step === "announced" && effectiveAt !== undefined ? `takes effect ${effectiveAt}` : "";
  const by = decidedBy === undefined ? "" : `by ${decidedBy}`;
  return [step.padEnd(9), at, reason ?? "", effect, by].filter((part) => part !== "").join("  ");
}

const day = (at: string): string => at.slice(0, 10);
