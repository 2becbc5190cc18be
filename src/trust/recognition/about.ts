import type { JurisdictionAnswer, RecognitionQuery, RecognitionSource } from "./answers.js";
import { didOfAuthority, isListed } from "./authorities.js";
import { subjectKey } from "./decisions.js";
import type { RecognitionDeps } from "./deps.js";
import { judge, type Judgement } from "./history.js";
import { holdsAt, type Mandates } from "./mandates.js";
import { ownDecisions } from "./own.js";
import type { AuthorityRecord, PulledDecision, PulledList, RecognitionPartner } from "./recognition-store.js";

export type AboutDeps = Pick<RecognitionDeps, "store" | "issuing" | "origin" | "clock"> & {
  readonly mandates: Mandates;
};

interface Asked extends RecognitionQuery {
  /** What was known by then, UTC milliseconds. */
  readonly known: number;
}

/**
 * Answers by the decisions of the authorities here, and by those that were pulled. A jurisdiction whose own authority
 * lists the issuer is not asked: there the certificate is its own.
 */
export function createSource(deps: AboutDeps): RecognitionSource {
  return {
    about: async (query) => {
      const known = query.asKnownAt ?? deps.clock.now();
      const asked = { ...query, known };
      const own = (await deps.store.authorities()).filter(
        ({ kind, createdAt }) => kind === "authority" && createdAt <= known,
      );
      const partners = (await deps.store.partners()).filter(({ addedAt }) => addedAt <= known);
      const answers = await Promise.all([
        ...own.map((authority) => answerOwn(authority, asked, deps)),
        ...partners.map((partner) => answerPulled(partner, asked, deps)),
      ]);
      return answers.flat().toSorted((one, other) => (one.jurisdiction < other.jurisdiction ? -1 : 1));
    },
  };
}

async function answerOwn(
  authority: AuthorityRecord,
  asked: Asked,
  deps: AboutDeps,
): Promise<JurisdictionAnswer[]> {
  if (isListed(authority.issuers, asked.issuerDid, asked.on)) return [];
  const judgement = await judgeOwn(authority, asked, deps);
  const did = didOfAuthority(deps.origin, authority.slug);
  const { jurisdictionId, jurisdictionName, name } = authority;
  const texts = authority.mandates.filter(({ addedAt }) => addedAt <= asked.known).map(({ text }) => text);
  const mandates = await deps.mandates.checked(texts, { did, jurisdictionId });
  const place = { jurisdiction: jurisdictionId, name: jurisdictionName, authority: { did, name } };
  return [answerOf({ ...place, asOf: asked.known }, judgement, holdsAt(mandates, asked.on))];
}

/** What an authority of this installation decided, whether or not anyone says that it may. */
export async function judgeOwn(
  authority: AuthorityRecord,
  asked: Asked,
  deps: Pick<AboutDeps, "store" | "issuing" | "origin">,
): Promise<Judgement> {
  const { achievementId, issuerDid, certificateId, on, known } = asked;
  const judged = async (subject: Parameters<typeof subjectKey>[0]): Promise<Judgement> => {
    const agreement = await deps.store.agreementOn(authority, subjectKey(subject));
    return judge(agreement ? await ownDecisions(agreement, deps) : [], on, known);
  };
  const about = { achievementId, issuerDid };
  const single = certificateId === undefined ? undefined : await judged({ ...about, certificateId });
  // What was decided about this very certificate goes before what holds for all of its kind.
  return single && single.reason !== "none" ? single : judged(about);
}

async function answerPulled(
  partner: RecognitionPartner,
  asked: Asked,
  deps: AboutDeps,
): Promise<JurisdictionAnswer[]> {
  const place = { jurisdiction: partner.jurisdictionId, name: partner.jurisdictionName };
  const lists = await deps.store.newestLists(partner.id, asked.known);
  if (lists.length === 0) {
    const reason = partner.failure === "unreachable" || !partner.failure ? "unreachable" : "unverified";
    return [{ ...place, answer: "unknown", reason, asOf: partner.triedAt ?? partner.addedAt }];
  }
  return lists.flatMap((list) => answerFromList(list, partner, asked));
}

function answerFromList(list: PulledList, partner: RecognitionPartner, asked: Asked): JurisdictionAnswer[] {
  if (isListed(list.issuers, asked.issuerDid, asked.on)) return [];
  const { jurisdictionId: jurisdiction, jurisdictionName: name } = partner;
  const place = { jurisdiction, name, authority: list.authority, asOf: list.signedAt };
  if (list.validUntil <= asked.known) {
    const failed = partner.failure === "unreachable";
    return [{ ...place, answer: "unknown", reason: failed ? "unreachable" : "stale" }];
  }
  const history = list.decisions.filter(
    (one) => one.achievementId === asked.achievementId && one.issuerDid === asked.issuerDid,
  );
  return [answerOf(place, judge(history, asked.on, asked.known), holdsAt(list.mandates, asked.on))];
}

type Place = Pick<JurisdictionAnswer, "jurisdiction" | "name" | "authority" | "asOf">;

function answerOf(place: Place, { answer, reason, by }: Judgement, isMandated: boolean): JurisdictionAnswer {
  // Whoever has no mandate can neither recognise nor refuse.
  if (!isMandated) return { ...place, answer: "unknown", reason: "mandate-missing" };
  return { ...place, answer, reason, ...(by ? termsOf(by) : {}) };
}

function termsOf({ terms, credential, decision, effective }: PulledDecision): Partial<JurisdictionAnswer> {
  const until = decision === "withdrawn" && effective !== undefined ? { until: effective } : {};
  return { ...terms, ...until, ...(credential ? { credential } : {}) };
}
