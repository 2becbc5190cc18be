import type { Json, JsonObject } from "../../standards/vc/index.js";
import { VerificationError } from "./errors.js";
import { isoMoment, memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";

/** What a certificate says of itself. Nothing of it is true because it stands here; that is what the answers are for. */
export interface StatedCertificate {
  readonly id: string | undefined;
  readonly title: string;
  /** The credential's own name, where it says more than the title: that it is a demonstration, say. */
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly programme: string | undefined;
  readonly version: string | undefined;
  /** The URL of the achievement, which is what recognitions are about. */
  readonly achievementId: string | undefined;
  /** The DID or urn of whom it speaks of. */
  readonly subjectId: string | undefined;
  readonly issuerId: string;
  readonly issuerName: string | undefined;
  /** UTC milliseconds. `malformed` when something stands there that is no moment. */
  readonly validFrom: number | "malformed" | undefined;
  readonly validUntil: number | "malformed" | undefined;
  readonly levels: readonly string[];
  readonly evidence: readonly StatedEvidence[];
  readonly status: readonly JsonObject[];
}

export interface StatedEvidence {
  readonly id: string;
  readonly description: string | undefined;
  /** Of the exact bytes at `id`; absent when the certificate pins none. */
  readonly digest: string | undefined;
}

/** Open Badges 3.0 Appendix B.1.2: a credential of an achievement goes by either name. */
const certificateTypes = ["OpenBadgeCredential", "AchievementCredential"];

/** @throws VerificationError `verification_no_certificate` */
export function readCertificate(document: JsonObject): StatedCertificate {
  const types = textsOf(document.type);
  const [subject] = objectsOf(document.credentialSubject);
  const [achievement] = objectsOf(subject?.achievement);
  const issuerId = textOf(document.issuer) ?? textOf(memberOf(document.issuer, "id"));
  const isCertificate =
    types.includes("VerifiableCredential") && types.some((type) => certificateTypes.includes(type));
  if (!isCertificate || !subject || !achievement || issuerId === undefined) {
    throw new VerificationError("verification_no_certificate");
  }
  const name = plainText(document.name);
  const title = plainText(achievement.name) ?? name ?? "";
  return {
    id: textOf(document.id),
    title,
    name: name === title ? undefined : name,
    description: plainText(achievement.description),
    programme: plainText(achievement.humanCode),
    version: plainText(achievement.version),
    achievementId: textOf(achievement.id),
    subjectId: textOf(subject.id),
    issuerId,
    issuerName: plainText(memberOf(document.issuer, "name")),
    // The data model 1.1 has other names for the two; who has both means the narrower time.
    validFrom: within(Math.max, isoMoment(document.validFrom), isoMoment(document.issuanceDate)),
    validUntil: within(Math.min, isoMoment(document.validUntil), isoMoment(document.expirationDate)),
    levels: levelsOf(subject, achievement),
    evidence: evidenceOf(document),
    status: objectsOf(document.credentialStatus),
  };
}

type StatedMoment = StatedCertificate["validFrom"];

function within(choose: typeof Math.max, one: StatedMoment, other: StatedMoment): StatedMoment {
  if (one === "malformed" || other === "malformed") return "malformed";
  if (one === undefined || other === undefined) return one ?? other;
  return choose(one, other);
}

/**
 * The results in words: of which competency, where a result is aligned with one, and the level by the name that the
 * achievement gives it, else the value as it stands.
 */
function levelsOf(subject: JsonObject, achievement: JsonObject): string[] {
  const levels = objectsOf(achievement.resultDescription).flatMap(({ rubricCriterionLevel }) =>
    objectsOf(rubricCriterionLevel),
  );
  return objectsOf(subject.result).flatMap((result) => {
    const level = levels.find(({ id }) => typeof id === "string" && id === result.achievedLevel);
    const said = plainText(level?.name) ?? plainText(result.value);
    if (said === undefined) return [];
    const [competency] = objectsOf(result.alignment).flatMap(({ targetName }) => plainText(targetName) ?? []);
    return [competency === undefined ? said : `${competency}: ${said}`];
  });
}

function evidenceOf(document: JsonObject): StatedEvidence[] {
  const pins = [...objectsOf(document.relatedResource), ...objectsOf(document.evidence)];
  const digestOf = (id: Json): string | undefined =>
    pins.flatMap((pin) => (pin.id === id ? textsOf(pin.digestMultibase) : []))[0];
  return objectsOf(document.evidence).flatMap(({ id, description }) =>
    typeof id === "string" ? [{ id, description: plainText(description), digest: digestOf(id) }] : [],
  );
}
