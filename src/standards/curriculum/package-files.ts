import { createHash } from "node:crypto";
import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { CurriculumError } from "./errors.js";
import type { Findings } from "./findings.js";

/** A longer text belongs into two activities; the limit also bounds what a parser is given. */
const largestFile = 256 * 1024;
const mostFiles = 5000;

export interface PackageFile {
  /** Path within the package, with `/`. */
  readonly path: string;
  /** With LF line ends. */
  readonly text: string;
  /** SHA-256 of `text`, hex. */
  readonly hash: string;
}

export interface PackageFiles {
  readonly files: ReadonlyMap<string, PackageFile>;
  /** Paths that are there and could not be taken; each has its finding. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Every file of a package by its path. Content is looked up in here and nowhere else, so no path that stands in
 * content is ever opened. Links are not followed. Names that begin with a dot are left out.
 *
 * Throws `curriculum_not_found` when the directory can't be read.
 */
export async function readPackage(directory: string, findings: Findings): Promise<PackageFiles> {
  const files = new Map<string, PackageFile>();
  const refused = new Set<string>();
  try {
    const root = await realpath(directory);
    const paths = await list(root, "", findings);
    if (paths.length > mostFiles) {
      findings.add(paths[mostFiles] ?? "", 1, "files-too-many", `A package has at most ${mostFiles} files.`);
    }
    for (const path of paths.slice(0, mostFiles).toSorted()) {
      const file = await readOne(root, path, findings);
      if (file) files.set(path, file);
      else refused.add(path);
    }
  } catch (error) {
    throw new CurriculumError("curriculum_not_found", { directory }, { cause: error });
  }
  return { files, refused };
}

async function list(root: string, folder: string, findings: Findings): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) paths.push(...(await list(root, path, findings)));
    else if (entry.isFile()) paths.push(path);
    else
      findings.add(
        path,
        1,
        "file-link",
        "Only plain files and folders are taken; this is a link or a device.",
      );
    if (paths.length > mostFiles) break;
  }
  return paths;
}

async function readOne(root: string, path: string, findings: Findings): Promise<PackageFile | undefined> {
  const { size } = await lstat(join(root, path));
  if (size > largestFile) {
    findings.add(path, 1, "file-too-large", `The file has ${size} bytes; at most ${largestFile} are taken.`);
    return undefined;
  }
  const bytes = await readFile(join(root, path));
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n");
    return { path, text, hash: createHash("sha256").update(text, "utf8").digest("hex") };
  } catch {
    findings.add(path, 1, "file-not-utf8", "The file is not UTF-8 text.");
    return undefined;
  }
}
