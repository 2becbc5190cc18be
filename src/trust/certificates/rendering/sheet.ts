import type { Translator } from "../../../foundation/i18n/index.js";
import type { CertificateFacts, Issued } from "../facts.js";
import { longDate } from "../http/dates.js";
import { eqfLevel, highest } from "../levels.js";
import type { Direction } from "./bidi.js";

/**
 * All that a certificate's picture and paper say, in words of one language: nothing that does not stand in the
 * certificate or on its page, but the name that a holder asks for. It is plain data, so that a thread can draw it.
 */
export interface Sheet {
  readonly locale: string;
  readonly direction: Direction;
  readonly url: string;
  /** The signed JSON, byte for byte. */
  readonly credential: string;
  /** UTC milliseconds: the only date of its making. */
  readonly awardedAt: number;
  readonly kicker: string;
  readonly title: string;
  readonly academy: string;
  /** What must be said before anything else; empty in production on reviewed content. */
  readonly marks: readonly { readonly short: string; readonly text: string }[];
  /** When it was awarded and until when it counts, a sentence each. */
  readonly dates: readonly string[];
  readonly paper: PaperWords;
}

/** What only paper says. */
export interface PaperWords {
  readonly documentTitle: string;
  readonly subtitle: string;
  readonly rows: readonly { readonly label: string; readonly values: readonly string[] }[];
  /** Why a name is on it, where there is one. */
  readonly named?: string;
  readonly check: string;
  readonly checkText: string;
  readonly attached: string;
  readonly code: string;
  readonly mark: string;
}

/** The name of the file that is attached to paper. */
export const attachedFile = "certificate.json";

/** @param name to be printed, where the holder asks for it: it goes nowhere else. */
export function sheetOf(
  facts: CertificateFacts,
  { about }: Pick<Issued, "about">,
  words: Translator,
  name?: string,
): Sheet {
  const { marks, url, awardedAt } = facts;
  const [awarded, validUntil] = [longDate(awardedAt, words), longDate(facts.validUntil, words)];
  const said = (mark: "demonstration" | "draft") => ({
    short: words.t(`paper.${mark}`),
    text: words.t(`paper.${mark}Text`),
  });
  return {
    ...{ locale: words.locale, direction: words.direction, url, credential: facts.text, awardedAt },
    ...{ kicker: words.t("paper.kicker"), title: about.title, academy: facts.academyName },
    marks: [...(marks.demonstration ? [said("demonstration")] : []), ...(marks.draft ? [said("draft")] : [])],
    dates: [
      words.t("paper.awardedOn", { date: awarded }),
      words.t("paper.validUntilOn", { date: validUntil }),
    ],
    paper: {
      documentTitle: words.t("paper.documentTitle", { title: about.title }),
      subtitle: words.t("paper.subtitle", { programme: about.programmeId, version: about.curriculum.core }),
      rows: rowsOf(facts, { about, awarded, validUntil, holder: name ?? words.t("paper.holder") }, words),
      ...(name === undefined ? {} : { named: words.t("paper.named") }),
      check: words.t("paper.check"),
      checkText: words.t("paper.checkText", { host: new URL(url).host }),
      attached: words.t("paper.attached", { file: attachedFile }),
      code: words.t("paper.code", { url }),
      mark: words.t("paper.mark"),
    },
  };
}

interface RowParts extends Pick<Issued, "about"> {
  readonly awarded: string;
  readonly validUntil: string;
  readonly holder: string;
}

function rowsOf(facts: CertificateFacts, parts: RowParts, words: Translator): PaperWords["rows"] {
  const { competencies } = parts.about;
  const level = highest(competencies.map((one) => one.level));
  const by = { academy: facts.academyName, jurisdiction: facts.jurisdiction };
  return [
    { label: words.t("paper.to"), values: [parts.holder] },
    { label: words.t("paper.by"), values: [words.t("paper.byWhom", by)] },
    { label: words.t("paper.awarded"), values: [parts.awarded] },
    { label: words.t("paper.validUntil"), values: [parts.validUntil] },
    {
      label: words.t("paper.level"),
      values: [words.t("paper.levelReached", { level, eqf: eqfLevel[level] })],
    },
    {
      label: words.t("paper.competencies"),
      values: competencies.map((one) => words.t("paper.competency", { title: one.title, level: one.level })),
    },
    {
      label: words.t("paper.evidence"),
      values: [words.t("paper.statements", { count: facts.statementCount })],
    },
  ];
}
