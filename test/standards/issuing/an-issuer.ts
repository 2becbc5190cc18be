import { createDirectory, type Academy, type Directory } from "../../../src/foundation/directory/index.js";
import type { DomainEvent } from "../../../src/foundation/events/index.js";
import { createNewId, Secret } from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../../src/foundation/keys/index.js";
import {
  createIssuing,
  type CredentialRecord,
  type Draft,
  type IssuedPlace,
  type Issuing,
  type IssuingDeps,
} from "../../../src/standards/issuing/index.js";
import { assertionKeys, parseJson, verifyProofs, type JsonObject } from "../../../src/standards/vc/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { aLog } from "../../foundation/log/a-log.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

export const origin = "https://tessera.example:8443";

export interface AnIssuer {
  readonly storage: Storage;
  readonly directory: Directory;
  readonly clock: FixedClock;
  readonly academy: Academy;
  readonly issuing: Issuing;
  /** Another process on the same store: keys, caches and all else of its own. */
  readonly another: (changes?: Partial<IssuingDeps> & { readonly secret?: Buffer }) => Issuing;
  /** An issued credential of the academy. */
  issued(cause: string): Promise<CredentialRecord & { readonly text: string }>;
  close(): Promise<void>;
}

/** The academy "north-1" with real keys on a real store of its own. */
export async function anIssuer(): Promise<AnIssuer> {
  const clock = fixedAt("2027-03-14T10:20:30.456Z");
  const newId = createNewId(clock);
  const storage = await aStore(clock);
  const directory = createDirectory({ store: storage.directory, clock, newId });
  const academy = await directory.ensureAcademy({
    ...{ slug: "north-1", name: "North", jurisdictionId: "XA", demonstration: true },
  });
  const another: AnIssuer["another"] = ({ secret = Buffer.alloc(32, 1), ...changes } = {}) => {
    const sealer = createSealer(new Secret(secret));
    return createIssuing({
      ...{ store: storage.credentials, log: aLog(storage, clock), directory, origin, clock, newId },
      keyRingOf: (tenant) =>
        createKeyRing("credentials", { store: storage.keys, sealer, clock }, { tenant, alg: "EdDSA" }),
      ...changes,
    });
  };
  const issuing = another();
  return {
    ...{ storage, directory, clock, academy, issuing, another },
    issued: async (cause) => {
      const { id } = await issuing.reserve(academy, wanted(cause));
      return issuing.issue(id, draft);
    },
    close: () => storage.close(),
  };
}

export const wanted = (cause: string) => ({ cause, ownerId: "person-1", about: { kind: "test" } });

/** A small credential, with one event. */
export function draft({ record, issuer, credentialStatus }: IssuedPlace): Draft {
  return {
    document: {
      "@context": ["https://www.w3.org/ns/credentials/v2"],
      id: `${origin}/credentials/${record.id}`,
      type: ["VerifiableCredential"],
      issuer,
      credentialSubject: { id: "urn:uuid:5d0c9c1e-6a3f-4a39-8f5a-0d5c5b6d8f10" },
      credentialStatus,
    },
    about: { kind: "test", signed: true },
    events: (text) => [anEvent(record, "issued", text.length)],
  };
}

export function anEvent(
  { academyId, jurisdictionId, id, version }: CredentialRecord,
  what: string,
  bytes = 0,
): DomainEvent<"certificate.issued"> {
  return {
    ...{ academyId, jurisdictionId, lane: id, sequence: version, at: 0, id: `${id}-${what}` },
    type: "certificate.issued",
    data: {
      ...{ personId: "person-1", certificateId: id, credential: id, programmeId: "p", registration: "r" },
      ...{ expiresAt: 0, evidence: [], sha256: what, bytes },
    },
  };
}

/** The verdicts of a document's proofs by the keys of a DID document. */
export async function verdicts(text: string, didDocument: string): Promise<string[]> {
  const document = parseJson(didDocument) as JsonObject & { id: string };
  const keys = assertionKeys(document, document.id);
  const proofs = await verifyProofs(parseJson(text), (method) => Promise.resolve(keys.get(method)));
  return proofs.map(({ cryptosuite, verdict }) => `${cryptosuite} ${verdict}`);
}

export const bothValid = ["eddsa-rdfc-2022 valid", "eddsa-jcs-2022 valid"];
