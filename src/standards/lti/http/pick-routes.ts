import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import { allowFraming, readForm, sendPage, visitOf, WebError } from "../../../foundation/web/index.js";
import { signAnswer } from "../deep-linking/answer.js";
import { contentItem, linksOf, mostLinks } from "../deep-linking/content-items.js";
import { sendPicker, type PickerPage, type PickProblem } from "./pick-page.js";
import { linkWords, sendPickPreview } from "./pick-preview.js";
import { pickSceneOf, type PickDeps, type PickScene } from "./pick-scene.js";
import {
  pressOf,
  readState,
  valuesInAddress,
  valuesInForm,
  withoutFilters,
  type PickState,
} from "./pick-state.js";

/**
 * The content picker of a deep-linking visit (LTI Deep Linking 2.0), to be mounted at `/visits/:visit` behind the gate
 * and before every other router there: a visit that came to pick has no other pages, and all others have none of these.
 * Its one form posts whatever its buttons ask for; all but the answer comes back as a redirect to an address that holds
 * the state, so that picks survive searching, paging and previews without JavaScript.
 */
export function pickRoutes(deps: PickDeps): Router {
  const router = express.Router({ mergeParams: true });
  router.get("/pick", async (req, res) => {
    const scene = await pickSceneOf(res, deps);
    const values = valuesInAddress(req);
    const problem = (["none", "many"] as const).find((one) => one === values("after")[0]);
    sendPicker(res, scene, readState(values, scene), problem);
  });
  router.get("/pick/preview", async (req, res) => {
    const scene = await pickSceneOf(res, deps);
    const values = valuesInAddress(req);
    sendPickPreview(res, scene, readState(values, scene), values("of")[0] ?? "");
  });
  router.post("/pick", readForm(), deps.visits.checkForm, (req: Request, res: Response) =>
    take(req, res, deps),
  );
  router.use(keepToPicking(deps));
  return router;
}

/** A visit that came to pick has the picker, and all others have every page but that. */
export function keepToPicking({ visits }: Pick<PickDeps, "visits">): RequestHandler {
  return (req, res, next) => {
    const visit = visitOf(res);
    if (visit.errand?.kind !== "pick") next();
    else if (req.method === "GET" && req.path === "/") res.redirect(303, visits.path(visit, "/pick"));
    else throw new WebError("not_found");
  };
}

async function take(req: Request, res: Response, deps: PickDeps): Promise<void> {
  const scene = await pickSceneOf(res, deps);
  const state = readState(valuesInForm(req), scene);
  const press = pressOf(req);
  const go = (address: string): void => res.redirect(303, address);
  switch (press.do) {
    case "add":
      await add(res, scene, state, deps);
      break;
    case "nothing":
      await answer(res, scene, { ...state, picks: [] }, deps);
      break;
    case "preview":
      go(scene.href(state, "/preview", { of: press.id }));
      break;
    case "page":
      go(scene.href({ ...state, page: press.page }));
      break;
    case "clear":
      go(scene.href(withoutFilters(state)));
      break;
    case "search":
      go(scene.href({ ...state, page: 1 }));
  }
}

async function add(res: Response, scene: PickScene, state: PickState, deps: PickDeps): Promise<void> {
  const count = linksOf(scene.entries, state.picks).length;
  const problem: PickProblem | undefined = count === 0 ? "none" : count > mostLinks ? "many" : undefined;
  if (problem === undefined) await answer(res, scene, state, deps);
  else res.redirect(303, `${scene.href(state, "", { after: problem })}#problems`);
}

interface AnswerModel extends PickerPage {
  readonly action: string;
  readonly jwt: string;
  readonly count: number;
}

/**
 * A form that brings the signed answer to the platform. It goes by itself; without JavaScript its button is pressed.
 */
async function answer(res: Response, scene: PickScene, state: PickState, deps: PickDeps): Promise<void> {
  const { words, errand, platform, visit, entries, targets } = scene;
  const target = state.target ?? targets[0];
  const items = linksOf(entries, state.picks).map((link) =>
    contentItem(link, {
      ...{ origin: deps.origin, errand, platform, ...linkWords(link, scene) },
      ...(target === undefined ? {} : { target }),
    }),
  );
  const said = { count: items.length, title: items[0]?.title ?? "" };
  const jwt = await signAnswer({ platform, errand, items, message: words.t("lti.pick.message", said) }, deps);
  const heading = words.t("lti.pick.answer.title", said);
  // Chromium holds what the platform redirects the form to, to `form-action` too.
  allowFraming(res, new URL(visit.frameOrigin), [new URL(errand.returnUrl).origin, visit.frameOrigin]);
  sendPage<AnswerModel>(res, "lti/pick-answer", {
    ...{ pageTitle: heading, heading, jwt, count: items.length, action: errand.returnUrl },
    ...{ place: words.t("lti.pick.place"), base: "" },
  });
}
