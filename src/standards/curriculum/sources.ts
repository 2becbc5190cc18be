import type { Findings } from "./findings.js";
import type { Instrument, Source } from "./model.js";
import type { Citation } from "./schemas.js";
import type { YamlText } from "./yaml-text.js";

export type Instruments = ReadonlyMap<string, Instrument>;

/** Where a list of citations stands. */
interface Place {
  readonly origin: YamlText<unknown>;
  readonly path: readonly PropertyKey[];
}

/** Looks up each citation's instrument; `instruments` is undefined when that file itself is at fault. */
export function resolveCitations(
  citations: readonly Citation[],
  { origin, path }: Place,
  instruments: Instruments | undefined,
  findings: Findings,
): Source[] {
  return citations.flatMap((citation, index) => {
    const line = origin.lineAt([...path, index, "code"]);
    const { code, note, provisions = "" } = citation;
    const instrument = checkCode(code, provisions, { file: origin.file, line }, { instruments, findings });
    if (!instrument) return [];
    const { title, url } = instrument;
    return [
      {
        code,
        provisions,
        note,
        title,
        ...(url === undefined ? {} : { url }),
        checked: isChecked(instrument, provisions),
      },
    ];
  });
}

/** Checks references as `UN-COC:1`. */
export function checkReferences(
  references: readonly string[],
  { origin, path }: Place,
  instruments: Instruments | undefined,
  findings: Findings,
): void {
  references.forEach((reference, index) => {
    const [code = "", provision = ""] = reference.split(":");
    const at = { file: origin.file, line: origin.lineAt([...path, index]) };
    checkCode(code, provision === "all" ? "" : provision, at, { instruments, findings });
  });
}

function checkCode(
  code: string,
  provisions: string,
  { file, line }: { readonly file: string; readonly line: number },
  { instruments, findings }: { readonly instruments: Instruments | undefined; readonly findings: Findings },
): Instrument | undefined {
  const instrument = instruments?.get(code);
  if (instruments && !instrument) {
    findings.add(file, line, "reference-unknown", `"${code}" is not an instrument of instruments.yaml.`);
  }
  if (instrument?.provisions === "none" && provisions !== "") {
    findings.add(
      file,
      line,
      "provisions-not-citable",
      `Provision numbers of ${code} are not known well enough to be cited.`,
    );
  }
  return instrument;
}

/** Whether every provision cited was confirmed, by itself or within a confirmed range as `26-30`. */
export function isChecked(instrument: Instrument, provisions: string): boolean {
  if (provisions === "" || instrument.provisions === "none") return instrument.titleChecked;
  if (instrument.provisions === "checked") return true;
  return provisions.split(",").every((provision) => {
    const wanted = provision.trim();
    return instrument.confirmed.some((known) => known === wanted || isWithin(wanted, known));
  });
}

function isWithin(provision: string, range: string): boolean {
  const [from, to] = range.split("-").map(Number);
  const number = Number(provision);
  return from !== undefined && to !== undefined && number >= from && number <= to;
}
