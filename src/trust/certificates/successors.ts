import type { Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import { aboutOf, type CertificateAbout } from "./about.js";
import type { Decision } from "./decisions.js";
import type { Deps } from "./deps.js";
import { CertificatesError } from "./errors.js";
import { mint } from "./mint.js";
import { pendingNotice, revocation, stepNow, type RevocationDecision } from "./steps.js";

/** Why a certificate takes the place of another: its suspension was lifted, or an appeal against its revocation upheld. */
export type SuccessionKind = "lifts" | "appeals";

const successorCause = (kind: SuccessionKind, id: string): string => `${kind}/${id}`;

/** The certificate that took the place of this one, if there is one, signed or not. */
export async function successorOf(
  record: CredentialRecord,
  kind: SuccessionKind,
  { issuing }: Pick<Deps, "issuing">,
): Promise<CredentialRecord | undefined> {
  return issuing.findByCause(record, successorCause(kind, record.id));
}

/**
 * Issues the successor: the same evidence and dates; an id, a subject, a seal and an xAPI registration of its own. It may be
 * repeated at any point.
 */
export async function issueSuccessor(
  record: CredentialRecord,
  { kind, decision }: { readonly kind: SuccessionKind; readonly decision: Decision },
  deps: Deps,
): Promise<CredentialRecord> {
  const about = aboutOf(record);
  if (!about) throw new CertificatesError("certificate_unknown");
  const successor: CertificateAbout = {
    ...attestedBy(about),
    registration: deps.randomId(),
    lifted: { id: record.id, ...decision },
  };
  const reserved = await deps.issuing.reserve(record, {
    cause: successorCause(kind, record.id),
    ownerId: record.ownerId,
    about: { ...successor },
  });
  return mint(reserved, deps);
}

/** What a successor has of the one before it. */
function attestedBy(about: CertificateAbout): Omit<CertificateAbout, "registration"> {
  const { kind, programmeId, title, curriculum, awardedAt, validUntil, competencies, evidence } = about;
  return {
    ...{ kind, programmeId, title, curriculum, awardedAt, validUntil, competencies, evidence },
    cycle: about.cycle ?? about.registration,
    ...(about.renews ? { renews: about.renews } : {}),
  };
}

/** Marks the one that a successor by a lift took the place of. Answers it, whatever it is then. */
export async function supersede(successor: CredentialRecord, deps: Deps): Promise<CredentialRecord> {
  const lifted = aboutOf(successor)?.lifted;
  if (!lifted) throw new CertificatesError("certificate_unknown");
  // Superseded: an earlier run got to the end. Revoked: someone came in between, and the caller sees to it.
  return deps.issuing.changeState(lifted.id, ({ state }) =>
    state === "suspended"
      ? { state: "superseded", step: stepNow("lifted", lifted, deps), events: [] }
      : undefined,
  );
}

/** A lift that was cut off after it issued the successor is brought to its end before anything else is decided. */
export async function finishLift(tenant: Tenant, id: string, deps: Deps): Promise<void> {
  const successor = await deps.issuing.findByCause(tenant, successorCause("lifts", id));
  if (!successor || successor.state === "reserved") return;
  await handOver(await supersede(successor, deps), successor, deps);
}

/** Ends what a lift made of a certificate that is revoked now. */
export async function revokeSuccessor(
  record: CredentialRecord,
  decision: RevocationDecision,
  deps: Deps,
): Promise<void> {
  if (record.state !== "revoked") return;
  const successor = await successorOf(record, "lifts", deps);
  if (!successor || successor.state === "reserved") return;
  await deps.issuing.changeState(successor.id, (current) =>
    current.state === "valid" || current.state === "suspended"
      ? revocation(current, decision, deps)
      : undefined,
  );
}

/** A notice that was pending when its certificate was superseded goes over to the successor, with its appeal. */
export async function handOver(
  old: CredentialRecord,
  successor: CredentialRecord,
  deps: Pick<Deps, "issuing">,
): Promise<void> {
  // The lift is left out: it is what ended the notice here.
  const life = old.life.filter(({ step }) => step !== "lifted");
  const pending = old.state === "superseded" ? pendingNotice({ life }) : undefined;
  if (!pending) return;
  const { announced, steps } = pending;
  await deps.issuing.note(successor.id, (current) => {
    const isThere = current.life.some(({ step, at }) => step === "announced" && at === announced.at);
    return isThere ? undefined : { steps, dueAt: announced.effectiveAt, events: [] };
  });
  await deps.issuing.note(old.id, ({ dueAt }) =>
    dueAt === undefined ? undefined : { steps: [], dueAt: null, events: [] },
  );
}
