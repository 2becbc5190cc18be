import { randomUUID } from "node:crypto";
import type { Router } from "express";
import type { Subscriber } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { DueCertificate, ModuleTurn } from "../learning/index.js";
import { concluded } from "./advance.js";
import { attest, versionFor, withdraw } from "./attesting.js";
import { changeStanding, type ChangeDeps } from "./changes.js";
import type { ProgrammesDeps } from "./deps.js";
import { dueOf } from "./dues.js";
import { dueAt, expireDue } from "./expiry.js";
import { programmesRoutes } from "./http/routes.js";
import { createReminders, type Reminders } from "./reminders.js";
import { remindDue } from "./reminding.js";
import type { Attestation, Standing } from "./standing-store.js";
import { programmesSubscriber } from "./subscriber.js";
import { turnOf } from "./turns.js";

/** An attestation as somebody makes it. */
export type NewAttestation = Omit<Attestation, "id" | "withdrawn">;

/** Whose standing it is. */
export interface Whose {
  readonly tenant: Tenant;
  readonly personId: string;
}

/** The rules of the programmes: from evidence to competencies, and to the entitlement to a certificate. */
export interface Programmes {
  /** Keeps each person's standing up; raises what competencies they have and which certificates they are entitled to. */
  readonly subscriber: Subscriber;
  /** To be mounted at `/visits/:visit/programmes`, behind `visits.gate`. */
  readonly routes: Router;
  /**
   * Takes in what somebody answers for, with whatever is reached by it.
   * @throws ProgrammesError `attestation_refused`, `standing_busy`
   */
  attest(whose: Whose, attestation: NewAttestation): Promise<Attestation>;
  /** @throws ProgrammesError `attestation_unknown`, `attestation_withdrawn_already`, `standing_busy` */
  withdraw(whose: Whose, attestationId: string, by: string): Promise<void>;
  /** What was attested for a person, the oldest first, and what was withdrawn again too. */
  attestationsOf(whose: Whose): Promise<readonly Attestation[]>;
  /** Whether a refresher is open to a person, and whether an ordinary module is to be done again. */
  turnOf(tenant: Tenant, personId: string, moduleId: string): Promise<ModuleTurn | undefined>;
  /** Whether a certificate of a person asks for something now; of several, what is due first. */
  dueOf(tenant: Tenant, personId: string): Promise<DueCertificate | undefined>;
  /** Absent without `mail`. */
  readonly reminders: Reminders | undefined;
  /**
   * Tells of each programme whose late window had closed before `now` (UTC milliseconds), and of what else is to be
   * reminded of; returns how many people's.
   */
  sweep(now: number): Promise<number>;
}

/** How many standings are read at a time. */
const page = 200;

export function createProgrammes(options: ProgrammesDeps): Programmes {
  const deps = { newRegistration: randomUUID, certificatesOf: () => Promise.resolve([]), ...options };
  const { standings, curriculum, clock, newId, newRegistration } = deps;
  const attesting = (tenant: Tenant) => {
    const moment = { newId, newRegistration };
    return { now: clock.now(), context: { curriculum, version: versionFor(tenant, curriculum), moment } };
  };
  return {
    subscriber: programmesSubscriber(deps),
    routes: programmesRoutes(deps),
    attest: async (whose, made) => {
      const attestation = { ...made, id: newId() };
      await changeStanding(deps, whose, (before) => attest(before, attestation, attesting(whose.tenant)));
      return attestation;
    },
    withdraw: async (whose, attestationId, by) => {
      await changeStanding(deps, whose, (before) =>
        withdraw(before, { attestationId, by }, attesting(whose.tenant)),
      );
    },
    attestationsOf: async ({ tenant, personId }) => {
      const standing = await standings.standingOf(tenant, personId);
      return Object.values(standing?.attestations ?? {}).toSorted((a, b) => a.at - b.at);
    },
    turnOf: async (tenant, personId, moduleId) =>
      turnOf(await standings.standingOf(tenant, personId), moduleId, { curriculum, now: clock.now() }),
    dueOf: (tenant, personId) => dueOf(deps, { tenant, personId }),
    reminders: createReminders(deps, deps.mail),
    sweep: (now) => sweep(deps, now),
  };
}

async function sweep(deps: ChangeDeps, now: number): Promise<number> {
  const { standings, curriculum } = deps;
  // A new core version may have moved ends forward that were reckoned before it was there.
  const moved = curriculum.programmes.some(({ refresher }) => (refresher?.compulsory.length ?? 0) > 0);
  const until = moved ? Number.MAX_SAFE_INTEGER : now;
  let [after, told]: [Standing | undefined, number] = [undefined, 0];
  for (;;) {
    const due: Standing[] = await standings.standingsDue(until, page, after);
    for (const { academyId, jurisdictionId, personId } of due) {
      const whose = { tenant: { academyId, jurisdictionId }, personId };
      const { events } = await changeStanding(deps, whose, (before) => swept(before, now, deps));
      if (events.length > 0) told += 1;
    }
    after = due.at(-1);
    if (!after || due.length < page) return told;
  }
}

function swept(before: Standing, now: number, { curriculum, newId, newRegistration }: ChangeDeps) {
  const context = { curriculum, moment: { newId, newRegistration } };
  const expired = expireDue(before, now, context);
  const { standing, facts: reminders } = remindDue(expired.standing, now, context);
  const facts = [...expired.facts, ...reminders];
  if (facts.length === 0 && before.dueAt === dueAt(before, context)) return { standing: before, events: [] };
  return concluded(before, { standing, facts }, context);
}
