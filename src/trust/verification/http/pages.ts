import type { Request, Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import type { Clock } from "../../../foundation/kernel/index.js";
import { errorWords, sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import type { Answer, Moment } from "../answers.js";
import type { StatedCertificate } from "../certificate.js";
import type { VerificationError } from "../errors.js";
import { shortDid } from "../proofs.js";
import { dayText } from "../moment.js";
import type { Verification } from "../verification.js";
import { dayOf, timeOf, wordsOf, type AnswerWords } from "../words.js";

interface VerifyPage extends PageModel {
  /** What the strip at the top says. */
  readonly place: string;
  readonly noindex: true;
  /** This page in each language that has all its words, each named in itself. */
  readonly languages: readonly LanguageLink[];
  /** What keeps the language that was chosen: the end of an address. */
  readonly chosen: string;
}

interface LanguageLink {
  readonly lang: string;
  readonly dir: Translator["direction"];
  readonly name: string;
  readonly href: string;
  readonly here: boolean;
}

export interface PageDeps {
  readonly languages: readonly Translator[];
  readonly clock: Clock;
}

interface FormPage extends VerifyPage {
  readonly problem: { readonly title: string; readonly text: string; readonly next: string } | undefined;
  readonly url: string;
  /** The last day that can be asked about. */
  readonly today: string;
}

interface ResultPage extends VerifyPage {
  readonly day: string;
  readonly time: string;
  /** Present when a day in the past was asked about: when it was asked. */
  readonly knownOn: string | undefined;
  /** Present when it came in a bundle: when that was made. */
  readonly bundled: string | undefined;
  /** Where it was fetched, so that another day can be asked about. */
  readonly url: string | undefined;
  readonly on: string;
  readonly today: string;
  /** It was altered: what it says is not shown. */
  readonly altered: boolean;
  /** Nobody can tell whether it was altered. */
  readonly unconfirmed: boolean;
  readonly certificate: Stated;
  readonly answers: readonly AnswerModel[];
  /** The certificate for which a one-time code can be entered here. */
  readonly holder: string | undefined;
  /** Why the code that was entered does not fit. */
  readonly refusedCode: string | undefined;
  readonly again: string;
  /** The certificate's own page, where it is one of this installation. */
  readonly page: string | undefined;
}

interface AnswerModel extends AnswerWords {
  readonly key: string;
  readonly about: Answer["question"];
  readonly answer: Answer["answer"];
  readonly sign: string;
  /** ISO 3166 code. */
  readonly jurisdiction: string | undefined;
}

interface Stated {
  readonly title: string;
  readonly name: string | undefined;
  readonly subtitle: string | undefined;
  readonly issuer: string;
  readonly issuerId: string;
  readonly from: string | undefined;
  readonly until: string | undefined;
  readonly levels: readonly string[];
  readonly evidence: string;
}

/** Reasons for which a code that was entered does not fit. */
const refusals = new Set(["wrongCode", "codeGone"]);

/** A certificate of the largest programme has 21. */
const mostLevels = 24;

const signs = { yes: "✓", no: "✗", unknown: "?" } as const;

/** The page with the ways to give a certificate, and, above them, what was wrong with the last one. */
export function sendForm(
  req: Request,
  res: Response,
  deps: PageDeps,
  refused?: { error: VerificationError; url: string },
): void {
  const words = translatorOf(res);
  const problem = refused && errorWords(res, refused.error);
  const title = words.t("verification.form.title");
  sendPage<FormPage>(
    res,
    "verification/form",
    {
      ...common(req, words, deps, {}),
      pageTitle: problem ? `${problem.title} · ${title}` : title,
      problem,
      url: refused?.url ?? "",
      today: dayText(deps.clock.now()),
    },
    refused?.error.status ?? 200,
  );
}

/** What every page of this room has; `query` is what its address keeps when the language changes. */
function common(
  req: Request,
  words: Translator,
  { languages }: PageDeps,
  query: Readonly<Record<string, string>>,
): Omit<VerifyPage, "pageTitle"> {
  const named = new Intl.DisplayNames([words.locale], { type: "language" });
  return {
    place: words.t("verification.place"),
    noindex: true,
    languages: languages.map(({ locale, direction }) => ({
      ...{ lang: locale, dir: direction, here: locale === words.locale },
      name: new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? named.of(locale) ?? locale,
      href: `/verify?${new URLSearchParams({ ...query, lang: locale }).toString()}`,
    })),
    chosen: req.query.lang === undefined ? "" : `?lang=${words.locale}`,
  };
}

interface ResultDeps extends PageDeps {
  /** Where the certificate was fetched, so that the question can be asked again. */
  readonly url: string | undefined;
}

export function sendResult(req: Request, res: Response, verification: Verification, deps: ResultDeps): void {
  const words = translatorOf(res);
  const { at, on, stated, own, answers, bundledAt } = verification;
  const { url } = deps;
  const of = (verdict: Answer["answer"]): number => answers.filter(({ answer }) => answer === verdict).length;
  const unaltered = answers.find(({ question }) => question === "unaltered")?.answer;
  const counts = { yes: of("yes"), no: of("no"), unknown: of("unknown") };
  const asked: Record<string, string> = {
    ...(url === undefined ? {} : { url }),
    ...(url === undefined || on === at ? {} : { on: dayText(on) }),
  };
  const moment = { now: at, on };
  const saidAt = (time: number): string => `${dayOf(time, words)}, ${timeOf(time, words)}`;
  sendPage<ResultPage>(res, "verification/result", {
    ...common(req, words, deps, asked),
    pageTitle: `${words.t("verification.result.tab", counts)} · ${words.t("verification.form.title")}`,
    day: dayOf(on, words),
    time: timeOf(at, words),
    knownOn: on === at ? undefined : saidAt(at),
    bundled: bundledAt === undefined ? undefined : saidAt(bundledAt),
    ...{ url, on: dayText(on), today: dayText(at) },
    altered: unaltered === "no",
    unconfirmed: unaltered === "unknown",
    certificate: statedModel(stated, words),
    answers: answers.map((answer) => answerModel(answer, words, moment)),
    ...codeModel(verification, words),
    again: `/verify?${new URLSearchParams({ ...asked, ...langOf(req, words) }).toString()}`,
    page: own?.url,
  });
}

/** Where a one-time code can be entered, and what was wrong with the last one. */
function codeModel(
  { answers, own, at: now, on }: Verification,
  words: Translator,
): Pick<ResultPage, "holder" | "refusedCode"> {
  const holder = answers.find(({ question }) => question === "holder");
  const isRefused = holder !== undefined && refusals.has(holder.reason);
  return {
    holder: holder?.answer === "yes" || on !== now ? undefined : own?.url,
    refusedCode: isRefused ? wordsOf(holder, words, { now, on }).reason : undefined,
  };
}

const langOf = (req: Request, { locale }: Translator): Record<string, string> =>
  req.query.lang === undefined ? {} : { lang: locale };

function answerModel(answer: Answer, words: Translator, moment: Moment): AnswerModel {
  return {
    ...wordsOf(answer, words, moment),
    key: answer.reason,
    about: answer.question,
    answer: answer.answer,
    sign: signs[answer.answer],
    jurisdiction: answer.recognition?.jurisdiction,
  };
}

function statedModel(stated: StatedCertificate, words: Translator): Stated {
  const { title, name, programme, version, issuerName, issuerId, validFrom, validUntil } = stated;
  const day = (at: StatedCertificate["validFrom"]): string | undefined =>
    at === "malformed"
      ? words.t("verification.result.noDate")
      : at === undefined
        ? undefined
        : dayOf(at, words);
  return {
    title: title === "" ? words.t("verification.result.untitled") : title,
    name,
    subtitle:
      programme === undefined
        ? undefined
        : words.t("verification.result.programme", { programme, version: version ?? "" }),
    issuer: issuerName ?? shortDid(issuerId),
    issuerId: shortDid(issuerId),
    from: day(validFrom),
    until: day(validUntil),
    levels: [...new Set(stated.levels)].slice(0, mostLevels),
    evidence: stated.evidence.flatMap(({ description }) => description ?? []).join(" "),
  };
}
