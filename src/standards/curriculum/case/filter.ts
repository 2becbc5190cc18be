import { CaseError } from "./errors.js";
import { collator, documentFields, textOf, valueAt, type Fields } from "./fields.js";

type Test = (record: Fields) => boolean;

const clause = String.raw`([A-Za-z]\w*(?:\.\w+)*)(!=|>=|<=|[=<>~])'([^']*)'`;
const filterForm = new RegExp(`^${clause}(?: (AND|OR) ${clause})?$`);

/**
 * Reads `<field><predicate>'<value>'`, or two of them with AND or OR between (REST binding §3.3).
 * @throws CaseError `case_selection_malformed`
 */
export function readFilter(text: string | undefined): Test {
  if (text === undefined) return () => true;
  const [whole, field, predicate, value, logical, ...second] = filterForm.exec(text) ?? [];
  if (whole === undefined) throw new CaseError("case_selection_malformed", { parameter: "filter" });
  const first = testOf(field, predicate, value);
  if (logical === undefined) return first;
  const other = testOf(second[0], second[1], second[2]);
  return logical === "AND"
    ? (record) => first(record) && other(record)
    : (record) => first(record) || other(record);
}

function testOf(field = "", predicate = "", wanted = ""): Test {
  const [name = ""] = field.split(".");
  if (!documentFields.has(name)) throw new CaseError("case_selection_malformed", { parameter: "filter" });
  return (record) => {
    const value = valueAt(record, field);
    // What is not there is neither more nor less than anything.
    if (value === undefined) return predicate === "!=";
    return predicate === "~" ? contains(value, wanted) : isInOrder(textOf(value), predicate, wanted);
  };
}

function isInOrder(value: string, predicate: string, wanted: string): boolean {
  const order = collator.compare(value, wanted);
  const among: Readonly<Record<string, boolean>> = {
    "=": order === 0,
    "!=": order !== 0,
    ">": order > 0,
    ">=": order >= 0,
    "<": order < 0,
    "<=": order <= 0,
  };
  return among[predicate] ?? false;
}

/** Of a list, any of the values that are given with commas between. */
function contains(value: unknown, wanted: string): boolean {
  const low = wanted.toLowerCase();
  if (!Array.isArray(value)) return textOf(value).toLowerCase().includes(low);
  return low.split(",").some((part) => value.some((one) => textOf(one).toLowerCase().includes(part)));
}
