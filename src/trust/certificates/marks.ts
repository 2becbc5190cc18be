import type { Translator } from "../../foundation/i18n/index.js";
import type { Curriculum, Programme } from "../../standards/curriculum/index.js";

/** What must stand on a certificate as long as it is true. */
export interface Marks {
  /** Invented law, an invented academy: it is worth nothing outside a demonstration. */
  readonly demonstration: boolean;
  /** Something in the programme was not reviewed by people. */
  readonly draft: boolean;
}

export function isDraft(programme: Programme, { modules }: Curriculum): boolean {
  return programme.modules.some((id) => modules.find((module) => module.id === id)?.reviewed !== true);
}

/** A title with what must be said beside it, so that every other viewer shows it too. */
export function markedTitle(title: string, { demonstration, draft }: Marks, words: Translator): string {
  const marks = demonstration ? (draft ? "both" : "demonstration") : draft ? "draft" : "none";
  return words.t("certificates.document.title", { title, marks });
}
