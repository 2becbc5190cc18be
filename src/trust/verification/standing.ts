import { statusBit, VcError, type JsonObject } from "../../standards/vc/index.js";
import { days, hours, minutes } from "../../foundation/kernel/index.js";
import { no, unknown, yes, type Finding, type Moment } from "./answers.js";
import type { StatedCertificate } from "./certificate.js";
import type { OwnCertificate } from "./own.js";
import { sealFault, type ProofDeps } from "./proofs.js";
import { isoMoment, jsonOf, memberOf, objectsOf, plainText, textOf, textsOf } from "./reading.js";

/** What each step of a life leaves it as; a step that is not known here takes it out of force. */
const stateAfter: Readonly<Record<string, string>> = {
  issued: "valid",
  suspended: "suspended",
  lifted: "superseded",
  revoked: "revoked",
};

/** Was it in force? The books of this installation, for a certificate that it issued itself: every step has its time. */
export function ownStanding({ life }: Pick<OwnCertificate, "life">, { on, now }: Moment): Finding {
  const [issued] = life;
  const last = life.findLast(({ at }) => at <= on);
  if (!last) return no("own-notIssued", { values: { fromAt: issued?.at ?? now }, asOf: now });
  const state = stateAfter[last.step] ?? "revoked";
  if (state === "valid") return yes(on === now ? "valid" : "validThen", { asOf: now });
  const values = { sinceAt: last.at, ...(last.reason === undefined ? {} : { decision: last.reason }) };
  return no(`own-${state}`, { values, asOf: now });
}

/** What is looked up: the entries of something, and how its issuer signs. */
export interface Standing extends Pick<StatedCertificate, "status" | "issuerId"> {
  readonly both: boolean;
}

const purposes = ["revocation", "suspension"];
/** A certificate needs one or two; each further one would be fetched at a stranger's word. */
const maxEntries = 3;

/**
 * Was it revoked or suspended? By the status lists that it names (Bitstring Status List 1.0 §3.2); of the past by the
 * list of that time, where the issuer serves it (§2.4, `timestamp`).
 */
export async function examineStanding(
  { status, issuerId: issuer, both }: Standing,
  moment: Moment,
  deps: ProofDeps,
): Promise<Finding> {
  if (status.length === 0) return unknown("noList");
  if (status.length > maxEntries) return unknown("listsTooMany");
  const findings = await Promise.all(
    status.map((entry) => examineEntry(entry, { issuer, both }, moment, deps)),
  );
  // One list that says no is enough; all of them must say yes.
  const byWeight = (verdict: Finding["answer"]): Finding | undefined =>
    findings.find(({ answer }) => answer === verdict);
  return byWeight("no") ?? byWeight("unknown") ?? byWeight("yes") ?? unknown("noList");
}

async function examineEntry(
  entry: JsonObject,
  signed: Pick<Wanted, "issuer" | "both">,
  moment: Moment,
  deps: ProofDeps,
): Promise<Finding> {
  const place = placeOf(entry);
  if (typeof place === "string") return unknown(place, { values: { kind: kindName(entry) } });
  const fetched = await deps.lookup.text(addressOf(place.url, moment));
  if ("failure" in fetched) return unknown("listNotReached", { values: { why: fetched.failure } });
  const list = await readList(fetched.text, { ...place, ...signed }, moment, deps);
  if ("answer" in list) return list;
  try {
    const asOf = list.signedAt ?? fetched.at;
    return statusBit(list.encoded, place.index) ? no("withdrawn", { asOf }) : yes("clear", { asOf });
  } catch (error) {
    if (!(error instanceof VcError)) throw error;
    return unknown(error.code === "vc_status_index_out_of_range" ? "listIndex" : "listMalformed");
  }
}

function addressOf(url: string, { on, now }: Moment): string {
  if (on === now || !URL.canParse(url)) return url;
  const then = new URL(url);
  then.searchParams.set("timestamp", new Date(on).toISOString());
  return then.href;
}

/** What the entry calls itself, for the words. */
function kindName({ type }: JsonObject): string {
  return plainText(textsOf(type)[0])?.slice(0, 60) ?? "?";
}

interface Place {
  readonly kind: (typeof kinds)[number];
  readonly url: string;
  readonly purpose: string;
  readonly index: number;
}

/** What an entry and its list are called: Bitstring Status List 1.0, and the draft before it, which lacks the `u`. */
const kinds = [
  { entry: "BitstringStatusListEntry", list: "BitstringStatusListCredential", prefix: "" },
  { entry: "StatusList2021Entry", list: "StatusList2021Credential", prefix: "u" },
] as const;

/** Where an entry points to, or the reason why nobody can tell. */
function placeOf(entry: JsonObject): Place | "listKind" | "listPurpose" | "listIndex" {
  const url = textOf(entry.statusListCredential);
  const [purpose, ...more] = textsOf(entry.statusPurpose);
  const oneBit = entry.statusSize === undefined || entry.statusSize === 1;
  const kind = kinds.find((one) => textsOf(entry.type).includes(one.entry));
  if (kind === undefined || url === undefined || !oneBit) return "listKind";
  if (purpose === undefined || more.length > 0 || !purposes.includes(purpose)) return "listPurpose";
  const index = indexOf(entry);
  return index === undefined ? "listIndex" : { kind, url, purpose, index };
}

type Wanted = Omit<Place, "index"> & {
  readonly issuer: string;
  /** It has both signatures, as whatever it is about does. */
  readonly both: boolean;
};

/** The list in a fetched text, when it is the wanted one, of this issuer, signed, and of today. */
async function readList(
  text: string,
  { kind, url, purpose, issuer, both }: Wanted,
  moment: Moment,
  deps: ProofDeps,
): Promise<Finding | { encoded: string; signedAt: number | undefined }> {
  const list = jsonOf(text);
  if (!list) return unknown("listMalformed");
  const [subject] = objectsOf(list.credentialSubject);
  const bits = textOf(subject?.encodedList);
  const issuedBy = textOf(list.issuer) ?? textOf(memberOf(list.issuer, "id"));
  const isList = textsOf(list.type).includes(kind.list);
  if (!isList || !subject || bits === undefined) return unknown("listMalformed");
  if (issuedBy !== issuer) return unknown("listOtherIssuer");
  if (list.id !== url || !textsOf(subject.statusPurpose).includes(purpose)) return unknown("listOther");
  const stale = outsideItsDates(list, moment);
  if (stale) return stale;
  const fault = await sealFault(list, issuer, deps, { both });
  if (fault !== undefined) return unknown("listSeal", { values: { fault } });
  return { encoded: `${kind.prefix}${bits}`, signedAt: signedAt(list) };
}

/** Lists are kept once a day, and whenever they change. */
const keptFor = days(1) + hours(1);

/** How far another installation's clock may go ahead of ours: a list is made when it is asked for, after our moment. */
const ahead = minutes(5);

/** By the names of the data model 2.0, else of 1.1. */
const datesOf = ({ validFrom, issuanceDate, validUntil, expirationDate }: JsonObject) => ({
  from: isoMoment(validFrom ?? issuanceDate),
  until: isoMoment(validUntil ?? expirationDate),
});

/** A list says from when to when it holds. One of the past, which was kept, holds until the next one was. */
function outsideItsDates(list: JsonObject, { on, now }: Moment): Finding | undefined {
  const { from, until } = datesOf(list);
  if (from === "malformed" || until === "malformed") return unknown("listMalformed");
  if (on !== now) {
    const isOfThen = from !== undefined && from <= on && on < Math.max(until ?? 0, from + keptFor);
    return isOfThen ? undefined : unknown("listOnlyToday");
  }
  if (until !== undefined && until <= now) return unknown("listStale", { values: { untilAt: until } });
  if (from !== undefined && now + ahead < from) return unknown("listNotYet", { values: { fromAt: from } });
  return undefined;
}

/** When the list was made: by its proof, else by its dates. */
function signedAt(list: JsonObject): number | undefined {
  const signed = objectsOf(list.proof).map(({ created }) => isoMoment(created));
  const moments = [...signed, datesOf(list).from];
  return moments.find((moment) => typeof moment === "number");
}

/** §2.1: a string of decimal digits; some write the number itself. */
function indexOf({ statusListIndex }: JsonObject): number | undefined {
  const digits = typeof statusListIndex === "number" ? String(statusListIndex) : plainText(statusListIndex);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
