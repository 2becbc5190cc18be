import type { Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { errorWords, sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import type { Answer } from "../answers.js";
import type { StatedCertificate } from "../certificate.js";
import type { VerificationError } from "../errors.js";
import { shortDid } from "../proofs.js";
import type { Verification } from "../verification.js";
import { dayOf, timeOf, wordsOf, type AnswerWords } from "../words.js";

interface VerifyPage extends PageModel {
  /** What the strip at the top says. */
  readonly place: string;
  readonly noindex: true;
}

interface FormPage extends VerifyPage {
  readonly problem: { readonly title: string; readonly text: string; readonly next: string } | undefined;
  readonly url: string;
}

interface ResultPage extends VerifyPage {
  readonly day: string;
  readonly time: string;
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

/** The page with the three ways to give a certificate, and, above them, what was wrong with the last one. */
export function sendForm(res: Response, refused?: { error: VerificationError; url: string }): void {
  const words = translatorOf(res);
  const problem = refused && errorWords(res, refused.error);
  const title = words.t("verification.form.title");
  sendPage<FormPage>(
    res,
    "verification/form",
    {
      pageTitle: problem ? `${problem.title} · ${title}` : title,
      place: words.t("verification.place"),
      noindex: true,
      problem,
      url: refused?.url ?? "",
    },
    refused?.error.status ?? 200,
  );
}

/** @param url where the certificate was fetched, so that the question can be asked again */
export function sendResult(res: Response, verification: Verification, url?: string): void {
  const words = translatorOf(res);
  const { at, stated, own, answers } = verification;
  const of = (verdict: Answer["answer"]): number => answers.filter(({ answer }) => answer === verdict).length;
  const unaltered = answers.find(({ question }) => question === "unaltered")?.answer;
  const holder = answers.find(({ question }) => question === "holder");
  const counts = { yes: of("yes"), no: of("no"), unknown: of("unknown") };
  sendPage<ResultPage>(res, "verification/result", {
    pageTitle: `${words.t("verification.result.tab", counts)} · ${words.t("verification.form.title")}`,
    place: words.t("verification.place"),
    noindex: true,
    day: dayOf(at, words),
    time: timeOf(at, words),
    altered: unaltered === "no",
    unconfirmed: unaltered === "unknown",
    certificate: statedModel(stated, words),
    answers: answers.map((answer) => answerModel(answer, words, at)),
    holder: holder?.answer === "yes" ? undefined : own?.url,
    refusedCode: holder && refusals.has(holder.reason) ? wordsOf(holder, words, at).reason : undefined,
    again: url === undefined ? "/verify" : `/verify?url=${encodeURIComponent(url)}`,
    page: own?.url,
  });
}

function answerModel(answer: Answer, words: Translator, now: number): AnswerModel {
  return {
    ...wordsOf(answer, words, now),
    key: answer.reason,
    about: answer.question,
    answer: answer.answer,
    sign: signs[answer.answer],
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
