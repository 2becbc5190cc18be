import { access, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Frame, Locator, Page } from "playwright-core";
import { takePicture } from "./chromium.js";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

/** A numbered step of a page of `docs/`: what it names in bold, in its order, and its picture. */
interface GuideStep {
  readonly number: number;
  readonly names: readonly string[];
  readonly picture: string | undefined;
}

/** Where something is looked for. */
type Place = Page | Frame;

/** A person's hand that does what one step says; what it touches or reads is what the page calls so. */
export interface Hand {
  /** A button, a link or what opens more, by the words that it shows. */
  press(place: Place, name: string): Promise<void>;
  /** A field, by its label. */
  fill(place: Place, name: string, value: string): Promise<void>;
  /** A box, a dot or an entry of a list, by the words of its label. */
  tick(place: Place, name: string): Promise<void>;
  /** Something that is only to be read; answers its element. */
  read(place: Place, name: string): Promise<Locator>;
  /** One of a list that opens. */
  choose(place: Place, name: string, option: string): Promise<void>;
  /** The picture that the step shows. */
  picture(page: Page): Promise<void>;
  readonly isPictured: boolean;
}

/**
 * A page of `docs/` that is followed to the letter: every step is done, in its order, and touches or reads exactly what
 * the page names in bold. `…` in a name stands for whatever a person's own LMS or academy is called.
 */
export class Guide {
  readonly #steps: readonly GuideStep[];
  #next = 0;

  private constructor(steps: readonly GuideStep[]) {
    this.#steps = steps;
  }

  static async open(name: string): Promise<Guide> {
    const steps = stepsOf(await readFile(`${docs}${name}`, "utf8"));
    for (const { picture } of steps)
      if (picture !== undefined) await access(`${docs}pictures/${picture}.png`);
    return new Guide(steps);
  }

  /** Steps that were not done yet. */
  get left(): number {
    return this.#steps.length - this.#next;
  }

  async step(act: (hand: Hand) => Promise<void>): Promise<void> {
    const step = this.#steps[this.#next];
    if (!step) throw new Error("the guide has no further step");
    this.#next += 1;
    const named: string[] = [];
    try {
      await act(handOf(step, named));
    } catch (error) {
      throw new Error(`step ${step.number}: ${String(error)}`, { cause: error });
    }
    const said = step.names.map((name, index) =>
      patternOf(name).test(named[index] ?? "") ? named[index] : name,
    );
    expect(named, `step ${step.number}`).to.deep.equal(said);
  }
}

/** The numbered steps of a page: `1. …` with the lines that belong to it. */
function stepsOf(text: string): GuideStep[] {
  return [...text.matchAll(/^(\d+)\. (.*(?:\n(?: {3}.*|(?=\n {3})))*)/gm)].map(
    ([, number, body = ""], index) => {
      expect(Number(number), "steps are numbered through").to.equal(index + 1);
      return {
        number: index + 1,
        names: [...body.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = ""]) => name.replaceAll(/\s+/g, " ")),
        picture: /!\[[^\]]+\]\(pictures\/([\w-]+)\.png\)/.exec(body)?.[1],
      };
    },
  );
}

function handOf(step: GuideStep, named: string[]): Hand {
  const only = async (found: Locator, name: string): Promise<Locator> => {
    const shown = found.filter({ visible: true });
    await shown.first().waitFor({ timeout: 15_000 });
    named.push(name);
    return shown;
  };
  return {
    press: async (place, name) => {
      const found = place.locator("button, a, summary").filter({ hasText: wholly(name) });
      await (await only(found, name)).press("Enter");
    },
    fill: async (place, name, value) => {
      await (await only(place.getByLabel(name, { exact: true }), name)).fill(value);
    },
    choose: async (place, name, option) => {
      await (await only(place.getByLabel(name, { exact: true }), name)).selectOption(option);
    },
    tick: async (place, name) => {
      await (await only(place.locator("label").filter({ hasText: beginning(name) }), name)).first().click();
    },
    read: async (place, name) => (await only(place.getByText(ending(name)), name)).first(),
    isPictured: step.picture !== undefined,
    picture: async (page) => {
      if (step.picture === undefined) throw new Error("the step shows no picture");
      await page.evaluate("document.querySelector('iframe.tool')?.scrollIntoView()");
      await takePicture(page, `guides/${step.picture}`);
    },
  };
}

const escaped = (name: string): string => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const patternOf = (name: string): RegExp => new RegExp(`^${name.split("…").map(escaped).join(".+")}$`);
const wholly = (name: string): RegExp => new RegExp(`^\\s*${escaped(name)}\\s*$`);
const beginning = (name: string): RegExp => new RegExp(`^\\s*${escaped(name)}`);
/** A sign may stand before it. */
const ending = (name: string): RegExp => new RegExp(String.raw`(^|\s)${escaped(name)}\s*$`);
