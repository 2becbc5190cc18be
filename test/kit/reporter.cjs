// Mocha's spec reporter, which also writes "passed failed skipped" into the file that TESSERA_TEST_COUNTS names.
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.TESSERA_TEST_COUNTS;
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      if (file) writeFileSync(file, `${passes} ${failures} ${pending}\n`);
    });
  }
};
