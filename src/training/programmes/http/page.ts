import type { Response } from "express";
import { sendPage, type PageModel } from "../../../foundation/web/index.js";
import type { Level } from "../../../standards/curriculum/index.js";
import { competenciesOf, entryOf, outcomesOf, type ProgrammePlan } from "../rules.js";
import type { ContactModel } from "./contact.js";
import { outcomeModels, type OutcomeModel } from "./outcomes.js";
import { askedModels, renewalModel, type AskedModel, type RenewalModel } from "./renewal.js";
import { longDate, type Scene } from "./scene.js";
import { certificateOf, stateOf, type ProgrammeState } from "./state.js";

interface CertificateModel {
  readonly href: string;
  readonly issued: string;
  readonly until: string;
  /** In force: its holder may prove that it is theirs. */
  readonly code?: { readonly action: string; readonly form: string };
  /** Where it is offered to the trainee's wallet. */
  readonly wallet?: string;
  /** Where every step on record is. */
  readonly history?: string;
  /** The day on which an announced revocation takes effect. */
  readonly revokedOn?: string;
}

interface CompetencyModel {
  readonly title: string;
  readonly achieved?: { readonly level: Level; readonly until: string };
}

interface ModuleModel {
  readonly title: string;
  /** The day on which it was completed. */
  readonly completed?: string;
}

interface ProgrammeModel {
  readonly title: string;
  readonly state: ProgrammeState | "rules";
  /** What the page found about it, in one sentence. */
  readonly finding: string;
  readonly months: number;
  readonly outcomes: readonly OutcomeModel[];
  readonly competencies: readonly CompetencyModel[];
  readonly modules: readonly ModuleModel[];
  readonly certificate?: CertificateModel;
  readonly renewal?: RenewalModel;
  readonly asked: readonly AskedModel[];
  /** The launched module, where it is the way on: its page knows what comes next. */
  readonly next?: { readonly href: string; readonly title: string };
  /** The title of the programme whose certificate is needed first. */
  readonly requires?: string;
  /** Of the headings within: 2 on a page about one programme. */
  readonly level: 2 | 3;
  /** A page has one filled button at most. */
  readonly filled: boolean;
  readonly own: boolean;
  /** This page. */
  readonly again: string;
}

interface ProgrammesModel extends PageModel {
  readonly heading: string;
  readonly only?: ProgrammeModel;
  readonly programmes: readonly ProgrammeModel[];
  readonly draft: boolean;
  /** Invented law is loaded. */
  readonly demonstration: boolean;
  readonly own: boolean;
  readonly back: string;
  readonly reminders?: ContactModel;
}

/** How often a page looks by itself whether the certificate is there. */
const secondsBetweenLooks = 5;

export function sendProgrammes(res: Response, scene: Scene, reminders?: ContactModel): void {
  const { plans, words, curriculum } = scene;
  const programmes = plans.map((plan) => programmeModel(plan, scene));
  const [first] = programmes;
  const only = programmes.length === 1 ? first : undefined;
  const own = scene.own !== undefined;
  const heading = only
    ? only.finding
    : words.t(own ? "programmes.heading.own" : "programmes.heading.rules", { count: programmes.length });
  if (programmes.some(({ state }) => state === "making"))
    res.setHeader("Refresh", String(secondsBetweenLooks));
  sendPage<ProgrammesModel>(res, "programmes/programmes", {
    ...{ heading, programmes, own, back: scene.href("/") },
    pageTitle: only && only.finding !== only.title ? `${heading} · ${only.title}` : heading,
    draft: plans.some((plan) => plan.modules.some(({ reviewed }) => !reviewed)),
    demonstration: curriculum.overlays.some(({ invented }) => invented),
    ...(only ? { only } : {}),
    ...(reminders ? { reminders } : {}),
  });
}

function programmeModel(plan: ProgrammePlan, scene: Scene): ProgrammeModel {
  const { curriculum, own, now, plans } = scene;
  const { title, validMonths, requires } = plan.programme;
  const state = own ? stateOf(own, plan, now) : "rules";
  const outcomes = outcomeModels(plan, scene);
  const certificate = certificateModel(plan, scene);
  const next = nextOf(plan, scene);
  const renewal = renewalModel(plan, state, scene);
  const required = curriculum.programmes.find(({ id }) => id === requires)?.title;
  return {
    ...{ title, state, outcomes, months: validMonths, own: own !== undefined },
    finding: findingOf(plan, state, scene),
    competencies: competencyModels(plan, scene),
    modules: moduleModels(plan, scene),
    level: plans.length === 1 ? 2 : 3,
    filled: plans.length === 1,
    again: scene.href("/programmes"),
    asked: askedModels(plan, scene),
    ...(certificate ? { certificate } : {}),
    ...(renewal ? { renewal } : {}),
    ...(next ? { next } : {}),
    ...(required === undefined ? {} : { requires: required }),
  };
}

function findingOf(plan: ProgrammePlan, state: ProgrammeModel["state"], scene: Scene): string {
  const { own, words } = scene;
  if (!own || state === "rules") return plan.programme.title;
  const outcomes = outcomesOf(plan);
  const certificate = certificateOf(own, plan);
  const renewal = renewalModel(plan, state, scene);
  return words.t(`programmes.finding.${state}`, {
    done: outcomes.filter(({ id }) => entryOf(own.standing.outcomes, id)).length,
    total: outcomes.length,
    until: renewal?.until ?? (certificate ? longDate(certificate.validUntil, words) : ""),
    closes: renewal?.closes ?? "",
  });
}

function certificateModel(plan: ProgrammePlan, scene: Scene): CertificateModel | undefined {
  const { own, words, now, href, newForm } = scene;
  const found = own && certificateOf(own, plan);
  if (!found || found.state === "reserved") return undefined;
  const inForce = ["valid", "open"].includes(stateOf(own, plan, now));
  return {
    href: found.href,
    issued: longDate(found.issuedAt, words),
    until: longDate(found.validUntil, words),
    ...(inForce ? { code: { action: href(found.codeAction), form: newForm() } } : {}),
    ...(inForce && found.walletPath !== undefined ? { wallet: href(found.walletPath) } : {}),
    ...(found.historyPath === undefined ? {} : { history: href(found.historyPath) }),
    ...(found.notice ? { revokedOn: longDate(found.notice.effectiveAt, words) } : {}),
  };
}

function nextOf({ modules }: ProgrammePlan, { own, visit, href }: Scene): ProgrammeModel["next"] {
  const launched = own && modules.find(({ id }) => id === visit.moduleId);
  if (!launched || entryOf(own.standing.modules, launched.id)?.completedAt !== undefined) return undefined;
  return { href: href("/"), title: launched.title };
}

function competencyModels(plan: ProgrammePlan, { curriculum, own, words }: Scene): CompetencyModel[] {
  return competenciesOf(plan, curriculum).map(({ id, title }) => {
    const achieved = own && entryOf(own.standing.competencies, id)?.achieved;
    if (!achieved) return { title };
    return { title, achieved: { level: achieved.level, until: longDate(achieved.expiresAt, words) } };
  });
}

function moduleModels({ modules }: ProgrammePlan, { own, words }: Scene): ModuleModel[] {
  return modules.map(({ id, title }) => {
    const completedAt = own && entryOf(own.standing.modules, id)?.completedAt;
    return { title, ...(completedAt === undefined ? {} : { completed: longDate(completedAt, words) }) };
  });
}
