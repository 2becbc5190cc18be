import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import { achievementUrl } from "../addresses.js";
import type { Deps } from "../deps.js";
import type { CertificateFacts, Issued } from "../facts.js";
import { eqfLevel, highest } from "../levels.js";
import type { Marks } from "../marks.js";
import { longDate } from "./dates.js";
import { languageName, offeredForms } from "./files.js";
import { reasonInWords } from "./reasons.js";

/** What every public page of this room has. */
export interface PublicPage extends PageModel {
  readonly noindex: true;
  readonly heading: string;
}

interface CertificateModel extends PublicPage {
  readonly marks: Marks;
  readonly marked: boolean;
  readonly subtitle: { readonly programme: string; readonly version: string };
  /** What is to be said first where it is not simply in force. */
  readonly standing?: {
    readonly kind: "suspended" | "superseded" | "revoked" | "expired" | "renewed";
    readonly date: string;
    readonly reason?: string;
    readonly successor?: string;
    readonly renewedBy?: string;
  };
  readonly isEnded: boolean;
  /** The certificate that it took the place of. */
  readonly predecessor?: string;
  readonly by: { readonly academy: string; readonly jurisdiction: string };
  readonly awarded: string;
  readonly validUntil: string;
  readonly level: { readonly level: number; readonly eqf: number };
  readonly competencies: readonly { readonly title: string; readonly level: number }[];
  readonly statements: number;
  readonly url: string;
  readonly host: string;
  readonly checkUrl: string;
  readonly achievementUrl: string;
  readonly manifestUrl: string;
  /** What it can be taken along as, each with what it is good for. */
  readonly forms: readonly {
    readonly form: string;
    readonly name: string;
    readonly use: string;
    readonly languages?: readonly { readonly locale: string; readonly name: string }[];
  }[];
}

/** A certificate's page: what it attests, whether the academy still stands by it, and how anyone can check that. */
export function sendCertificate(
  res: Response,
  facts: CertificateFacts,
  { about }: Pick<Issued, "about">,
  deps: Deps,
): void {
  const words = translatorOf(res);
  res.vary("Accept-Language");
  const level = highest(about.competencies.map((one) => one.level));
  const standing = standingOf(facts, deps.clock.now(), words);
  const inForce = standing === undefined || standing.kind === "renewed";
  sendPage<CertificateModel>(res, "certificates/certificate", {
    ...{ noindex: true, heading: about.title, marks: facts.marks },
    pageTitle: words.t("certificates.page.tab", {
      title: about.title,
      standing: inForce ? "valid" : standing.kind,
    }),
    isEnded: !inForce,
    marked: facts.marks.demonstration || facts.marks.draft,
    subtitle: { programme: about.programmeId, version: about.curriculum.core },
    ...(standing ? { standing } : {}),
    ...(facts.predecessor === undefined ? {} : { predecessor: facts.predecessor }),
    by: { academy: facts.academyName, jurisdiction: facts.jurisdiction },
    awarded: longDate(facts.awardedAt, words),
    validUntil: longDate(facts.validUntil, words),
    level: { level, eqf: eqfLevel[level] },
    competencies: about.competencies,
    statements: facts.statementCount,
    url: facts.url,
    host: new URL(facts.url).host,
    checkUrl: `/verify?url=${encodeURIComponent(facts.url)}`,
    achievementUrl: achievementUrl("", about.programmeId, about.curriculum.core),
    manifestUrl: `/certificates/${facts.id}/evidence`,
    forms: formsOffered(words, deps),
  });
}

function formsOffered(words: Translator, { catalogues }: Deps): CertificateModel["forms"] {
  return offeredForms.map((form) => ({
    form,
    name: words.t(`certificates.offline.${form}`),
    use: words.t(`certificates.offline.${form}Use`),
    ...(form === "pdf"
      ? {
          languages: catalogues
            .whole(["paper"])
            .map(({ locale }) => ({ locale, name: languageName(locale) })),
        }
      : {}),
  }));
}

function standingOf(facts: CertificateFacts, now: number, words: Translator): CertificateModel["standing"] {
  const { state, since, reason, successor, validUntil, renewedBy } = facts;
  if (state === "valid") {
    const renewal = renewedBy === undefined ? {} : { renewedBy };
    const date = longDate(validUntil, words);
    if (validUntil <= now) return { kind: "expired", date, ...renewal };
    return renewedBy === undefined ? undefined : { kind: "renewed", date, ...renewal };
  }
  return {
    kind: state,
    date: longDate(since, words),
    ...(reason === undefined || state === "superseded" ? {} : { reason: reasonInWords(reason, words) }),
    ...(successor === undefined ? {} : { successor }),
  };
}

/** A calm page for the moments in which a certificate has its address and is not signed yet. */
export function sendBeingMade(res: Response): void {
  const heading = translatorOf(res).t("certificates.beingMade.title");
  sendPage<PublicPage>(res, "certificates/being-made", { noindex: true, heading, pageTitle: heading }, 202);
}
