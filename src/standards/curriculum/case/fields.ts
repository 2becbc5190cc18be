/** A record, by its fields. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a CFDocument (information model §7.1.10): also those that ours has not can be asked for. */
export const documentFields: ReadonlySet<string> = new Set([
  ...["identifier", "uri", "frameworkType", "caseVersion", "creator", "title", "lastChangeDateTime"],
  ...["officialSourceURL", "publisher", "description", "subject", "subjectURI", "language", "version"],
  ...["adoptionStatus", "statusStartDate", "statusEndDate", "licenseURI", "notes", "extensions"],
  "CFPackageURI",
]);

/** Upper and lower case are the same (§3.3). */
export const collator = new Intl.Collator("en", { sensitivity: "accent" });

/** The value at a path as `CFPackageURI.identifier`. */
export function valueAt(record: Fields, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (from, name) =>
        typeof from === "object" && from !== null && Object.hasOwn(from, name)
          ? (from as Fields)[name]
          : undefined,
      record,
    );
}

/** A value as it is compared. */
export function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}
