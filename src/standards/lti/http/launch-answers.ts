import type { Request, Response } from "express";
import { minutes, type Clock } from "../../../foundation/kernel/index.js";
import {
  allowFraming,
  browserHash,
  carriesSecret,
  field,
  sendOn,
  sendPage,
  translatorOf,
  WebError,
  type PageModel,
  type RateStore,
  type Visit,
} from "../../../foundation/web/index.js";
import { LtiError } from "../errors.js";
import { beginVisit, type BeginDeps } from "../launch.js";
import { checkForm, checkLaunch } from "../launch-checks.js";
import type { LaunchDeps, LaunchFacts } from "../launch-facts.js";
import type { Platform } from "../lti-store.js";
import { waitingFor, type Waiting } from "../states.js";
import { newWindowAction } from "./login-answers.js";
import { placesOf, storageModel, type StorageModel } from "./storage-page.js";

export interface LaunchAnswerDeps extends LaunchDeps, BeginDeps {
  readonly rates: RateStore;
  readonly clock: Clock;
  /** The path of a visit's first page. */
  readonly firstPage: (visit: Visit) => Promise<string>;
}

/**
 * A launch, as the platform's form posts it. Where the browser's secret waits in the platform's storage, a page's script
 * fetches it and posts the same fields again by itself, with the secret in the `Authorization` header; it is told where
 * the visit is as data, and shows it in the frame.
 */
export async function answerLaunch(req: Request, res: Response, deps: LaunchAnswerDeps): Promise<void> {
  const posted = { form: req.body as unknown, browser: browserHash(req), now: deps.clock.now() };
  const byScript = carriesSecret(req);
  const waiting = byScript ? undefined : waitingFor(field(req, "state") ?? "");
  if (waiting) return fetchSecret(req, res, { posted, waiting, deps });
  const launch = await checkLaunch(posted, deps);
  await countLaunch(launch.platform, deps);
  const visit = await beginVisit(launch, translatorOf(res).locale, deps);
  const location = await deps.firstPage(visit);
  if (byScript) res.json({ location });
  else sendOn(res, 303, location);
}

/** So that one LMS that runs wild does not take the tool from all others. */
const mostLaunchesAMinute = 3000;

async function countLaunch({ id }: Platform, { rates, clock }: LaunchAnswerDeps): Promise<void> {
  const { count } = await rates.countRequest(`launches ${id}`, minutes(1), clock.now());
  if (count > mostLaunchesAMinute) throw new WebError("too_many_requests");
}

interface FetchSecretModel extends PageModel {
  readonly storage: StorageModel;
  readonly launch: string;
  /** Where a form begins the login again in a new window. */
  readonly action: string;
  readonly state: string;
  readonly idToken: string;
}

interface Fetching {
  readonly posted: LaunchFacts;
  readonly waiting: Waiting;
  readonly deps: LaunchAnswerDeps;
}

async function fetchSecret(req: Request, res: Response, { posted, waiting, deps }: Fetching): Promise<void> {
  await checkForm(posted, deps);
  const platform = await deps.store.platform(waiting.platformId);
  if (!platform) throw new LtiError("state_unknown");
  const state = field(req, "state") ?? "";
  // The forms of the visit's pages, which this page carries, may lead to the platform: content that was picked does.
  allowFraming(res, new URL(platform.frameOrigin), placesOf(platform));
  sendPage<FetchSecretModel>(res, "lti/carrier", {
    pageTitle: translatorOf(res).t("lti.opening.title"),
    storage: storageModel(platform, waiting.frame, state),
    launch: `${req.baseUrl}/launch`,
    action: newWindowAction(req.baseUrl),
    state,
    idToken: field(req, "id_token") ?? "",
  });
}
