import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createDirectory } from "../../../src/foundation/directory/index.js";
import { createOutbox, type AnyEvent, type EventType } from "../../../src/foundation/events/index.js";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import {
  createLogger,
  createNewId,
  installation,
  Secret,
  type Tenant,
} from "../../../src/foundation/kernel/index.js";
import { createKeyRing, createSealer } from "../../../src/foundation/keys/index.js";
import {
  createVisits,
  createWebApp,
  ensureBrowser,
  queryParameter,
  visitOf,
  type VisitRole,
} from "../../../src/foundation/web/index.js";
import { requireCurriculum } from "../../../src/standards/curriculum/index.js";
import { createIssuing, type CredentialRecord } from "../../../src/standards/issuing/index.js";
import { createLrs } from "../../../src/standards/lrs/index.js";
import { loadProfile } from "../../../src/standards/xapi/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { createEvidence, statementId, type Template } from "../../../src/training/evidence/index.js";
import { createCertificates, type CertificatesDeps } from "../../../src/trust/certificates/index.js";
import { aLog } from "../../foundation/log/a-log.js";
import { fixedAt } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export interface OfficeOptions extends Partial<
  Pick<CertificatesDeps, "demonstration" | "production" | "appealDays">
> {
  /** Default: a store of its own in memory. */
  readonly storage?: Storage;
  /** Whether the academy is an invented one. Default: true. */
  readonly academyDemonstration?: boolean;
}

export type Office = Awaited<ReturnType<typeof anOffice>>;

/** Certificates with everything they stand on, on a real store and over real HTTP; `/enter/…` does what a launch does. */
export async function anOffice(options: OfficeOptions = {}) {
  const { academyDemonstration = true, demonstration = true, production = false } = options;
  const clock = fixedAt("2026-11-21T09:00:00Z");
  const newId = createNewId(clock);
  const logger = createLogger("silent");
  const storage = options.storage ?? (await aStore(clock));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;

  const directory = createDirectory({ store: storage.directory, clock, newId });
  await directory.saveJurisdiction({ id: "XA", name: "Arvenia", demonstration: academyDemonstration });
  const academy = await directory.ensureAcademy({
    ...{ slug: "northgate", name: "Northgate Police Academy", jurisdictionId: "XA" },
    demonstration: academyDemonstration,
  });
  const tenant: Tenant = { academyId: academy.academyId, jurisdictionId: academy.jurisdictionId };
  const curriculum = await requireCurriculum(pathOf("curriculum"), { overlays: ["XA"], production: false });
  const catalogues = loadCatalogues(pathOf("views/locales"));
  const profile = loadProfile(
    JSON.parse(readFileSync(pathOf("xapi-profiles/policing-ethics.jsonld"), "utf8")),
  );
  const evidence = createEvidence({
    lrs: createLrs({ statements: storage.statements, clock, newId }),
    statements: storage.statements,
    ...{ directory, curriculum, profile, origin },
  });
  const sealer = createSealer(new Secret(Buffer.from("the master secret of every test office, 48 bytes")));
  const logRing = createKeyRing(
    "log",
    { store: storage.keys, sealer, clock },
    { tenant: installation, alg: "EdDSA" },
  );
  const log = aLog(storage, clock, { keyRing: logRing, origin });
  const issuing = createIssuing({
    ...{ store: storage.credentials, log },
    keyRingOf: (of) =>
      createKeyRing("certificates", { store: storage.keys, sealer, clock }, { tenant: of, alg: "EdDSA" }),
    ...{ directory, origin, clock, newId },
  });
  const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 7) });
  const deps: CertificatesDeps = {
    ...{ issuing, evidence, curriculum, directory, visits, catalogues, origin, clock, newId, logger },
    ...{ demonstration, production, holderCodes: storage.holderCodes },
    ...(options.appealDays === undefined ? {} : { appealDays: options.appealDays }),
    ...{ walletStore: storage.wallet, walletKey: Buffer.alloc(32, 9) },
    tokenKeyRingOf: (of) =>
      createKeyRing("certificates-jwt", { store: storage.keys, sealer, clock }, { tenant: of, alg: "RS256" }),
  };
  const certificates = createCertificates(deps);
  const outbox = createOutbox({
    ...{ store: storage.outbox, clock, newId, logger },
    subscribers: [evidence.subscriber, certificates.subscriber],
  });
  const app = createWebApp(
    {
      ...{ production: false, proxies: 0, layout: "main", clock, newId, logger, catalogues },
      viewsDirectory: pathOf("views"),
    },
    (express) => {
      express.get("/enter/:role/:person", async (req, res) => {
        const visit = await visits.begin({
          ...tenant,
          ...{ platformId: "platform-1", placementId: "placement-1", moduleId: "M01", locale: "en" },
          browserHash: ensureBrowser(req, res).hash,
          personId: req.params.person,
          role: req.params.role as VisitRole,
          frameOrigin: "http://127.0.0.1:1",
        });
        res.redirect(303, visits.path(visit, `/form?id=${queryParameter(req, "certificate") ?? ""}`));
      });
      express.get("/visits/:visit/form", visits.gate, (req, res) => {
        const { formToken } = res.locals as { formToken: string };
        const action = `/visits/${visitOf(res).id}/certificates/${queryParameter(req, "id") ?? ""}/code`;
        res.send(
          `<form method="post" action="${action}"><input type="hidden" name="token" value="${formToken}"></form>`,
        );
      });
      express.use("/visits/:visit", visits.gate, certificates.visitRoutes);
      express.use(certificates.routes);
      express.use(issuing.routes);
    },
  );
  server.on("request", app);
  return {
    ...{
      origin,
      clock,
      newId,
      storage,
      directory,
      academy,
      tenant,
      curriculum,
      evidence,
      issuing,
      certificates,
    },
    ...{ deps, outbox, log },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
    },
  };
}

/** A person who did everything that `hcp-induction` asks: their events, oldest first, the entitlement last. */
export async function anAchiever(office: Office, platformUserId = "lms-user-4711") {
  const { directory, tenant, newId, clock, curriculum } = office;
  const person = await directory.admit(tenant, "platform-1", platformUserId);
  const core = { curriculum: { core: curriculum.version } };
  const module = {
    ...{ attemptId: newId(), personId: person.id, moduleId: "M01", registration: randomUUID(), ...core },
  };
  const lane = newId();
  const events: AnyEvent[] = [];
  const written: string[] = [];
  const happen = (type: EventType, data: object, template?: Template): string => {
    clock.advance(1000);
    const id = newId();
    const sequence = events.length;
    events.push({ ...tenant, id, type, at: clock.now(), lane, sequence, data } as AnyEvent);
    if (template) written.push(statementId(id, template));
    return id;
  };
  const activity = (kind: string, outcome: string): string =>
    curriculum.modules
      .flatMap(({ activities }) => activities)
      .find((one) => one.kind === kind && one.outcome === outcome)!.id;
  const quiz = (outcome: string) => ({
    ...{ activityId: activity("quiz", outcome), runId: newId(), scaled: 1, durationMs: 60_000 },
  });
  const run = { activityId: activity("scenario", "M01-O2"), runId: newId() };
  happen("module.begun", module, "module-initialized");
  happen("quiz.passed", { ...module, ...quiz("M01-O1") }, "quiz-passed");
  const endEventId = happen(
    "scenario.passed",
    { ...module, ...run, scaled: 0.9, path: ["papers", "ending"], durationMs: 60_000 },
    "scenario-completed",
  );
  happen("debrief.completed", { ...module, ...run, endEventId }, "debrief-completed");
  happen("quiz.passed", { ...module, ...quiz("M01-O3") }, "quiz-passed");
  happen("module.completed", { ...module, durationMs: 3_600_000 }, "module-completed");
  const validUntil = clock.now() + 730 * 86_400_000;
  const competencies = (
    [
      ["rights-foundations", 1],
      ["non-discrimination", 2],
      ["torture-prohibition", 2],
    ] as const
  ).map(([competencyId, level]) => {
    const evidence = written.slice(1, 3);
    const context = { personId: person.id, competencyId, registration: randomUUID(), ...core, evidence };
    happen("competency.asserted", { ...context, confidence: 1 }, "competency-asserted");
    const achieved = { ...context, level, expiresAt: validUntil, strongest: evidence[0] };
    const id = happen("competency.achieved", achieved, "competency-achieved");
    return { competencyId, level, achieved: statementId(id, "competency-achieved") };
  });
  const entitlementId = newId();
  happen("programme.entitled", {
    ...{ personId: person.id, programmeId: "hcp-induction", entitlementId, registration: randomUUID() },
    ...{ ...core, validUntil, evidence: [...written], competencies },
  });
  const standing = {
    ...{ ...tenant, id: newId(), version: 1, personId: person.id },
    ...{ modules: {}, passes: {}, outcomes: {}, competencies: {}, entitlements: {} },
  };
  return {
    ...{
      person,
      events,
      written,
      entitled: events.at(-1)! as Extract<AnyEvent, { type: "programme.entitled" }>,
    },
    /** Saves the events, as the rooms that raise them do: the outbox finds them. */
    save: () => office.storage.standings.addStanding(standing, events),
  };
}

/** The certificate of someone who did everything. */
export async function aCertificate(
  office: Office,
  platformUserId?: string,
): Promise<CredentialRecord & { readonly text: string }> {
  const achiever = await anAchiever(office, platformUserId);
  await achiever.save();
  await untilDone(office);
  const [record] = await office.issuing.ownedBy(office.tenant, achiever.person.id);
  if (record?.text === undefined) throw new Error("no certificate was made");
  return { ...record, text: record.text };
}

/** Works off all events, and what is tried again later too. */
export async function untilDone({ outbox, clock, storage }: Office): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const { failed, buried } = await outbox.drain();
    if (buried > 0) {
      throw new Error(`buried: ${(await storage.outbox.deadJobs(10)).map(({ reason }) => reason).join()}`);
    }
    if (failed === 0) return;
    clock.advance(60_000);
  }
  throw new Error("it is tried again and again");
}
