import { createHash } from "node:crypto";
import { CurriculumError } from "./errors.js";
import type { Quiz, QuizItem } from "./model.js";

/** One item of a run: its id and its options' ids, both in the order shown. */
export interface DrawnItem {
  readonly itemId: string;
  readonly options: readonly string[];
}

export interface QuizScore {
  readonly right: number;
  readonly total: number;
  /** Right answers over all, 0 to 1. */
  readonly scaled: number;
  readonly passed: boolean;
  /** In the order of the draw. */
  readonly perItem: readonly {
    readonly itemId: string;
    readonly chosen: readonly string[];
    readonly right: boolean;
  }[];
}

/**
 * The items of one run. The same quiz (in any language) and the same seed always give the same draw; with `shuffle`
 * off, what was drawn keeps the order of the file.
 */
export function drawQuiz(quiz: Quiz, seed: string): DrawnItem[] {
  const random = seededRandom(`${quiz.id}\n${seed}`);
  const drawn = shuffled(quiz.items, random).slice(0, quiz.draw);
  const inOrder = quiz.shuffle ? drawn : quiz.items.filter((item) => drawn.includes(item));
  return inOrder.map((item) => ({
    itemId: item.id,
    options: (quiz.shuffle ? shuffled(item.options, random) : item.options).map((option) => option.id),
  }));
}

/**
 * Marks a run. An item is right when the chosen options are exactly the right ones; no answer is a wrong answer.
 * `answers`: item id → chosen option ids. Throws `curriculum_item_unknown` for a draw of another version.
 */
export function scoreQuiz(
  quiz: Quiz,
  drawn: readonly DrawnItem[],
  answers: Readonly<Record<string, readonly string[]>>,
): QuizScore {
  const perItem = drawn.map(({ itemId }) => {
    const item = quiz.items.find((candidate) => candidate.id === itemId);
    if (!item) throw new CurriculumError("curriculum_item_unknown", { quiz: quiz.id, item: itemId });
    const chosen = Object.hasOwn(answers, itemId) ? [...new Set(answers[itemId])] : [];
    return { itemId, chosen, right: isRight(item, chosen) };
  });
  const right = perItem.filter((item) => item.right).length;
  const scaled = perItem.length === 0 ? 0 : right / perItem.length;
  return { right, total: perItem.length, scaled, passed: perItem.length > 0 && scaled >= quiz.pass, perItem };
}

function isRight(item: QuizItem, chosen: readonly string[]): boolean {
  const right = item.options.filter((option) => option.right).map((option) => option.id);
  return right.length === chosen.length && right.every((id) => chosen.includes(id));
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = random(last + 1);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

/**
 * Whole numbers below a bound, from SHA-256 in counter mode: the same on every platform and Node version, which
 * `Math.random` is not. Draws that would make small numbers likelier are thrown away.
 */
function seededRandom(seed: string): (below: number) => number {
  const range = 2 ** 32;
  let counter = 0;
  const next = (): number => {
    const hash = createHash("sha256").update(`${seed}\n${counter}`, "utf8").digest();
    counter += 1;
    return hash.readUInt32BE();
  };
  return (below) => {
    const limit = range - (range % below);
    let value = next();
    while (value >= limit) value = next();
    return value % below;
  };
}
