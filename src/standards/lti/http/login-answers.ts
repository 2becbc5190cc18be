import type { Request, Response } from "express";
import { digest, randomToken } from "../../../foundation/kernel/index.js";
import {
  allowFraming,
  ensureBrowser,
  field,
  queryParameter,
  sendOn,
  sendPage,
  translatorOf,
  type PageModel,
} from "../../../foundation/web/index.js";
import { LtiError } from "../errors.js";
import { beginLogin, readLogin, resumeLogin, type Login, type LoginDeps } from "../login.js";
import { waitingFor } from "../states.js";
import { placesOf, storageModel, type StorageModel } from "./storage-page.js";

const marks = { again: "again", newWindow: "window" } as const;

/** Where a form begins a login in a window of its own. */
export const newWindowAction = (base: string): string => `${base}/login?${marks.newWindow}=1`;

/**
 * One login, in at most two steps: the first one gives the browser its cookie and asks it to come again, so that we
 * see whether it kept it before anything is used up at the platform.
 */
export async function answerLogin(req: Request, res: Response, deps: LoginDeps): Promise<void> {
  const state = req.method === "POST" ? field(req, "state") : undefined;
  const resumed = state !== undefined && waitingFor(state) !== undefined ? state : undefined;
  const login = resumed === undefined ? await readLogin(formOf(req), deps) : undefined;
  const browser = ensureBrowser(req, res);
  if (browser.kept) {
    const again = login ?? (await resumeLogin(resumed ?? "", deps));
    sendOn(res, 303, (await beginLogin(again, browser.hash, deps)).url);
  } else if (queryParameter(req, marks.again) === undefined) {
    const [, query] = req.originalUrl.split(/\?(.*)/s);
    sendOn(res, 307, `${req.baseUrl}/login?${query ? `${query}&` : ""}${marks.again}=1`);
  } else if (login && queryParameter(req, marks.newWindow) === undefined) {
    await offerOtherWays(login, newWindowAction(req.baseUrl), res, deps);
  } else {
    throw new LtiError("browser_keeps_no_cookie");
  }
}

const formOf = (req: Request): unknown => (req.method === "POST" ? (req.body as unknown) : req.query);

interface NewWindowModel extends PageModel {
  readonly action: string;
  readonly parameters: Login["parameters"];
  readonly storage?: StorageModel & { readonly secret: string; readonly next: string };
}

/**
 * A page whose one button starts the same login in a window of its own, where our cookie is a first-party one. Where
 * the platform offers to keep things for us, the page's script first tries to leave a secret there and then goes on in
 * the frame. The page names who may frame it, since it has something to click.
 */
async function offerOtherWays(login: Login, action: string, res: Response, deps: LoginDeps): Promise<void> {
  const { platform, parameters, storageFrame } = login;
  const storage = storageFrame === undefined ? undefined : await leaveSecret(login, storageFrame, deps);
  allowFraming(res, new URL(platform.frameOrigin), placesOf(platform));
  const pageTitle = translatorOf(res).t("lti.newWindow.title");
  sendPage<NewWindowModel>(res, "lti/new-window", {
    ...{ pageTitle, action, parameters },
    ...(storage ? { storage } : {}),
  });
}

async function leaveSecret(login: Login, frame: string, deps: LoginDeps): Promise<NewWindowModel["storage"]> {
  const secret = randomToken(32);
  const { url, state } = await beginLogin(login, digest(secret), deps, frame);
  return { ...storageModel(login.platform, frame, state), secret, next: url };
}
