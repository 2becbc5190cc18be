/** What a suite may need beyond npm, and how to give it. */
const needs = {
  mongodb: {
    variable: "TESSERA_TEST_MONGODB",
    sentence: "needs a MongoDB server: set TESSERA_TEST_MONGODB=mongodb://…",
  },
  chromium: {
    variable: "TESSERA_TEST_CHROMIUM",
    sentence: "needs Chromium: set TESSERA_TEST_CHROMIUM to its path",
  },
  python: {
    variable: "TESSERA_TEST_PYTHON",
    sentence: "needs a Python with PyLD and cryptography: set TESSERA_TEST_PYTHON to its path",
  },
} as const;

/**
 * `describe` for a suite that needs a server or a browser. Without it the suite is skipped, and its title says why and
 * how to give it.
 */
export function describeWith(
  need: keyof typeof needs,
  title: string,
  suite: (this: Mocha.Suite, value: string) => void,
): void {
  const { variable, sentence } = needs[need];
  const value = process.env[variable];
  if (value)
    describe(title, function () {
      suite.call(this, value);
    });
  else describe(`${title} (skipped: ${sentence})`, () => it("is skipped"));
}
