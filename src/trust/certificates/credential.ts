import { contexts, type Json, type JsonObject } from "../../standards/vc/index.js";
import type { AttestedCompetency } from "./about.js";
import { achievementOf, alignmentOf, levelDescription, type AchievementParts } from "./achievement.js";
import { achievementUrl, certificateUrl, manifestUrl } from "./addresses.js";
import { EntitlementError } from "./errors.js";
import { markedTitle } from "./marks.js";

/** What a certificate is made from, beside its achievement's parts. */
export interface CertificateParts extends AchievementParts {
  /** The last segment of its address. */
  readonly id: string;
  /** `urn:uuid:…`, random and made for this certificate alone: it leads to no person. */
  readonly subjectId: string;
  readonly academyName: string;
  /** The academy's DID. */
  readonly issuer: string;
  readonly credentialStatus: JsonObject;
  /** UTC milliseconds. */
  readonly awardedAt: number;
  /** UTC milliseconds. */
  readonly validUntil: number;
  readonly competencies: readonly AttestedCompetency[];
  readonly statementCount: number;
  /** Of the exact bytes of the manifest at `<certificate>/evidence`. */
  readonly manifestDigest: string;
}

const obSchema =
  "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";

/** The three contexts, in the order that OB 3.0 §B.1.3 asks for. */
export const certificateContexts: readonly string[] = [
  contexts.credentialsV2,
  contexts.openBadges,
  contexts.openBadgesExtensions,
];

/**
 * A certificate as an Open Badges 3.0 credential, still without proofs. It has no term of our own and no identifier of a
 * person. Its evidence's manifest is pinned as VCDM 2.0 §5.3 has it.
 */
export function certificateDocument(parts: CertificateParts): JsonObject {
  const { programme, marks, words, origin, id } = parts;
  const evidence = manifestUrl(origin, id);
  return {
    "@context": certificateContexts,
    id: certificateUrl(origin, id),
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    name: markedTitle(programme.title, marks, words),
    description: words.t("certificates.document.certificate", {
      title: programme.title,
      academy: parts.academyName,
    }),
    issuer: { id: parts.issuer, type: ["Profile"], name: parts.academyName, url: `${origin}/` },
    awardedDate: wholeSeconds(parts.awardedAt),
    validFrom: wholeSeconds(parts.awardedAt),
    validUntil: wholeSeconds(parts.validUntil),
    credentialSubject: {
      id: parts.subjectId,
      type: ["AchievementSubject"],
      achievement: achievementOf(parts),
      result: resultsOf(parts),
    },
    evidence: [
      {
        id: evidence,
        type: ["Evidence"],
        name: words.t("certificates.document.evidenceName"),
        description: words.t("certificates.document.evidence", { count: parts.statementCount }),
      },
    ],
    relatedResource: [{ id: evidence, mediaType: "application/json", digestMultibase: parts.manifestDigest }],
    credentialStatus: parts.credentialStatus,
    credentialSchema: [{ id: obSchema, type: "1EdTechJsonSchemaValidator2019" }],
  };
}

/** UTC, whole seconds: `2027-03-14T00:00:00Z`. */
export function wholeSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function resultsOf({ origin, curriculum, programme, competencies }: CertificateParts): Json {
  const resultDescription = levelDescription(achievementUrl(origin, programme.id, curriculum.version));
  return competencies.map(({ competencyId, level }) => {
    const competency = curriculum.competencies.find(({ id }) => id === competencyId);
    if (!competency) throw new EntitlementError("entitlement_not_in_curriculum", { missing: competencyId });
    return {
      type: ["Result"],
      resultDescription,
      value: String(level),
      alignment: [alignmentOf(competency)],
    };
  });
}
