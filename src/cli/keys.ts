import { Command, Option } from "commander";
import { installation, systemClock, type Tenant } from "../foundation/kernel/index.js";
import {
  createKeyRotation,
  createSealer,
  type KeySetName,
  type StoredKey,
} from "../foundation/keys/index.js";
import { keySetIds, keySetOf, type KeySetId } from "../key-sets.js";
import { RecognitionError } from "../trust/recognition/index.js";
import { withGround } from "./compose.js";
import { answer, withJson, withStorage, type CliContext } from "./context.js";
import { withLog } from "./log-context.js";
import { withRecognition } from "./recognition-context.js";

interface KeyOptions {
  readonly set: KeySetId;
  readonly academy?: string;
  readonly authority?: string;
  readonly now?: true;
  readonly json?: boolean;
}

/** `tessera keys sets|list|rotate`: what the installation, its academies and its authorities sign with. */
export function keysCommand(): Command {
  const keys = new Command("keys");
  withJson(
    keys.command("sets").description("every set of keys that there is, and how many are in it"),
  ).action(setsAction);
  withSet(keys.command("list").description("list the keys of a set, without what is secret")).action(
    listAction,
  );
  withSet(keys.command("rotate").description("make the next key: published now, signing in a day"))
    .option("--now", "the key may be known to others: the new one signs at once, those before it are retired")
    .action(rotateAction);
  return keys;
}

function withSet(command: Command): Command {
  return withJson(command)
    .addOption(new Option("--set <name>", "which keys").choices(keySetIds).default("lti"))
    .option("--academy <slug>", "whose, of an academy's sets; needed when there are several")
    .option("--authority <slug>", "whose, of the set recognition; needed when there are several");
}

async function setsAction(options: { readonly json?: boolean }): Promise<void> {
  const found = await withStorage(async (context) => {
    const rotation = rotationOf(context);
    const all = await Promise.all(
      keySetIds.map(async (set) => (await ownersOf(set, context)).map((owner) => ({ set, ...owner }))),
    );
    return Promise.all(
      all.flat().map(async ({ set, slug, tenant }) => {
        const keys = await rotation.list({ tenant, keySet: set, alg: keySetOf(set).alg });
        const retired = keys.filter(({ retiredAt }) => retiredAt !== undefined).length;
        return { set, ...(slug === undefined ? {} : { of: slug }), keys: keys.length, retired };
      }),
    );
  });
  const lines = found.map(({ set, of = "installation", keys, retired }) =>
    [set, of, `${keys} keys, ${retired} of them retired`].join("  "),
  );
  answer(options, found, lines);
}

async function listAction(options: KeyOptions): Promise<void> {
  const found = await withStorage(async (context) =>
    (await rotationOf(context).list(await named(options, context))).map(
      ({ kid, alg, generation, createdAt, signsFrom, retiredAt }) => ({
        ...{ kid, alg, generation, created: iso(createdAt), signsFrom: iso(signsFrom ?? createdAt) },
        ...(retiredAt === undefined ? {} : { retired: iso(retiredAt) }),
      }),
    ),
  );
  const line = (key: (typeof found)[number]): string => {
    const state = key.retired === undefined ? `signs from ${key.signsFrom}` : `retired ${key.retired}`;
    return `${key.generation}  ${key.kid}  ${key.alg}  ${state}`;
  };
  answer(options, found, found.map(line));
}

async function rotateAction(options: KeyOptions): Promise<void> {
  const { kid, generation, signsFrom, createdAt } = await rotators[options.set](options);
  const from = iso(signsFrom ?? createdAt);
  answer(options, { kid, generation, signsFrom: from }, [
    `${generation}  ${kid}  signs from ${from}`,
    ...(advice[options.set] ?? []),
  ]);
}

async function rotate(options: KeyOptions, context: CliContext): Promise<StoredKey> {
  return rotationOf(context).rotate(await named(options, context), options.now);
}

/** Each with what has to be on record before a key of it ends, and what others have to know at once. */
const rotators: Readonly<Record<KeySetId, (options: KeyOptions) => Promise<StoredKey>>> = {
  lti: (options) => withStorage((context) => rotate(options, context)),
  "certificates-jwt": (options) => withStorage((context) => rotate(options, context)),
  certificates: (options) =>
    withGround(async (context) => {
      const { tenant } = await named(options, context);
      // What is not in the log when its key is retired is not believed any more.
      if (options.now) await context.issuing.logIssued(tenant);
      const key = await rotate(options, context);
      await context.issuing.logKeys(tenant);
      return key;
    }),
  recognition: (options) =>
    withRecognition(async (context) => {
      const { tenant } = await named(options, context);
      await context.recognition.finishAll();
      const key = await rotate(options, context);
      await context.issuing.logKeys(tenant);
      return key;
    }),
  log: (options) =>
    withLog(async (context) => {
      const key = await rotate(options, context);
      await context.log.head();
      return key;
    }),
  "log-witness": (options) =>
    withLog(async (context) => {
      const key = await rotate(options, context);
      await context.partners.announce();
      return key;
    }),
};

const pinned = [
  "Partners who look into the log before the old key ends take the new one by themselves.",
  "After --now, or when they look later: tell them by another way, and have them run `tessera log partner` again.",
];
/** What the operator has to do besides. */
const advice: Readonly<Partial<Record<KeySetId, readonly string[]>>> = { log: pinned, "log-witness": pinned };

const iso = (at: number): string => new Date(at).toISOString();

function rotationOf({ storage, config }: CliContext) {
  return createKeyRotation({
    ...{ store: storage.keys, sealer: createSealer(config.secret), clock: systemClock },
  });
}

async function named({ set, academy, authority }: KeyOptions, context: CliContext): Promise<KeySetName> {
  const { of, alg } = keySetOf(set);
  if (of === "installation") return { tenant: installation, keySet: set, alg };
  if (of === "academy") return { tenant: await context.directory.chooseAcademy(academy), keySet: set, alg };
  return { tenant: await chooseAuthority(authority, context), keySet: set, alg };
}

/** @throws RecognitionError `authority_unknown`, also when there are several and none is named */
async function chooseAuthority(slug: string | undefined, { storage }: CliContext): Promise<Tenant> {
  const all = await storage.recognition.authorities();
  const [only] = all.filter((one) => slug === undefined || one.slug === slug);
  if (!only || (slug === undefined && all.length > 1))
    throw new RecognitionError("authority_unknown", { slug: slug ?? "" });
  return only;
}

interface Owner {
  readonly slug?: string;
  readonly tenant: Tenant;
}

async function ownersOf(set: KeySetId, { storage }: CliContext): Promise<Owner[]> {
  const { of } = keySetOf(set);
  if (of === "installation") return [{ tenant: installation }];
  const all =
    of === "academy" ? await storage.directory.academies() : await storage.recognition.authorities();
  return all.map((tenant) => ({ slug: tenant.slug, tenant }));
}
