import type { Translator } from "../../../foundation/i18n/index.js";
import {
  criticalTests,
  rightsTests,
  type RightsTest,
  type ScenarioOption,
} from "../../../standards/curriculum/index.js";
import { sourceModel, type SourceModel } from "./page.js";

/** The bar of a rating: its frame is this wide in the drawing's units. */
export const barWidth = 88;

/** One option on one test. A test that does not apply has no rating. */
export interface Cell {
  /** The test's name, for a narrow page where the column's head does not show. */
  readonly test: string;
  /** In digits with its sign: `+2`, `0`, `−1`. */
  readonly rating?: string;
  /** How much of the bar is filled, in the drawing's units. */
  readonly filled?: number;
  readonly critical: boolean;
}

/** An option with what it weighs. */
export interface Weighed {
  readonly text: string;
  readonly label: string;
  readonly why: string;
  readonly sources: readonly SourceModel[];
  readonly cells: readonly Cell[];
  /** The tests on which it is a serious breach, named; empty for most. */
  readonly critical: string;
}

/** The tests that apply to at least one of these options, in their fixed order. */
export function applicableTests(options: readonly Pick<ScenarioOption, "ratings">[]): RightsTest[] {
  return rightsTests.filter((test) => options.some(({ ratings }) => ratings[test] !== undefined));
}

export function testName(translator: Translator, test: RightsTest): string {
  return translator.t(`learning.tests.${test}`);
}

export function weighed(
  translator: Translator,
  option: ScenarioOption,
  tests: readonly RightsTest[],
): Weighed {
  const critical = criticalTests(option);
  const names = new Intl.ListFormat(translator.locale, { type: "conjunction" });
  return {
    text: option.text,
    label: option.label,
    why: option.why,
    sources: option.sources.map(sourceModel),
    cells: tests.map((test) => cell(testName(translator, test), option.ratings[test])),
    critical: names.format(critical.map((test) => testName(translator, test))),
  };
}

function cell(test: string, rating: number | undefined): Cell {
  if (rating === undefined) return { test, critical: false };
  // A minus sign, not a hyphen.
  const sign = rating > 0 ? "+" : rating < 0 ? "\u2212" : "";
  return {
    test,
    rating: `${sign}${String(Math.abs(rating))}`,
    filled: ((rating + 2) / 4) * barWidth,
    critical: rating === -2,
  };
}
