import type { Translator } from "../../foundation/i18n/index.js";
import type { IssuedPlace } from "../../standards/issuing/index.js";
import { contexts, type JsonObject } from "../../standards/vc/index.js";
import { authorityUrl, recognitionUrl } from "./addresses.js";
import { longDate } from "./dates.js";
import { wholeSeconds } from "./reading.js";
import type { AgreementRecord, AuthorityRecord, Terms } from "./recognition-store.js";

/** The three contexts of everything that this room signs; the last one is ours. */
const recognitionContexts: readonly string[] = [
  contexts.credentialsV2,
  contexts.openBadges,
  contexts.policeRecognition,
];

export const recognitionType = "PoliceRecognitionCredential";
export const mandateType = "PoliceMandateCredential";

/** Where and by whom something is signed. */
export interface SigningParts {
  readonly origin: string;
  readonly authority: AuthorityRecord;
  readonly place: IssuedPlace;
  readonly words: Translator;
}

/**
 * A recognition as an Open Badges 3.0 endorsement (§B.3), still without proofs. Its subject is one version of an
 * achievement, or one certificate; level, condition and dates stand in `name` and `endorsementComment` in words too,
 * for viewers that know endorsements alone.
 */
export function recognitionDocument(
  parts: SigningParts,
  agreement: Pick<AgreementRecord, "achievementId" | "issuerDid" | "title" | "certificateId">,
  terms: Terms,
): JsonObject {
  const { authority, words } = parts;
  const { achievementId, issuerDid, title, certificateId } = agreement;
  const said = saidOf(terms, authority, words);
  return {
    ...envelope(parts, recognitionType),
    name: words.t("recognition.document.name", { ...said, title }),
    validFrom: wholeSeconds(terms.from),
    ...(terms.until === undefined ? {} : { validUntil: wholeSeconds(terms.until) }),
    credentialSubject: {
      id: certificateId ?? achievementId,
      type: ["EndorsementSubject"],
      endorsementComment: words.t("recognition.document.comment", {
        ...{ ...said, title, achievement: achievementId },
        scope: certificateId === undefined ? "achievement" : "certificate",
      }),
      recognisedAchievement: achievementId,
      recognisedIssuer: issuerDid,
      jurisdiction: authority.jurisdictionId,
      jurisdictionName: authority.jurisdictionName,
      recognisedAs: terms.recognisedAs,
      localLevel: terms.localLevel,
      equivalence: terms.equivalence,
      ...(terms.compensationMeasure === undefined ? {} : { compensationMeasure: terms.compensationMeasure }),
      legalBasis: terms.legalBasis,
    },
  };
}

/** The values that the words of a recognition are made with. */
export function saidOf(
  terms: Terms,
  {
    jurisdictionName,
    name,
    demonstration,
  }: Pick<AuthorityRecord, "jurisdictionName" | "name" | "demonstration">,
  words: Translator,
) {
  return {
    ...{ jurisdiction: jurisdictionName, authority: name, demonstration: demonstration ? "yes" : "no" },
    ...{ recognisedAs: terms.recognisedAs, level: terms.localLevel, equivalence: terms.equivalence },
    ...{
      measure: terms.compensationMeasure ?? "",
      basis: terms.legalBasis,
      from: longDate(terms.from, words),
    },
    ...{
      ends: terms.until !== undefined,
      until: terms.until === undefined ? "none" : longDate(terms.until, words),
    },
  };
}

/** What a root says an authority may do, and for which jurisdiction. */
export interface MandateTerms {
  readonly did: string;
  readonly name: string;
  readonly jurisdictionId: string;
  readonly jurisdictionName: string;
  readonly from: number;
  readonly until?: number;
}

/** A root's word that an authority may recognise for its jurisdiction; `authority` of the parts is the root. */
export function mandateDocument(parts: SigningParts, terms: MandateTerms): JsonObject {
  const { authority, words } = parts;
  const said = {
    ...{ authority: terms.name, jurisdiction: terms.jurisdictionName, root: authority.name },
    demonstration: authority.demonstration ? "yes" : "no",
  };
  return {
    ...envelope(parts, mandateType),
    name: words.t("recognition.document.mandate", said),
    validFrom: wholeSeconds(terms.from),
    ...(terms.until === undefined ? {} : { validUntil: wholeSeconds(terms.until) }),
    credentialSubject: {
      id: terms.did,
      type: ["EndorsementSubject"],
      endorsementComment: words.t("recognition.document.mandateComment", said),
      name: terms.name,
      mandatedTo: "recognise",
      jurisdiction: terms.jurisdictionId,
      jurisdictionName: terms.jurisdictionName,
    },
  };
}

function envelope({ origin, authority, place }: SigningParts, type: string): JsonObject {
  return {
    "@context": recognitionContexts,
    id: recognitionUrl(origin, place.record.id),
    type: ["VerifiableCredential", "EndorsementCredential", type],
    issuer: {
      ...{ id: place.issuer, type: ["Profile"], name: authority.name },
      url: authorityUrl(origin, authority.slug),
    },
    awardedDate: wholeSeconds(place.at),
    credentialStatus: place.credentialStatus,
  };
}
