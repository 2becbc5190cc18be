import type { Entry } from "./catalogue.js";

/** What an instructor looks for; an empty text or 0 minutes asks for nothing. */
export interface Wanted {
  /** Each of its words must stand in the title (in whichever language), an outcome or a competency, in part at least. */
  readonly text: string;
  /** A programme's id. */
  readonly programme: string;
  /** A competency's id. */
  readonly competency: string;
  /** A BCP 47 tag. */
  readonly language: string;
  /** As long as this at most. */
  readonly minutes: number;
}

/** The entries that fit all that is wanted, in their order. */
export function search(entries: readonly Entry[], wanted: Wanted): Entry[] {
  const words = plain(wanted.text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return entries.filter((entry) => {
    if (wanted.programme !== "" && !entry.programmes.includes(wanted.programme)) return false;
    if (wanted.competency !== "" && !entry.competencies.some(({ id }) => id === wanted.competency))
      return false;
    if (wanted.language !== "" && !entry.languages.includes(wanted.language)) return false;
    if (wanted.minutes > 0 && entry.minutes > wanted.minutes) return false;
    const text = words.length > 0 ? plain(textsOf(entry).join(" ")) : "";
    return words.every((word) => text.includes(word));
  });
}

/** Whether anything at all is wanted. */
export function isWanted({ text, programme, competency, language, minutes }: Wanted): boolean {
  return minutes > 0 || [text.trim(), programme, competency, language].some((one) => one !== "");
}

function textsOf({ titles, outcomes, competencies }: Entry): string[] {
  return [...titles, ...outcomes, ...competencies.map((competency) => competency.title)];
}

/** Without case and accents, so that who types `cafe` finds `Café`. */
function plain(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
