/** The verifier's pages in a process of their own, so that what they cost can be told from what asking costs. */
import { aVerifier } from "./a-verifier.js";

// Neither is closed: whoever began this process ends it.
void Promise.all([aVerifier(), aVerifier({ allowPrivate: false })]).then(([open, strict]) =>
  process.send?.({ open: open.port, strict: strict.port }),
);
process.on("disconnect", () => process.exit());
