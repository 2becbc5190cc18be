import { secure } from "../vc/index.js";
import type { CredentialRecord, CredentialStore } from "./credential-store.js";
import { IssuingError } from "./errors.js";
import type { Issuers } from "./issuers.js";
import type { Draft, IssuedPlace, IssuingDeps, Note, Withdrawal } from "./deps.js";
import { statusEntry } from "./status-place.js";

/** How often a change is tried when others change the same credential at the same time. */
const tries = 10;

export interface IssueDeps extends Pick<IssuingDeps, "store" | "clock" | "origin"> {
  readonly issuers: Issuers;
}

type Issued = CredentialRecord & { readonly text: string };

export async function issueCredential(
  id: string,
  make: (place: IssuedPlace) => Draft | Promise<Draft>,
  { store, clock, origin, issuers }: IssueDeps,
): Promise<Issued> {
  for (let turn = 0; turn < tries; turn += 1) {
    const record = await read(id, store);
    if (isIssued(record)) return record;
    const issuer = await issuers.of(record);
    const now = clock.now();
    const at = now - (now % 1000);
    const place = { record, issuer: issuer.did, credentialStatus: statusEntry(origin, record), at };
    const draft = await make(place);
    const text = JSON.stringify(await secure(draft.document, await issuer.proofKey(), at));
    const issued: Issued = {
      ...record,
      ...{ version: record.version + 1, state: "valid", about: draft.about, text },
      life: [...record.life, { step: "issued", at }],
    };
    if ((await store.saveCredential(issued, record.version, draft.events(text))) === "saved") return issued;
  }
  throw new IssuingError("credential_busy");
}

export function withdrawCredential(
  id: string,
  decide: (record: CredentialRecord) => Withdrawal | undefined,
  store: CredentialStore,
): Promise<CredentialRecord> {
  return change(id, store, (record) => {
    const decided = decide(record);
    if (!decided) return undefined;
    if (record.state === "revoked") throw impossible(record);
    const { state, step, about = record.about } = decided;
    const life = [...record.life, step];
    return { ...decided, next: { ...record, state, about, life, withdrawn: 1 } };
  });
}

export function noteOnCredential(
  id: string,
  decide: (record: CredentialRecord) => Note | undefined,
  store: CredentialStore,
): Promise<CredentialRecord> {
  return change(id, store, (record) => {
    const decided = decide(record);
    return decided && { ...decided, next: { ...record, life: [...record.life, ...decided.steps] } };
  });
}

interface Changed extends Pick<Note, "dueAt" | "events"> {
  readonly next: CredentialRecord;
}

async function change(
  id: string,
  store: CredentialStore,
  decide: (record: CredentialRecord) => Changed | undefined,
): Promise<CredentialRecord> {
  for (let turn = 0; turn < tries; turn += 1) {
    const record = await read(id, store);
    const changed = decide(record);
    if (!changed) return record;
    if (!isIssued(record)) throw impossible(record);
    const { dueAt: before, ...rest } = changed.next;
    const due = changed.dueAt === undefined ? before : changed.dueAt;
    const next = { ...rest, version: record.version + 1, ...(typeof due === "number" ? { dueAt: due } : {}) };
    if ((await store.saveCredential(next, record.version, changed.events)) === "saved") return next;
  }
  throw new IssuingError("credential_busy");
}

function impossible({ state }: CredentialRecord): IssuingError {
  return new IssuingError("credential_step_impossible", { state });
}

async function read(id: string, store: CredentialStore): Promise<CredentialRecord> {
  const record = await store.credential(id);
  if (!record) throw new IssuingError("credential_unknown");
  return record;
}

function isIssued(record: CredentialRecord): record is Issued {
  return record.text !== undefined;
}
