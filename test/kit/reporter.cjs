// Mocha's spec reporter, which also says which files took longest, and writes "passed failed skipped" into the file that
// TESSERA_TEST_COUNTS names.
const { writeFileSync } = require("node:fs");
const { relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const shown = 15;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const seconds = new Map();
    let begun = Date.now();
    // A file's suites follow one another: the time since the suite before belongs to the one that ends, hooks too.
    runner.on(Runner.constants.EVENT_SUITE_END, ({ file }) => {
      if (file === undefined) return;
      const now = Date.now();
      seconds.set(file, (seconds.get(file) ?? 0) + (now - begun) / 1000);
      begun = now;
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      const file = process.env.TESSERA_TEST_COUNTS;
      if (!file) return;
      writeFileSync(file, `${passes} ${failures} ${pending}\n`);
      const longest = [...seconds].sort(([, a], [, b]) => b - a).slice(0, shown);
      for (const [path, took] of longest)
        console.log(`${took.toFixed(0).padStart(5)} s  ${relative(".", path)}`);
    });
  }
};
