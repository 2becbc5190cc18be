import fc from "fast-check";
import { entryHash, type LogAudit, type LogEntry } from "../../../src/foundation/log/index.js";

/** What someone does to one entry of a log. */
export type Harm =
  | { readonly kind: "alter"; readonly field: "content" | "subject" | "key" | "at" | "loggedAt" }
  | { readonly kind: "delete" | "close-up" | "swap" | "insert" | "withhold" };

export const anyHarm: fc.Arbitrary<Harm> = fc.oneof(
  fc.record({
    kind: fc.constant("alter" as const),
    field: fc.constantFrom(
      "content" as const,
      "subject" as const,
      "key" as const,
      "at" as const,
      "loggedAt" as const,
    ),
  }),
  fc.record({
    kind: fc.constantFrom("delete", "close-up", "swap", "insert", "withhold"),
  }) as fc.Arbitrary<Harm>,
);

/** The entries afterwards (a hole where one is gone), and the index of an entry that is not as it was. */
export function harmed(
  entries: readonly LogEntry[],
  harm: Harm,
  where: number,
): { readonly entries: (LogEntry | undefined)[]; readonly index: number } {
  const last = entries.length - 1;
  const places = harm.kind === "swap" ? Math.max(1, last) : entries.length;
  const index = harm.kind === "withhold" ? last : where % places;
  const list: (LogEntry | undefined)[] = [...entries];
  const chosen = entries[index]!;
  if (harm.kind === "alter") list[index] = altered(chosen, harm.field);
  if (harm.kind === "delete") list[index] = undefined;
  if (harm.kind === "close-up" || harm.kind === "withhold") list.splice(index, 1);
  if (harm.kind === "insert") list.splice(index, 0, { ...chosen, key: `${chosen.key} put in` });
  if (harm.kind === "swap") {
    // One entry has nobody to change places with.
    if (entries.length === 1) list[index] = undefined;
    else [list[index], list[index + 1]] = [entries[index + 1], chosen];
  }
  return { entries: list.map((entry, at) => entry && { ...entry, index: at }), index };
}

function altered(entry: LogEntry, field: (Harm & { kind: "alter" })["field"]): LogEntry {
  const value = entry[field];
  return { ...entry, [field]: typeof value === "number" ? value + 1 : `${value} ` };
}

export const hashesOf = (entries: readonly (LogEntry | undefined)[]): (string | undefined)[] =>
  entries.map((entry) => entry && entryHash(entry));

/** Whether an audit names this entry, alone or as one of a few between two heads. */
export const names = ({ faults }: LogAudit, index: number): boolean =>
  faults.some(
    (fault) =>
      ("index" in fault && fault.index === index) ||
      ("from" in fault && fault.from <= index && index < fault.to),
  );

/** Whether it names this entry, and not only a range. */
export const namesExactly = ({ faults }: LogAudit, index: number): boolean =>
  faults.some((fault) => "index" in fault && fault.index === index);
