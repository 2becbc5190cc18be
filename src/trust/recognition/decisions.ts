import { digest } from "../../foundation/kernel/index.js";
import { authorityBySlug, tries, type AuthorityDeps } from "./authorities.js";
import type { RecognitionDeps } from "./deps.js";
import { RecognitionError } from "./errors.js";
import { finish } from "./finishing.js";
import type {
  AgreementRecord,
  AuthorityRecord,
  DecisionStep,
  GrantedStep,
  RefusedStep,
  WithdrawnStep,
} from "./recognition-store.js";
import { checkTerms, plainLine, type GivenTerms } from "./terms.js";

/** What a decision is about: one version of an achievement of one issuer, or one certificate of it. */
export interface DecisionSubject {
  /** The URL of one achievement version: a new version inherits nothing. */
  readonly achievementId: string;
  readonly issuerDid: string;
  /** What it is called, for people. */
  readonly title: string;
  /** The URL of a certificate. */
  readonly certificateId?: string;
}

/** The slug of whoever decides, and the office or role that did. */
export interface Decider {
  readonly authority: string;
  readonly decidedBy: string;
}

/** Decisions of this installation's authorities. Each may be said again and changes nothing then. */
export interface Decisions {
  /**
   * Recognises it: signs a recognition. One with other terms takes the place of the one before.
   * @throws RecognitionError `authority_unknown`, `recognition_malformed`, `recognition_busy`
   */
  grant(decider: Decider, subject: DecisionSubject, terms: GivenTerms): Promise<AgreementRecord>;
  /** @throws RecognitionError as `grant` */
  refuse(decider: Decider, subject: DecisionSubject, reason: string): Promise<AgreementRecord>;
  /**
   * Ends a recognition for good, from `effective` on (UTC milliseconds; default: now).
   * @throws RecognitionError as `grant`; `recognition_unknown`, `recognition_not_in_force`
   */
  withdraw(
    decider: Decider,
    agreementId: string,
    why: { reason: string; effective?: number },
  ): Promise<AgreementRecord>;
}

export type DecisionDeps = Pick<
  RecognitionDeps,
  "store" | "issuing" | "log" | "catalogues" | "origin" | "clock" | "newId"
> &
  AuthorityDeps;

export function createDecisions(deps: DecisionDeps): Decisions {
  const { store, clock, newId } = deps;
  const begin = ({ decidedBy }: Decider) => ({
    ...{ id: newId(), at: clock.now(), decidedBy: plainLine(decidedBy, "decidedBy") },
  });
  const of = async ({ authority: slug }: Decider): Promise<AuthorityRecord> => {
    const authority = await authorityBySlug(slug, store);
    if (authority.kind !== "authority") throw new RecognitionError("authority_unknown", { slug });
    return authority;
  };
  return {
    grant: async (decider, subject, given) => {
      const step: GrantedStep = { ...begin(decider), decision: "granted", terms: checkTerms(given) };
      return finish(await decide(await of(decider), checkSubject(subject), step, deps), deps);
    },
    refuse: async (decider, subject, reason) => {
      const step: RefusedStep = {
        ...begin(decider),
        decision: "refused",
        reason: plainLine(reason, "reason"),
      };
      return finish(await decide(await of(decider), checkSubject(subject), step, deps), deps);
    },
    withdraw: async (decider, agreementId, { reason, effective }) => {
      const begun = begin(decider);
      const step: WithdrawnStep = {
        ...{ ...begun, decision: "withdrawn", reason: plainLine(reason, "reason") },
        // What held until today can't be undone after the fact.
        effective: Math.max(effective ?? begun.at, begun.at),
      };
      return finish(await withdrawStep(await of(decider), agreementId, step, deps), deps);
    },
  };
}

async function decide(
  authority: AuthorityRecord,
  subject: DecisionSubject,
  step: DecisionStep,
  { store, newId }: DecisionDeps,
): Promise<AgreementRecord> {
  const { academyId, jurisdictionId } = authority;
  const key = subjectKey(subject);
  for (let turn = 0; turn < tries; turn += 1) {
    const known = await store.agreementOn(authority, key);
    if (known) {
      const saved = await append(known, step, store);
      if (saved) return saved;
      continue;
    }
    const added: AgreementRecord = {
      ...{ academyId, jurisdictionId, id: newId(), version: 1, subject: key },
      ...{ ...subject, steps: [step], unfinished: 1 },
    };
    if ((await store.addAgreement(added)) === "added") return added;
  }
  throw new RecognitionError("recognition_busy");
}

async function withdrawStep(
  { academyId }: AuthorityRecord,
  agreementId: string,
  step: WithdrawnStep,
  { store }: DecisionDeps,
): Promise<AgreementRecord> {
  for (let turn = 0; turn < tries; turn += 1) {
    const known = await store.agreement(agreementId);
    if (known?.academyId !== academyId) throw new RecognitionError("recognition_unknown");
    const last = known.steps.at(-1)?.decision;
    if (last === "withdrawn") return known;
    if (last !== "granted") throw new RecognitionError("recognition_not_in_force");
    const saved = await append(known, step, store);
    if (saved) return saved;
  }
  throw new RecognitionError("recognition_busy");
}

/** The agreement with the step; as it is when its last step says the same; undefined when someone else was quicker. */
async function append(
  known: AgreementRecord,
  step: DecisionStep,
  store: DecisionDeps["store"],
): Promise<AgreementRecord | undefined> {
  const last = known.steps.at(-1);
  if (last && contentOf(last) === contentOf(step)) return known;
  const next = {
    ...known,
    version: known.version + 1,
    steps: [...known.steps, step],
    unfinished: 1 as const,
  };
  return (await store.saveAgreement(next, known.version)) === "saved" ? next : undefined;
}

/** What a step decides, whoever decided it and when. */
function contentOf(step: DecisionStep): string {
  if (step.decision !== "granted") return step.decision;
  const { terms } = step;
  return JSON.stringify(Object.entries(terms).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

export function subjectKey(
  subject: Pick<DecisionSubject, "achievementId" | "issuerDid" | "certificateId">,
): string {
  return digest(`${subject.issuerDid} ${subject.achievementId} ${subject.certificateId ?? ""}`);
}

function checkSubject({ achievementId, issuerDid, title, certificateId }: DecisionSubject): DecisionSubject {
  const isUrl = (text: string): boolean =>
    text.length <= 500 && /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
  if (!isUrl(achievementId)) throw new RecognitionError("recognition_malformed", { field: "achievementId" });
  if (!/^did:[a-z0-9]+:[^#?/\s]{1,400}$/.test(issuerDid))
    throw new RecognitionError("recognition_malformed", { field: "issuerDid" });
  if (certificateId !== undefined && !isUrl(certificateId))
    throw new RecognitionError("recognition_malformed", { field: "certificateId" });
  const about = { achievementId, issuerDid, title: plainLine(title, "title") };
  return certificateId === undefined ? about : { ...about, certificateId };
}
