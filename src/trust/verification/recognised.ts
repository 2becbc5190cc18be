import type { JurisdictionAnswer, RecognitionSource } from "../recognition/index.js";
import { unknown, type Finding, type Moment } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";

/**
 * Which jurisdictions recognise it: one answer each, as the jurisdiction itself gives it. What is recognised is one
 * achievement version of one issuer, so a certificate that names neither has no answer.
 */
export async function examineRecognition(
  { achievementId, issuerId, id }: StatedCertificate,
  { on, now }: Moment,
  source: RecognitionSource | undefined,
): Promise<readonly Finding[]> {
  if (!source) return [unknown("notKnown")];
  if (achievementId === undefined) return [unknown("noAchievement")];
  const answers = await source.about({
    ...{ achievementId, issuerDid: issuerId, on, asKnownAt: now },
    ...(id === undefined ? {} : { certificateId: id }),
  });
  return answers.length === 0 ? [unknown("nobodyKnown")] : answers.map(findingOf);
}

const left = "none";

function findingOf(recognition: JurisdictionAnswer): Finding {
  const { answer, reason, name, authority, recognisedAs, localLevel, compensationMeasure } = recognition;
  return {
    ...{ answer, reason, recognition, asOf: recognition.asOf },
    values: {
      jurisdiction: name,
      authority: authority?.name ?? name,
      recognisedAs: recognisedAs ?? left,
      level: localLevel ?? left,
      measure: compensationMeasure ?? left,
      legalBasis: recognition.legalBasis ?? left,
      fromAt: recognition.from ?? left,
      untilAt: recognition.until ?? left,
    },
  };
}
