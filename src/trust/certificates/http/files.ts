import type { Request, Response } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { queryParameter } from "../../../foundation/web/index.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import type { Issued } from "../facts.js";
import type { CertificateForm, Forms } from "../rendering/forms.js";
import { dataTypes, refuse, sendBytes, type DataType, type Wanted } from "./texts.js";

/** Form → the media types that it is asked for by; the first is what `?as=` answers with. */
const forms = {
  png: ["image/png"],
  svg: ["image/svg+xml"],
  pdf: ["application/pdf"],
  // As a web resource a token is plain text (OB 3.0 §5.2).
  jwt: ["text/plain", "application/jwt"],
} as const;

/** The forms that a certificate can be had in, in the order in which they are offered. */
export const offeredForms = ["json", "pdf", "png", "svg", "jwt"] as const;

export interface WantedFile {
  readonly form: CertificateForm;
  readonly type: string;
  /** As a file to be kept, by `?as=`. */
  readonly isDownload: boolean;
}

/**
 * Which of all is wanted: by `?as=`, else by the Accept header. A picture's place in a page, which names pictures and
 * takes anything, gets one; whoever only takes anything gets the signed text. That `?as=` is no unknown one, `refusesForm` has seen to.
 */
export function wantedForm(req: Request, res: Response): Wanted | WantedFile {
  const as = queryParameter(req, "as");
  if (as === "json") return "application/json";
  if (isForm(as)) return { form: as, type: forms[as][0], isDownload: true };
  res.vary("Accept");
  const types = Object.values(forms).flatMap((all) => all.filter((type) => type !== "text/plain"));
  const type = req.accepts([...dataTypes, "text/html", ...types]);
  const data = dataTypes.find((one): one is DataType => one === type);
  if (data) return data;
  const form = Object.keys(forms).find((one): one is CertificateForm =>
    isForm(one) ? forms[one].some((known) => known === type) : false,
  );
  return form && typeof type === "string" ? { form, type, isDownload: false } : "page";
}

/** Answers an `?as=` that there is not: a browser, which always names HTML, with a page, and programs with a problem. */
export function refusesForm(req: Request, res: Response): boolean {
  const as = queryParameter(req, "as");
  if (as === undefined || as === "json" || isForm(as)) return false;
  res.vary("Accept");
  const isBrowser = req.accepts([...dataTypes, "text/html"]) === "text/html";
  const error = new CertificatesError("certificate_form_unknown", { forms: [...offeredForms] });
  refuse(res, isBrowser ? "page" : "application/json", error);
  return true;
}

const isForm = (name: string | undefined): name is CertificateForm =>
  name !== undefined && Object.hasOwn(forms, name);

/** The language of paper: what `?lang=` or else the browser asks for, where paper has all its words in it. */
export function paperWords(
  req: Request,
  res: Response,
  { catalogues }: Pick<Deps, "catalogues">,
): Translator {
  res.vary("Accept-Language");
  const asked = queryParameter(req, "lang");
  return catalogues.negotiate(
    [...(asked === undefined ? [] : [asked]), ...req.acceptsLanguages()],
    ["paper"],
  );
}

/** A language by its own name. */
export function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
}

interface Sent {
  readonly issued: Issued;
  readonly wanted: WantedFile;
  readonly words: Translator;
}

export async function sendFile(res: Response, { issued, wanted, words }: Sent, made: Forms): Promise<void> {
  const { form, type, isDownload } = wanted;
  const file = await made.make(form, issued, words);
  if (form === "pdf") res.set("Content-Language", words.locale);
  sendBytes(res, type, file, isDownload ? `certificate-${issued.record.id}.${form}` : undefined);
}
