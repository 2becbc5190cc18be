import type { Response } from "express";
import { type PageModel, sendPage, translatorOf } from "../../foundation/web/index.js";

interface FormPostPage extends PageModel {
  /** Without the LMS's header: it flashes by within the course page's frame. */
  readonly layout: "sandbox-bare";
  readonly action: string;
  readonly inputs: readonly { readonly name: string; readonly value: string }[];
}

/** Sends the browser on by a form that posts itself; without JavaScript its button does. */
export function sendFormPost(
  res: Response,
  action: string,
  values: Readonly<Record<string, string | undefined>>,
): void {
  const inputs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
  const pageTitle = translatorOf(res).t("sandbox.post.pageTitle");
  const page: FormPostPage = { layout: "sandbox-bare", pageTitle, action, inputs };
  sendPage(res, "sandbox/form-post", page);
}
