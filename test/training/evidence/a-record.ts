import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createDirectory } from "../../../src/foundation/directory/index.js";
import type { AnyEvent, EventType } from "../../../src/foundation/events/index.js";
import { createNewId, type Tenant } from "../../../src/foundation/kernel/index.js";
import { requireCurriculum } from "../../../src/standards/curriculum/index.js";
import { createLrs, type StatementClass } from "../../../src/standards/lrs/index.js";
import { loadProfile } from "../../../src/standards/xapi/index.js";
import { createEvidence } from "../../../src/training/evidence/index.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const pathOf = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
export const profileDocument = (): unknown =>
  JSON.parse(readFileSync(pathOf("xapi-profiles/policing-ethics.jsonld"), "utf8"));
export const quizId = "six-tests-quiz";
/** Of the module's cycle. */
export const registration = "0f8fad5b-d9cb-469f-a165-70867728950e";

interface SeenActivity {
  readonly id: string;
  readonly objectType?: string;
  readonly definition?: { readonly type: string; readonly name?: { readonly en: string } };
}

/** As much of a statement as these tests look at. */
export interface Seen {
  readonly id: string;
  readonly timestamp: string;
  readonly verb: { readonly id: string; readonly display: { readonly en: string } };
  readonly actor: unknown;
  readonly object: SeenActivity;
  readonly result?: unknown;
  readonly attachments?: unknown;
  readonly context: {
    readonly registration: string;
    readonly statement?: unknown;
    readonly team?: unknown;
    readonly platform?: unknown;
    readonly revision?: unknown;
    readonly extensions: Readonly<Record<string, unknown>>;
    readonly contextActivities: Readonly<Record<string, readonly SeenActivity[]>>;
  };
}

/** The room with a real store, a real academy and one person; `seen` is what the LRS holds. */
export async function aRecord(profile: unknown = profileDocument()) {
  const clock = fixedAt("2026-11-21T09:00:00Z");
  const newId = createNewId(clock);
  const storage = await aStore(clock);
  const directory = createDirectory({ store: storage.directory, clock, newId });
  const academy = await directory.ensureAcademy({
    ...{ slug: "northgate", name: "Northgate Police Academy", jurisdictionId: "XA", demonstration: true },
  });
  const tenant: Tenant = { academyId: academy.academyId, jurisdictionId: academy.jurisdictionId };
  const person = await directory.admit(tenant, "platform-1", "lms-user-4711");
  const curriculum = await requireCurriculum(pathOf("curriculum"), { overlays: ["XA"], production: false });
  const lrs = createLrs({ statements: storage.statements, clock, newId });
  const evidence = createEvidence({
    ...{ lrs, statements: storage.statements, directory, curriculum },
    ...{ profile: loadProfile(profile), origin: "https://tessera.example" },
  });
  /** An event of the type, a second after the last one; what its data does not say is of module M01. */
  const anEvent = (type: EventType, data: object = {}): AnyEvent => {
    clock.advance(1000);
    return {
      ...tenant,
      ...{ id: newId(), type, at: clock.now(), lane: "attempt-1", sequence: 100 },
      data:
        type.startsWith("competency") || type.startsWith("certificate")
          ? { personId: person.id, ...data }
          : {
              ...{ attemptId: "attempt-1", personId: person.id, moduleId: "M01", registration },
              curriculum: { core: curriculum.version },
              ...data,
            },
    } as AnyEvent;
  };
  const seen = async (...classes: StatementClass[]) => {
    const found = await storage.statements.queryStatements({
      ...tenant,
      classes,
      ascending: true,
      limit: 100,
    });
    return found.map(({ text }) => JSON.parse(text) as Seen);
  };
  return { storage, evidence, lrs, anEvent, seen, person, tenant, curriculum };
}
