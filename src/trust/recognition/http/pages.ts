import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import { recognitionUrl } from "../addresses.js";
import { didOfAuthority } from "../authorities.js";
import { saidOf } from "../credential.js";
import { longDate } from "../dates.js";
import { judge } from "../history.js";
import { ownDecisions } from "../own.js";
import type { AgreementRecord, AuthorityRecord, DecisionStep } from "../recognition-store.js";
import type { ShownMandate, ShownRecognition } from "../shown.js";
import type { RouteDeps } from "./route-deps.js";

interface PublicPage extends PageModel {
  readonly noindex: true;
  readonly heading: string;
  readonly demonstration: boolean;
}

type Said = ReturnType<typeof saidOf>;

interface ShownAgreement {
  readonly title: string;
  readonly achievement: string;
  readonly standing: string;
  /** Its terms, where it is or was recognised. */
  readonly said?: Said;
  readonly recognition?: string;
  readonly history: readonly string[];
}

interface AuthorityModel extends PublicPage {
  readonly kind: AuthorityRecord["kind"];
  readonly jurisdiction: string;
  readonly did: string;
  readonly agreements: readonly ShownAgreement[];
  readonly issuers: readonly { readonly name: string; readonly did: string }[];
}

/** What an authority recognises, in plain words, with every decision that it took about it. */
export async function sendAuthorityPage(
  res: Response,
  authority: AuthorityRecord,
  deps: RouteDeps,
): Promise<void> {
  const words = translatorOf(res);
  const now = deps.clock.now();
  const agreements = (await deps.store.agreementsOf(authority)).filter(
    (one) => one.certificateId === undefined,
  );
  const shown = await Promise.all(agreements.map((one) => shownAgreement(one, authority, words, deps)));
  res.vary("Accept-Language");
  sendPage<AuthorityModel>(res, "recognition/authority", {
    ...{ noindex: true, heading: authority.name, demonstration: authority.demonstration },
    pageTitle: words.t("recognition.authority.tab", { name: authority.name }),
    ...{ kind: authority.kind, jurisdiction: authority.jurisdictionName },
    did: didOfAuthority(deps.origin, authority.slug),
    agreements: shown,
    issuers: authority.issuers
      .filter(({ from, until }) => from <= now && (until === undefined || now < until))
      .map(({ name, did }) => ({ name, did })),
  });
}

async function shownAgreement(
  agreement: AgreementRecord,
  authority: AuthorityRecord,
  words: Translator,
  deps: RouteDeps,
): Promise<ShownAgreement> {
  const now = deps.clock.now();
  const { reason, by } = judge(await ownDecisions(agreement, deps), now, now);
  return {
    ...{ title: agreement.title, achievement: agreement.achievementId },
    standing: words.t("recognition.standing", { reason: reason === "not-yet" ? "notYet" : reason }),
    ...(by?.terms ? { said: saidOf(by.terms, authority, words) } : {}),
    ...(by?.credential ? { recognition: by.credential.url } : {}),
    history: agreement.steps.map((step) => stepInWords(step, words)),
  };
}

function stepInWords(step: DecisionStep, words: Translator): string {
  const { decision, decidedBy } = step;
  return words.t("recognition.step", {
    ...{ decision, by: decidedBy, on: longDate(step.at, words) },
    reason: decision === "granted" ? "" : step.reason,
    effective: decision === "withdrawn" ? longDate(step.effective, words) : "",
  });
}

interface RecognitionModel extends PublicPage {
  readonly standing: string;
  readonly inForce: boolean;
  readonly title: string;
  readonly said: Said;
  readonly achievement: string;
  readonly certificate?: string;
  readonly issuer: string;
  readonly authority: { readonly name: string; readonly url: string; readonly did: string };
  readonly history: readonly string[];
  readonly url: string;
}

/** One recognition: as what, at which level, on which condition, from when to when, and whether it still holds. */
export function sendRecognitionPage(res: Response, shown: ShownRecognition, deps: RouteDeps): void {
  const words = translatorOf(res);
  const { authority, agreement, step, record } = shown;
  const now = deps.clock.now();
  const { from, until } = step.terms;
  const ended = record.state !== "valid" ? "ended" : until !== undefined && until <= now ? "expired" : "";
  const reason =
    ended || (now < from ? "not-yet" : step.terms.equivalence === "partial" ? "partial" : "recognised");
  const said = saidOf(step.terms, authority, words);
  res.vary("Accept-Language");
  sendPage<RecognitionModel>(res, "recognition/recognition", {
    ...{ noindex: true, demonstration: authority.demonstration, said, title: agreement.title },
    heading: step.terms.recognisedAs,
    pageTitle: words.t("recognition.page.tab", { title: agreement.title, jurisdiction: said.jurisdiction }),
    standing: words.t("recognition.standing", { reason: reason === "not-yet" ? "notYet" : reason }),
    inForce: reason === "recognised" || reason === "partial",
    achievement: agreement.achievementId,
    ...(agreement.certificateId === undefined ? {} : { certificate: agreement.certificateId }),
    issuer: agreement.issuerDid,
    authority: {
      ...{ name: authority.name, url: `/authorities/${authority.slug}` },
      did: didOfAuthority(deps.origin, authority.slug),
    },
    history: agreement.steps.map((one) => stepInWords(one, words)),
    url: recognitionUrl(deps.origin, record.id),
  });
}

interface MandateModel extends PublicPage {
  readonly inForce: boolean;
  readonly comment: string;
  readonly root: { readonly name: string; readonly url: string };
}

/** A mandate, in its own words. */
export function sendMandatePage(
  res: Response,
  { authority, stated, record }: ShownMandate,
  deps: RouteDeps,
): void {
  res.vary("Accept-Language");
  sendPage<MandateModel>(res, "recognition/mandate", {
    ...{
      noindex: true,
      heading: stated.name,
      pageTitle: stated.name,
      demonstration: authority.demonstration,
    },
    ...{ inForce: record.state === "valid", comment: stated.comment },
    root: { name: authority.name, url: `${deps.origin}/authorities/${authority.slug}` },
  });
}
