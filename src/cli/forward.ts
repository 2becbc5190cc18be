import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import {
  activityIri,
  competencyIri,
  credentialIri,
  days,
  moduleIri,
  systemClock,
} from "../foundation/kernel/index.js";
import { createSealer } from "../foundation/keys/index.js";
import type { Curriculum } from "../standards/curriculum/index.js";
import {
  createForwardings,
  ForwardingError,
  type Forwardings,
  type ForwardingStatus,
} from "../standards/lrs/index.js";
import { withGround } from "./compose.js";
import { answer, exitCodes, withJson, withStorage, type CliContext } from "./context.js";

interface AddOptions {
  readonly endpoint: string;
  readonly key: string;
  readonly secretFile: string;
  readonly academy?: string;
  readonly verb: readonly string[];
  readonly activity: readonly string[];
  readonly programme: readonly string[];
  readonly xapiVersion?: "1.0.3" | "2.0.0";
  readonly since?: number;
  readonly json?: boolean;
}

function forwardingsOf({ config, storage, clock, newId }: CliContext): Forwardings {
  return createForwardings({
    ...{ store: storage.forwardings, outbox: storage.outbox, clock, newId },
    sealer: createSealer(config.secret),
    allowPrivate: !config.production,
  });
}

const withForwardings = <T>(work: (forwardings: Forwardings) => Promise<T>): Promise<T> =>
  withStorage((context) => work(forwardingsOf(context)));

/** A secret does not stand among a command's words, where every user of the machine can read it. */
function secretIn(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").trim();
  } catch (cause) {
    throw new ForwardingError("forwarding_credentials_refused", {}, { cause });
  }
}

/** What the statements of a programme are about: its certificate, its modules, their activities and competencies. */
function activitiesOf({ programmes, modules }: Curriculum, id: string): string[] {
  const programme = programmes.find((one) => one.id === id);
  if (programme === undefined) throw new ForwardingError("forwarding_filter_refused", { iri: id });
  const own = modules.filter((one) => programme.modules.includes(one.id));
  return [
    credentialIri(id),
    ...own.map((one) => moduleIri(one.id)),
    ...own.flatMap((one) => one.activities.map((activity) => activityIri(one.id, activity.id))),
    ...new Set(own.flatMap((one) => one.outcomes.map(({ competency }) => competencyIri(competency)))),
  ];
}

async function add(context: CliContext, name: string, options: AddOptions, programmes: readonly string[]) {
  const { endpoint, key, verb: verbs, xapiVersion, since } = options;
  return forwardingsOf(context).add({
    ...{ tenant: await context.directory.chooseAcademy(options.academy), name, endpoint },
    credentials: { username: key, password: secretIn(options.secretFile) },
    filter: { verbs, activities: [...options.activity, ...programmes] },
    ...(xapiVersion === undefined ? {} : { xapiVersion }),
    ...(since === undefined ? {} : { since }),
  });
}

const shown = ({ forwarding, waiting, dead }: ForwardingStatus) => ({
  ...{ id: forwarding.id, name: forwarding.name, state: forwarding.state, endpoint: forwarding.endpoint },
  ...{ verbs: forwarding.filter.verbs, activities: forwarding.filter.activities, waiting },
  ...(forwarding.doneThrough === undefined ? {} : { through: isoTime(forwarding.doneThrough) }),
  ...(forwarding.failure === undefined
    ? {}
    : { failure: { ...forwarding.failure, since: isoTime(forwarding.failure.since) } }),
  refused: dead.map((job) => ({ job: job.id, died: isoTime(job.diedAt) })),
});

const isoTime = (at: number): string => new Date(at).toISOString();

function statusLines(one: ReturnType<typeof shown>): string[] {
  const { failure } = one;
  return [
    `${one.id}  ${one.name}  ${one.state}  through ${one.through ?? "-"}  waiting ${String(one.waiting)}`,
    ...(failure ? [`  fails since ${failure.since}: ${failure.code} ${String(failure.status ?? "")}`] : []),
    ...one.refused.map(({ job, died }) => `  refused ${died}: ${job}`),
  ];
}

const many = (value: string, before: readonly string[]): readonly string[] => [...before, value];

function timeOf(value: string): number {
  if (value === "now") return systemClock.now();
  const at = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(at) || at > systemClock.now() + days(1))
    throw new InvalidArgumentError("Give a day (2026-11-21), a time in ISO 8601, or now.");
  return at;
}

export function forwardCommand(): Command {
  const forward = new Command("forward");
  addAdding(forward);
  addLooking(forward);
  addChanging(forward);
  return forward;
}

function addAdding(forward: Command): void {
  withJson(forward.command("add").description("forward an academy's evidence to another record store"))
    .argument("<name>", "what to call it")
    .requiredOption(
      "--endpoint <url>",
      "the other store's base address, such as https://lrs.example.org/xapi/",
    )
    .requiredOption("--key <key>", "the key (user name) that the other store gave")
    .requiredOption("--secret-file <file>", "a file with the secret (password), or - for the standard input")
    .option("--academy <slug>", "whose statements; needed when there are several academies")
    .option("--verb <iri>", "only with this verb; may be given again", many, [])
    .option("--activity <iri>", "only about this activity, or in its context; may be given again", many, [])
    .option("--programme <id>", "only of this programme of the curriculum; may be given again", many, [])
    .addOption(
      new Option(
        "--xapi-version <version>",
        "in which version to speak (default: each statement's own)",
      ).choices(["1.0.3", "2.0.0"]),
    )
    .option("--since <time>", "only what is stored after this day or time, or now (default: all)", timeOf)
    .action(async (name: string, options: AddOptions) => {
      const { id } =
        options.programme.length === 0
          ? await withStorage((context) => add(context, name, options, []))
          : await withGround((ground) => {
              const programmes = options.programme.flatMap((one) => activitiesOf(ground.curriculum, one));
              return add(ground, name, options, programmes);
            });
      answer(options, { id }, [`id  ${id}`]);
    });
}

function addLooking(forward: Command): void {
  withJson(forward.command("list").description("where evidence is forwarded to, without secrets")).action(
    async (options: { json?: boolean }) => {
      const all = (await withForwardings((forwardings) => forwardings.list())).map(shown);
      answer(
        options,
        all.map(({ id, name, state, endpoint, verbs, activities }) => ({
          ...{ id, name, state, endpoint, verbs, activities },
        })),
        all.map(({ id, name, state, endpoint }) => `${id}  ${name}  ${state}  ${endpoint}`),
      );
    },
  );

  withJson(
    forward.command("status").description("how far each one has got; exit 1 if one fails or is refused"),
  ).action(async (options: { json?: boolean }) => {
    const all = (await withForwardings((forwardings) => forwardings.list())).map(shown);
    answer(options, all, all.flatMap(statusLines));
    if (all.some(({ failure, refused }) => failure !== undefined || refused.length > 0))
      process.exitCode = exitCodes.no;
  });
}

function addChanging(forward: Command): void {
  for (const [verb, description, done] of [
    ["pause", "hold it up; what is stored meanwhile waits", "paused"],
    ["resume", "let it go on where it was", "resumed"],
    ["remove", "end it for good, with what waits for it", "removed"],
  ] as const)
    withJson(forward.command(verb).description(description))
      .argument("<id>", "its id, as `list` shows it")
      .action(async (id: string, options: { json?: boolean }) => {
        await withForwardings(async (forwardings) => {
          await forwardings[verb](id);
        });
        answer(options, { [done]: id }, [`${done}  ${id}`]);
      });

  withJson(forward.command("rotate").description("use another key and secret from now on"))
    .argument("<id>", "its id, as `list` shows it")
    .requiredOption("--key <key>", "the key that the other store gave")
    .requiredOption("--secret-file <file>", "a file with the secret, or - for the standard input")
    .action(
      async (id: string, options: { readonly key: string; readonly secretFile: string; json?: boolean }) => {
        const credentials = { username: options.key, password: secretIn(options.secretFile) };
        await withForwardings((forwardings) => forwardings.rotate(id, credentials));
        answer(options, { rotated: id }, [`rotated  ${id}`]);
      },
    );
}
