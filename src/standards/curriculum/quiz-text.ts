import type { Findings } from "./findings.js";
import { checkUnique } from "./framework.js";
import type { QuizItem } from "./model.js";
import type { PackageFile } from "./package-files.js";
import { quizSchema, type QuizFile } from "./schemas.js";
import { resolveCitations, type Instruments } from "./sources.js";
import { readYaml, type YamlText } from "./yaml-text.js";

export interface QuizDraft {
  readonly origin: YamlText<QuizFile>;
  readonly title: string;
  readonly items: readonly QuizItem[];
}

/** Reads `quizzes/<id>.<language>.yaml`. */
export function readQuiz(
  file: PackageFile,
  instruments: Instruments | undefined,
  findings: Findings,
): QuizDraft | undefined {
  const origin = readYaml({ file: file.path, text: file.text }, quizSchema, findings);
  if (!origin) return undefined;
  const { title, items } = origin.data;
  checkUnique(
    items.map((item) => item.id),
    { origin, path: ["items"], key: "id" },
    findings,
  );
  return {
    origin,
    title,
    items: items.map((item, index) => {
      const path = ["items", index];
      checkOptions(item, { origin, path }, findings);
      const sources = resolveCitations(
        item.sources,
        { origin, path: [...path, "sources"] },
        instruments,
        findings,
      );
      return { ...item, sources };
    }),
  };
}

/** What has to be the same in every language, so that a run means the same in each. */
export function quizShape(draft: QuizDraft): string {
  return JSON.stringify(
    draft.items.map(({ id, kind, options }) => [
      id,
      kind,
      options.map((option) => [option.id, option.right]),
    ]),
  );
}

function checkOptions(
  item: QuizFile["items"][number],
  { origin, path }: { readonly origin: YamlText<unknown>; readonly path: readonly PropertyKey[] },
  findings: Findings,
): void {
  checkUnique(
    item.options.map((option) => option.id),
    { origin, path: [...path, "options"], key: "id" },
    findings,
  );
  const right = item.options.filter((option) => option.right).length;
  const line = origin.lineAt([...path, "id"]);
  if (right === 0) {
    findings.add(origin.file, line, "quiz-no-right", `No option of "${item.id}" is marked right: true.`);
  } else if (item.kind === "choice" && right > 1) {
    const sentence = `"${item.id}" is a choice, so one option is right; ${right} are marked.`;
    findings.add(origin.file, line, "quiz-several-right", sentence);
  }
}
