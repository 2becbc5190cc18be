import { expect } from "chai";
import fc from "fast-check";
import {
  CurriculumError,
  drawQuiz,
  type Quiz,
  type QuizItem,
  scoreQuiz,
} from "../../../src/standards/curriculum/index.js";

/** Any valid quiz: at least one right option an item, exactly one in a choice. */
const quizzes: fc.Arbitrary<Quiz> = fc
  .record({
    sizes: fc.array(
      fc.record({
        options: fc.integer({ min: 2, max: 6 }),
        right: fc.integer({ min: 0, max: 5 }),
        multiple: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    draw: fc.integer({ min: 1, max: 12 }),
    shuffle: fc.boolean(),
    pass: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ sizes, draw, shuffle, pass }) => ({
    id: "any-quiz",
    language: "en",
    title: "Any quiz",
    pass,
    shuffle,
    retake: "at-once",
    draw: Math.min(draw, sizes.length),
    items: sizes.map(({ options, right, multiple }, index): QuizItem => ({
      id: `item-${index}`,
      kind: multiple ? "multiple" : "choice",
      stem: "Which?",
      explanation: "So.",
      sources: [],
      options: Array.from({ length: options }, (_, at) => ({
        id: `option-${at}`,
        text: "A",
        why: "B",
        right: at === right % options || (multiple && at < right),
      })),
    })),
  }));

const rightAnswers = (quiz: Quiz): Record<string, string[]> =>
  Object.fromEntries(
    quiz.items.map((item) => [
      item.id,
      item.options.filter((option) => option.right).map((option) => option.id),
    ]),
  );

describe("a quiz's draw", () => {
  it("is the same for the same seed, in every language", () => {
    fc.assert(
      fc.property(quizzes, fc.string(), (quiz, seed) => {
        const translated = { ...quiz, language: "fr", title: "Un quiz" };
        expect(drawQuiz(translated, seed)).to.deep.equal(drawQuiz(quiz, seed));
      }),
    );
  });

  it("never changes from one release to the next", () => {
    const items = ["a", "b", "c", "d", "e"].map((id): QuizItem => ({
      id,
      kind: "choice",
      stem: "?",
      explanation: "",
      sources: [],
      options: ["x", "y", "z"].map((option) => ({ id: option, text: "", right: option === "x", why: "" })),
    }));
    const quiz: Quiz = {
      id: "fixed",
      language: "en",
      title: "",
      pass: 0.8,
      draw: 3,
      retake: "at-once",
      shuffle: true,
      items,
    };
    expect(drawQuiz(quiz, "seed")).to.deep.equal([
      { itemId: "c", options: ["x", "z", "y"] },
      { itemId: "a", options: ["z", "x", "y"] },
      { itemId: "e", options: ["x", "z", "y"] },
    ]);
  });

  it("shows as many different items as the rules say, each with all its options", () => {
    fc.assert(
      fc.property(quizzes, fc.string(), (quiz, seed) => {
        const drawn = drawQuiz(quiz, seed);
        expect(new Set(drawn.map((item) => item.itemId)).size).to.equal(quiz.draw);
        for (const { itemId, options } of drawn) {
          const item = quiz.items.find((one) => one.id === itemId);
          expect([...options].sort()).to.deep.equal(item?.options.map((option) => option.id).sort());
        }
      }),
    );
  });

  it("keeps the file's order without shuffle", () => {
    fc.assert(
      fc.property(quizzes, fc.string(), (quiz, seed) => {
        const drawn = drawQuiz({ ...quiz, shuffle: false }, seed);
        const inFile = quiz.items.filter((item) => drawn.some((one) => one.itemId === item.id));
        expect(drawn.map((item) => item.itemId)).to.deep.equal(inFile.map((item) => item.id));
        expect(drawn.map((item) => item.options)).to.deep.equal(
          inFile.map((item) => item.options.map((one) => one.id)),
        );
      }),
    );
  });

  it("gives every item about the same chance", () => {
    const [quiz] = fc.sample(
      quizzes.filter((one) => one.items.length === 10),
      { numRuns: 1, seed: 7 },
    );
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed += 1) {
      for (const { itemId } of drawQuiz({ ...quiz!, draw: 5 }, String(seed)))
        counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
    }
    // 1000 expected each; six standard deviations are 134.
    for (const count of counts.values()) expect(count).to.be.within(866, 1134);
    expect(counts.size).to.equal(10);
  });
});

describe("a quiz's score", () => {
  it("is full for exactly the right options, in any order", () => {
    fc.assert(
      fc.property(quizzes, fc.string(), (quiz, seed) => {
        const answers = Object.fromEntries(
          Object.entries(rightAnswers(quiz)).map(([id, options]) => [id, options.toReversed()]),
        );
        const score = scoreQuiz(quiz, drawQuiz(quiz, seed), answers);
        expect(score).to.include({ right: quiz.draw, total: quiz.draw, scaled: 1, passed: true });
      }),
    );
  });

  it("counts an item as wrong when an option is added, left out or made up", () => {
    fc.assert(
      fc.property(quizzes, fc.string(), fc.nat(), (quiz, seed, at) => {
        const drawn = drawQuiz(quiz, seed);
        const { itemId } = drawn[at % drawn.length]!;
        const right = rightAnswers(quiz);
        const wrong = quiz.items
          .find((item) => item.id === itemId)
          ?.options.find((option) => !option.right)?.id;
        for (const chosen of [
          [],
          right[itemId]!.slice(1),
          [...right[itemId]!, wrong ?? "other"],
          [...right[itemId]!, "other"],
        ]) {
          const score = scoreQuiz(quiz, drawn, { ...right, [itemId]: chosen });
          expect(score.right).to.equal(quiz.draw - 1);
          expect(score.scaled).to.equal((quiz.draw - 1) / quiz.draw);
          expect(score.passed).to.equal(score.scaled >= quiz.pass);
          expect(score.perItem.filter((item) => !item.right).map((item) => item.itemId)).to.deep.equal([
            itemId,
          ]);
        }
      }),
    );
  });

  it("takes no answer for a wrong one, and an option chosen twice for one", () => {
    const [quiz] = fc.sample(quizzes, { numRuns: 1, seed: 3 });
    const drawn = drawQuiz(quiz!, "seed");
    expect(scoreQuiz(quiz!, drawn, {})).to.include({ right: 0, scaled: 0, passed: false });
    const twice = Object.fromEntries(
      Object.entries(rightAnswers(quiz!)).map(([id, options]) => [id, [...options, ...options]]),
    );
    expect(scoreQuiz(quiz!, drawn, twice).scaled).to.equal(1);
  });

  it("is not made up for a draw that the quiz does not know", () => {
    const [quiz] = fc.sample(quizzes, { numRuns: 1, seed: 3 });
    expect(() => scoreQuiz(quiz!, [{ itemId: "gone", options: [] }], {})).to.throw(
      CurriculumError,
      "curriculum_item_unknown",
    );
  });
});
