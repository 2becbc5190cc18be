import type { Findings } from "./findings.js";
import type { PackageFile, PackageFiles } from "./package-files.js";

/** A package while it is read: its files, which of them were asked for, and what was found. */
export interface Package extends PackageFiles {
  readonly taken: Set<string>;
  /** Folders that could not be looked into, as what names their files is at fault: `core/modules/M01/`. */
  readonly unread: Set<string>;
  readonly findings: Findings;
}

/** The file at `path`, noted as known. When it is not there at all, that is a finding, `missing`'s if given. */
export function takeFile(content: Package, path: string, missing?: () => void): PackageFile | undefined {
  const file = content.files.get(path);
  content.taken.add(path);
  if (!file && !content.refused.has(path)) {
    if (missing) missing();
    else content.findings.add(path, 1, "file-missing", "This file is missing from the package.");
  }
  return file;
}
