import { createRequire } from "node:module";
import { Command } from "commander";
import type * as academy from "./academy.js";
import type * as attest from "./attest.js";
import type * as authority from "./authority.js";
import type * as certificate from "./certificate.js";
import type * as curriculum from "./curriculum.js";
import type * as forward from "./forward.js";
import type * as invite from "./invite.js";
import type * as keys from "./keys.js";
import type * as log from "./log.js";
import type * as lrs from "./lrs.js";
import type * as outbox from "./outbox.js";
import type * as recognition from "./recognition.js";
import type * as retention from "./retention.js";

const require = createRequire(import.meta.url);

interface LateCommand {
  readonly description: string;
  readonly load: () => Command;
}

/** Each is loaded when it is named: all of them together are nearly the whole tool. */
const commands: Readonly<Record<string, LateCommand>> = {
  academy: {
    description: "the academies of this installation",
    load: () => (require("./academy.ts") as typeof academy).academyCommand(),
  },
  authority: {
    description: "who recognises certificates here, by whose mandate, and which issuers it lists",
    load: () => (require("./authority.ts") as typeof authority).authorityCommand(),
  },
  attest: {
    description: "service, immersion, external marks and prior learning that somebody answers for",
    load: () => (require("./attest.ts") as typeof attest).attestCommand(),
  },
  certificate: {
    description: "the certificates of this installation",
    load: () => (require("./certificate.ts") as typeof certificate).certificateCommand(),
  },
  curriculum: {
    description: "work with course content",
    load: () => (require("./curriculum.ts") as typeof curriculum).curriculumCommand(),
  },
  forward: {
    description: "other record stores that get an academy's evidence",
    load: () => (require("./forward.ts") as typeof forward).forwardCommand(),
  },
  invite: {
    description:
      "make a one-time link by which an academy's administrator connects its LMS; it is shown once",
    load: () => (require("./invite.ts") as typeof invite).inviteCommand(),
  },
  keys: {
    description:
      "what is signed with: towards LMSs, certificates, recognitions, the log; list the keys and change them",
    load: () => (require("./keys.ts") as typeof keys).keysCommand(),
  },
  log: {
    description: "the log of what was published: its head, whether it is unchanged, who watches it",
    load: () => (require("./log.ts") as typeof log).logCommand(),
  },
  lrs: {
    description: "the Learning Record Store at /xapi",
    load: () => (require("./lrs.ts") as typeof lrs).lrsCommand(),
  },
  outbox: {
    description: "work that follows from what happened: statements, grades",
    load: () => (require("./outbox.ts") as typeof outbox).outboxCommand(),
  },
  recognition: {
    description: "which certificates the authorities here recognise, and what partners recognise",
    load: () => (require("./recognition.ts") as typeof recognition).recognitionCommand(),
  },
  retention: {
    description: "what was learning and is no evidence: kept for 90 days after the module is passed",
    load: () => (require("./retention.ts") as typeof retention).retentionCommand(),
  },
};

/** Every command: the one that these words name as it is, the others by their names and descriptions alone. */
export function commandsFor(words: readonly string[]): Command[] {
  const [first, second] = words.filter((word) => !word.startsWith("-"));
  const named = first === "help" ? second : first;
  return Object.entries(commands).map(([name, { description, load }]) =>
    (name === named ? load() : new Command(name)).description(description),
  );
}
