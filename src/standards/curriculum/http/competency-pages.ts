import express, { type Request, type Response, type Router } from "express";
import { curriculumIri, competencyIri, outcomeIri } from "../../../foundation/kernel/index.js";
import { sendPage, sendProblem, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import { instrumentsCited } from "../case/instruments.js";
import { idOf, recordUrl } from "../case/setting.js";
import type { Shown, ShownCompetency, ShownOutcome } from "../case/shown.js";
import { CurriculumError } from "../errors.js";
import type { Level } from "../model.js";

interface PublicPage extends PageModel {
  readonly heading: string;
  /** Something here was not reviewed: the page says so, and search engines leave it alone. */
  readonly draft: boolean;
  readonly noindex: boolean;
  /** Of what the curriculum says, where the page itself is in another one. */
  readonly language?: string;
  /** The same as data, and the name by which statements and certificates call it. */
  readonly data: string;
  readonly iri: string;
}

interface ListModel extends PublicPage {
  readonly competencies: readonly {
    readonly href: string;
    readonly title: string;
    readonly statement: string;
    readonly level: Level;
  }[];
  readonly version: string;
}

interface CompetencyModel extends PublicPage {
  readonly statement: string;
  readonly level: Level;
  readonly outcomes: readonly {
    readonly id: string;
    readonly text: string;
    readonly level: Level;
    readonly module: string;
    readonly title: string;
  }[];
  readonly programmes: readonly string[];
  readonly instruments: readonly {
    readonly title: string;
    readonly url?: string;
    readonly provisions: string;
    readonly checked: "yes" | "no";
  }[];
}

export interface PageDeps {
  readonly shown: Shown;
  readonly origin: string;
}

/**
 * `/competencies` and `/competencies/<id>`, where permanent IRIs lead to one day: a page for people; who prefers data
 * is sent to the record of CASE. An outcome is found by its id too, on the page of its competency.
 */
export function competencyPages(deps: PageDeps): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((_req, res, next) => {
    res.set({ "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache" });
    res.vary("Accept");
    next();
  });
  router.get("/", (req, res) => {
    if (wantsData(req)) res.redirect(303, packageUrl(deps));
    else sendList(res, deps);
  });
  router.get("/:id", (req, res) => showOne(req, res, deps));
  return router;
}

/** Whoever takes anything is a program, since a browser always names HTML. */
const wantsData = (req: Request): boolean => req.accepts(["json", "html"]) === "json";

const packageUrl = ({ origin }: PageDeps): string => recordUrl(origin, "CFPackages", idOf(curriculumIri));

const itemUrl = ({ origin }: PageDeps, iri: string): string => recordUrl(origin, "CFItems", idOf(iri));

function showOne(req: Request, res: Response, deps: PageDeps): void {
  const { id } = req.params;
  const { competencies } = deps.shown;
  const competency = competencies.find((one) => one.id === id);
  const outcome = competencies.flatMap(({ outcomes }) => outcomes).find((one) => one.id === id);
  const data = wantsData(req);
  if (competency && data) res.redirect(303, itemUrl(deps, competencyIri(competency.id)));
  else if (competency) sendCompetency(res, competency, deps);
  else if (outcome && data) res.redirect(303, itemUrl(deps, outcomeIri(outcome.id)));
  else if (outcome) res.redirect(303, `/competencies/${outcome.competency}#${outcome.id}`);
  else refuse(res, data);
}

function refuse(res: Response, data: boolean): void {
  const error = new CurriculumError("competency_unknown");
  if (!data) throw error;
  sendProblem(res, error);
}

/** What both pages say alike. */
function publicPage(res: Response, draft: boolean, { curriculum }: Shown) {
  res.vary("Accept-Language");
  const [language] = curriculum.languages;
  const isOther = translatorOf(res).locale !== language;
  return { draft, noindex: draft, ...(isOther ? { language } : {}) };
}

function sendList(res: Response, deps: PageDeps): void {
  const words = translatorOf(res);
  const { shown } = deps;
  const heading = words.t("curriculum.page.title");
  sendPage<ListModel>(res, "competencies/competencies", {
    ...publicPage(res, shown.draft, shown),
    ...{ heading, pageTitle: heading, data: packageUrl(deps), iri: curriculumIri },
    version: shown.curriculum.version,
    competencies: shown.competencies.map(({ id, title, statement, level }) => ({
      ...{ href: `/competencies/${id}`, title, statement, level },
    })),
  });
}

function sendCompetency(res: Response, competency: ShownCompetency, deps: PageDeps): void {
  const words = translatorOf(res);
  const { curriculum } = deps.shown;
  const { id, title, statement, level, outcomes, draft } = competency;
  const iri = competencyIri(id);
  sendPage<CompetencyModel>(res, "competencies/competency", {
    ...publicPage(res, draft, deps.shown),
    ...{ heading: title, data: itemUrl(deps, iri), iri, statement, level },
    pageTitle: words.t("curriculum.page.tab", { title }),
    outcomes: outcomes.map((one) => ({
      ...{ id: one.id, text: one.text, level: one.level },
      ...{ module: one.module.id, title: one.module.title },
    })),
    programmes: curriculum.programmes
      .filter(({ modules }) => outcomes.some(({ module }) => modules.includes(module.id)))
      .map((programme) => programme.title),
    instruments: instrumentModels(competency, outcomes, deps.shown),
  });
}

function instrumentModels(
  competency: ShownCompetency,
  outcomes: readonly ShownOutcome[],
  { curriculum }: Shown,
): CompetencyModel["instruments"] {
  const all = [competency, ...outcomes].flatMap(({ instruments }) => instruments);
  return instrumentsCited([...new Set(all)], curriculum.instruments).map(
    ({ instrument: { title, url }, provisions, checked }) => ({
      ...{ title, provisions, checked: checked ? "yes" : "no" },
      ...(url === undefined ? {} : { url }),
    }),
  );
}
