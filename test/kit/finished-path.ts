import { readFileSync } from "node:fs";
import { expect } from "chai";
import { createDirectory } from "../../src/foundation/directory/index.js";
import {
  activityIri,
  competencyIri,
  createLogger,
  createNewId,
  credentialIri,
  itemIri,
  moduleIri,
  systemClock,
  type Tenant,
} from "../../src/foundation/kernel/index.js";
import type { Sandbox } from "../../src/sandbox/index.js";
import type { Curriculum } from "../../src/standards/curriculum/index.js";
import {
  loadProfile,
  matchPatterns,
  validateAgainstProfile,
  validateStatement,
} from "../../src/standards/xapi/index.js";
import { openStorage, type Storage } from "../../src/storage/index.js";
import type { Attempt } from "../../src/training/learning/index.js";
import { pause } from "./kill-harness.js";
import type { PlannedRun, PlannedWay } from "./trainee.js";

const newId = createNewId(systemClock);
const profileFile = new URL("../../xapi-profiles/policing-ethics.jsonld", import.meta.url);
const profile = loadProfile(JSON.parse(readFileSync(profileFile, "utf8")));

/** A statement as it stands in the store. */
export interface Stored {
  readonly id: string;
  readonly timestamp: string;
  readonly verb: { readonly id: string };
  readonly object: { readonly id: string };
  readonly result?: {
    readonly success?: boolean;
    readonly response?: string;
    readonly score?: { readonly scaled: number };
  };
}

/** The store, looked at beside the tool that serves it, as a command does. */
export function openBeside(address: string): Promise<Storage> {
  return openStorage(address, {
    ...{ clock: systemClock, newId, logger: createLogger("silent") },
    serving: false,
  });
}

/** Resolves when the outbox has nothing left to do. */
export async function outboxIsEmpty({ outbox }: Storage, patienceMs: number): Promise<void> {
  const patience = systemClock.now() + patienceMs;
  for (;;) {
    const events = await outbox.undispatched(1);
    const { waiting, dead } = await outbox.backlog();
    expect(dead, "dead letters").to.equal(0);
    if (events.length + waiting === 0) return;
    if (systemClock.now() > patience) expect.fail(`${events.length + waiting} or more events and jobs wait`);
    await pause(50);
  }
}

/** The attempt of one of the sandbox's users, found by way of the directory. */
export async function attemptOf(
  storage: Storage,
  sandbox: Sandbox,
  { userKey, moduleId }: { readonly userKey: string; readonly moduleId: string },
): Promise<Attempt> {
  const { issuer, clientId } = sandbox.registration;
  const [platform] = await storage.lti.findPlatforms(issuer, clientId);
  const user = sandbox.gradebook().users.find(({ key }) => key === userKey);
  if (!platform || !user) throw new Error("the launch left no platform");
  const directory = createDirectory({ store: storage.directory, clock: systemClock, newId });
  const person = await directory.admit(platform, platform.id, user.id);
  const attempt = await storage.attempts.findAttempt(platform, person.id, moduleId);
  if (!attempt) throw new Error("the path left no attempt");
  return attempt;
}

/** Credentials for every statement of an academy, as `tessera lrs client add` makes them: the Basic header. */
export async function lrsHeader(storage: Storage, tenant: Tenant): Promise<string> {
  const { apiClients } = createDirectory({ store: storage.directory, clock: systemClock, newId });
  const { key, secret } = await apiClients.add({ tenant, name: "a test", scopes: ["all"] });
  return `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
}

/** All statements of a registration or of a tenant, of both classes unless told otherwise, in the order of their timestamps. */
export async function statementsIn(
  storage: Storage,
  tenant: Tenant,
  {
    registration,
    classes = ["evidence", "formative"],
  }: { registration?: string; classes?: readonly ("evidence" | "formative")[] } = {},
): Promise<Stored[]> {
  const found = await storage.statements.queryStatements({
    ...{ academyId: tenant.academyId, jurisdictionId: tenant.jurisdictionId },
    ...{ classes, ascending: true, limit: 1000 },
    ...(registration === undefined ? {} : { registration }),
  });
  return found
    .map(({ text }) => JSON.parse(text) as Stored)
    .sort((one, other) => one.timestamp.localeCompare(other.timestamp));
}

/** What a path's statements say, a line each. Formative ones can be left out. */
export function expectedStatements(
  moduleId: string,
  runs: Iterable<PlannedRun | PlannedWay>,
  { formative }: { readonly formative: boolean },
): string[] {
  const lines = [`initialized ${moduleIri(moduleId)}`, `completed ${moduleIri(moduleId)}`];
  for (const run of runs) {
    if ("choices" in run) lines.push(...expectedOfWay(moduleId, run, formative));
    else lines.push(...expectedOfRun(moduleId, run, formative));
  }
  return lines;
}

function expectedOfRun(
  moduleId: string,
  { activityId, answers, right, passes }: PlannedRun,
  formative: boolean,
): string[] {
  const items = Object.entries(answers);
  const quiz = `${activityIri(moduleId, activityId)} ${String(right / items.length)}`;
  const answered = items.map(
    ([item, chosen]) => `answered ${itemIri(moduleId, activityId, item)} ${[...chosen].sort().join()}`,
  );
  if (passes) return [`passed ${quiz}`, ...(formative ? answered : [])];
  return formative ? [`failed ${quiz}`, ...answered] : [];
}

function expectedOfWay(
  moduleId: string,
  { activityId, choices, scaled, passed }: PlannedWay,
  formative: boolean,
): string[] {
  const scenario = activityIri(moduleId, activityId);
  const end = [`completed ${scenario} ${String(scaled)}`, `completed ${scenario}/debrief`];
  const decided = choices.map(
    ({ nodeId, optionId }) => `answered ${itemIri(moduleId, activityId, nodeId)} ${optionId}`,
  );
  return [...(passed || formative ? end : []), ...(formative ? decided : [])];
}

/** What follows from a whole module where programmes ask for it alone, as lines: competencies and certificates. */
export function expectedOfProgrammes({ programmes, modules }: Curriculum, moduleId: string): string[] {
  const competencies = modules
    .filter(({ id }) => id === moduleId)
    .flatMap(({ outcomes }) => outcomes.map(({ competency }) => competencyIri(competency)));
  const met = programmes.filter(({ modules: asked }) => asked.join() === moduleId);
  return [
    ...competencies.map((one) => `asserted ${one}`),
    ...(met.length > 0 ? [...new Set(competencies)].map((one) => `achieved ${one}`) : []),
    ...met.map(({ id }) => `certified ${credentialIri(id)}`),
  ];
}

/** What a module's grade comes to: the mean over its quizzes' passed runs and, 1 each, its passed scenarios. */
export function expectedGrade(runs: Iterable<PlannedRun | PlannedWay>): number {
  const shares = [...runs].flatMap((run) => {
    if ("choices" in run) return run.passed ? [1] : [];
    return run.passes ? [run.right / Object.keys(run.answers).length] : [];
  });
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  return Math.round(mean * 10_000) / 100;
}

export function lineOf({ verb, object, result }: Stored): string {
  const name = verb.id.split("/").at(-1) ?? "";
  const response = result?.response?.split("[,]").sort().join();
  const rest = result?.score?.scaled ?? response;
  return [name, object.id, ...(rest === undefined ? [] : [String(rest)])].join(" ");
}

/** Each statement is valid xAPI and follows the profile. */
export function expectValid(statements: readonly unknown[]): void {
  for (const statement of statements) {
    expect(validateStatement(statement), JSON.stringify(statement)).to.deep.equal([]);
    expect(validateAgainstProfile(profile, statement), JSON.stringify(statement)).to.include({
      outcome: "success",
    });
  }
}

/** The statements of a registration are a whole module cycle. */
export function expectCycle(statements: readonly unknown[]): void {
  const { outcome, pattern } = matchPatterns(profile, statements);
  expect(outcome).to.equal("success");
  expect(pattern).to.match(/#module-cycle$/);
}
