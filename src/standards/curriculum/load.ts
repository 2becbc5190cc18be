import { CurriculumError } from "./errors.js";
import { Findings, type Finding } from "./findings.js";
import { readFramework, readInstruments } from "./framework.js";
import type { Curriculum } from "./model.js";
import { readModules } from "./modules.js";
import { overlaysOf, readOverlays } from "./overlays.js";
import type { Package } from "./package.js";
import { readPackage } from "./package-files.js";
import { checkPassMarks, programmeOf } from "./programme-checks.js";
import { readReviews } from "./reviews.js";
import { readRubrics } from "./rubrics.js";

export interface LoadOptions {
  /** Jurisdictions whose overlays are loaded, in the order in which their boxes are shown. */
  readonly overlays: readonly string[];
  /** Refuses modules without human review, and invented law. */
  readonly production: boolean;
  /** The core version that is asked for; without it, the one that is there. */
  readonly version?: string;
}

export type Loaded = { readonly curriculum: Curriculum } | { readonly findings: readonly Finding[] };

/**
 * Reads a content package: the whole curriculum, or everything that is wrong with it.
 *
 * Throws `curriculum_not_found`, `curriculum_version_unknown`.
 */
export async function loadCurriculum(directory: string, options: LoadOptions): Promise<Loaded> {
  const content = await openPackage(directory);
  const curriculum = read(content, options);
  if (content.findings.count > 0 || !curriculum) return { findings: content.findings.sorted() };
  if (options.version !== undefined && options.version !== curriculum.version) {
    throw new CurriculumError("curriculum_version_unknown", {
      asked: options.version,
      there: curriculum.version,
    });
  }
  return { curriculum };
}

/** As `loadCurriculum`, for who can't go on without: throws `curriculum_invalid` with the first finding. */
export async function requireCurriculum(directory: string, options: LoadOptions): Promise<Curriculum> {
  const loaded = await loadCurriculum(directory, options);
  if ("curriculum" in loaded) return loaded.curriculum;
  const [first] = loaded.findings;
  throw new CurriculumError("curriculum_invalid", {
    directory,
    count: loaded.findings.length,
    ...(first && { file: first.file, line: first.line, rule: first.rule, sentence: first.sentence }),
  });
}

/**
 * Checks a content package with all overlays that it has, as for a demonstration. No findings: it is valid.
 *
 * Throws `curriculum_not_found`.
 */
export async function validateCurriculum(directory: string): Promise<Finding[]> {
  const content = await openPackage(directory);
  read(content, { overlays: overlaysOf(content), production: false });
  return content.findings.sorted();
}

async function openPackage(directory: string): Promise<Package> {
  const findings = new Findings();
  return { ...(await readPackage(directory, findings)), taken: new Set(), unread: new Set(), findings };
}

function read(
  content: Package,
  { overlays: jurisdictions, production }: LoadOptions,
): Curriculum | undefined {
  const instruments = readInstruments(content);
  const framework = readFramework(content, instruments);
  const overlays = readOverlays(content, { jurisdictions, production, core: framework?.data.version });
  const isReviewed = readReviews(content);
  if (!framework) return undefined;
  const { version, changed, languages, competencies, programmes } = framework.data;
  const modules = readModules({
    content,
    framework,
    languages,
    instruments,
    overlays,
    isReviewed,
    production,
  });
  checkPassMarks(framework, modules, content.findings);
  const rubrics = readRubrics(content, framework.data, isReviewed);
  reportUnknownFiles(content, jurisdictions);
  return {
    ...{ version, changed },
    languages,
    competencies,
    modules,
    programmes: programmes.map(programmeOf),
    instruments: [...(instruments?.values() ?? [])],
    rubrics,
    overlays,
    hashes: Object.fromEntries([...content.files.values()].map(({ path, hash }) => [path, hash])),
  };
}

/** A file with a mistyped name would be missed without a word. Overlays that are not loaded are not looked into. */
function reportUnknownFiles(
  { files, taken, unread, findings }: Package,
  jurisdictions: readonly string[],
): void {
  for (const path of files.keys()) {
    const overlay = /^overlays\/([^/]+)\//.exec(path)?.[1];
    if (taken.has(path) || (overlay !== undefined && !jurisdictions.includes(overlay))) continue;
    if ([...unread].some((folder) => path.startsWith(folder))) continue;
    findings.add(path, 1, "file-unknown", "Nothing names this file: its name or folder may be mistyped.");
  }
}
