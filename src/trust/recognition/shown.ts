import { uuidPattern } from "../../foundation/kernel/index.js";
import type { CredentialRecord } from "../../standards/issuing/index.js";
import type { RecognitionDeps } from "./deps.js";
import { jsonOf, objectOf, textOf } from "./reading.js";
import type { AgreementRecord, AuthorityRecord, GrantedStep } from "./recognition-store.js";

/** Something that this room signed, found by the last part of its address. */
export type Shown = ShownRecognition | ShownMandate;

interface Signed {
  readonly record: CredentialRecord;
  readonly text: string;
  /** Who signed it. */
  readonly authority: AuthorityRecord;
}
export interface ShownRecognition extends Signed {
  readonly kind: "recognition";
  readonly agreement: AgreementRecord;
  readonly step: GrantedStep;
}
export interface ShownMandate extends Signed {
  readonly kind: "mandate";
  /** What it says, in its own words. */
  readonly stated: { readonly name: string; readonly comment: string };
}

export async function findShown(
  id: string,
  { store, issuing }: Pick<RecognitionDeps, "store" | "issuing">,
): Promise<Shown | undefined> {
  const record = uuidPattern.test(id) ? await issuing.find(id) : undefined;
  const text = record?.text;
  const authority = record && (await store.authority(record.academyId));
  if (text === undefined || !authority) return undefined;
  const signed = { record, text, authority };
  const { kind, agreementId, stepId } = record.about;
  if (kind === "mandate") return { ...signed, kind, stated: readStated(text) };
  const agreement = typeof agreementId === "string" ? await store.agreement(agreementId) : undefined;
  const step = agreement?.steps.find((one) => one.id === stepId);
  return agreement && step?.decision === "granted"
    ? { ...signed, kind: "recognition", agreement, step }
    : undefined;
}

/** What an endorsement of ours says in words. */
function readStated(text: string): { name: string; comment: string } {
  const document = jsonOf(text) ?? {};
  const { endorsementComment } = objectOf(document.credentialSubject);
  return { name: textOf(document.name) ?? "", comment: textOf(endorsementComment) ?? "" };
}
