import { createHash } from "node:crypto";
import type { Academy } from "../../foundation/directory/index.js";
import type { AnyEvent, DomainEvent } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { CredentialRecord, Draft, IssuedPlace } from "../../standards/issuing/index.js";
import { digestMultibase } from "../../standards/vc/index.js";
import { aboutOf, type CertificateAbout, type SignedParts } from "./about.js";
import { certificateUrl } from "./addresses.js";
import { certificateDocument } from "./credential.js";
import type { Deps } from "./deps.js";
import { CertificatesError, EntitlementError } from "./errors.js";
import { manifestDocument } from "./manifest.js";
import { isDraft, type Marks } from "./marks.js";

/**
 * Takes a reserved certificate to its end: evidence sealed, manifest and certificate signed, saved with its event in one
 * write. It may be repeated at any point: nothing counts before that write, and after it nothing is done again.
 * @throws EntitlementError; EvidenceError `evidence_not_written`, which passes by itself
 */
export async function mint(record: CredentialRecord, deps: Deps): Promise<CredentialRecord> {
  const about = aboutOf(record);
  if (!about) throw new CertificatesError("certificate_unknown");
  if (record.state !== "reserved") return record;
  const { academy, marks } = await admit(record, about, deps);
  return deps.issuing.issue(record.id, async (place) => {
    // Anew at each try: the statements are the same, and the salts of a try that failed are nowhere.
    const seal = await deps.evidence.seal(record, about.evidence);
    const manifest = await deps.issuing.sealManifest(
      record,
      manifestDocument({
        ...{ origin: deps.origin, id: record.id, issuer: place.issuer, seal },
        createdAt: place.at,
      }),
    );
    const signed = { marks, seal, manifest: JSON.stringify(manifest), issuedEventId: deps.newId() };
    return draftOf(about, signed, { place, academy, deps });
  });
}

interface Making {
  readonly place: IssuedPlace;
  readonly academy: Academy;
  readonly deps: Deps;
}

function draftOf(about: CertificateAbout, signed: SignedParts, { place, academy, deps }: Making): Draft {
  const { record, issuer, credentialStatus } = place;
  const { curriculum, origin } = deps;
  const document = certificateDocument({
    ...{ id: record.id, origin, curriculum, issuer, credentialStatus },
    programme: programmeOf(about, deps),
    marks: signed.marks,
    words: deps.catalogues.negotiate([curriculum.languages[0]]),
    subjectId: `urn:uuid:${deps.randomId()}`,
    academyName: academy.name,
    awardedAt: about.awardedAt,
    validUntil: about.validUntil,
    competencies: about.competencies,
    statementCount: signed.seal.count,
    manifestDigest: digestMultibase(signed.manifest),
  });
  const kept: CertificateAbout = { ...about, signed };
  return {
    document,
    about: { ...kept },
    events: (text) => [issuedEvent(record, kept, { signed, text, deps })],
  };
}

function issuedEvent(
  record: CredentialRecord,
  about: CertificateAbout,
  { signed, text, deps }: { signed: SignedParts; text: string; deps: Deps },
): DomainEvent<"certificate.issued"> {
  return {
    ...certificateLane(record, 0),
    id: signed.issuedEventId,
    type: "certificate.issued",
    at: deps.clock.now(),
    data: {
      ...certificateContext(record, about, deps.origin),
      expiresAt: about.validUntil,
      evidence: about.competencies.map(({ achieved }) => achieved),
      ...(about.renewal ? { renewal: about.renewal } : {}),
      sha256: createHash("sha256").update(text, "utf8").digest("hex"),
      bytes: Buffer.byteLength(text, "utf8"),
    },
  };
}

/** Where the events of a certificate stand: the lane is its own, and the sequence rises with each change of it. */
export function certificateLane(
  { id, version, academyId, jurisdictionId }: CredentialRecord,
  index: number,
): Pick<AnyEvent, "lane" | "sequence" | "academyId" | "jurisdictionId"> {
  return { lane: id, sequence: version * 100 + index, academyId, jurisdictionId };
}

export function certificateContext(record: CredentialRecord, about: CertificateAbout, origin: string) {
  return {
    personId: record.ownerId,
    certificateId: record.id,
    credential: certificateUrl(origin, record.id),
    programmeId: about.programmeId,
    registration: about.registration,
  };
}

function programmeOf({ programmeId, curriculum: pinned }: CertificateAbout, { curriculum }: Deps) {
  const programme = curriculum.programmes.find(({ id }) => id === programmeId);
  if (!programme || pinned.core !== curriculum.version)
    throw new EntitlementError("entitlement_not_in_curriculum", { missing: `${programmeId} ${pinned.core}` });
  return programme;
}

/**
 * Whether a certificate may be made of it here, and what must then stand on it.
 * @throws EntitlementError
 */
export async function admit(
  { academyId }: Tenant,
  about: CertificateAbout,
  deps: Deps,
): Promise<{ readonly academy: Academy; readonly marks: Marks }> {
  const draft = isDraft(programmeOf(about, deps), deps.curriculum);
  if (draft && deps.production && !deps.demonstration)
    throw new EntitlementError("entitlement_unreviewed", { programme: about.programmeId });
  const academy = await deps.directory.academy(academyId);
  return { academy, marks: { demonstration: deps.demonstration || academy.demonstration, draft } };
}
