import type { Instrument } from "../model.js";
import { isChecked } from "../sources.js";

export interface CitedInstrument {
  readonly instrument: Instrument;
  /** `1, 2`; empty when the whole text is meant. */
  readonly provisions: string;
  /** The provision numbers were confirmed against the text. */
  readonly checked: boolean;
}

/** The texts of references as `UN-COC:1`, each once with all its provisions, in the order in which they are cited. */
export function instrumentsCited(
  references: readonly string[],
  instruments: readonly Instrument[],
): CitedInstrument[] {
  const provisionsOf = new Map<string, string[]>();
  for (const reference of references) {
    const [code = "", provision = ""] = reference.split(":");
    const known = provisionsOf.get(code) ?? [];
    provisionsOf.set(code, provision === "all" ? known : [...known, provision]);
  }
  return [...provisionsOf].flatMap(([code, all]) => {
    const instrument = instruments.find((one) => one.code === code);
    const provisions = all.join(", ");
    return instrument ? [{ instrument, provisions, checked: isChecked(instrument, provisions) }] : [];
  });
}
