import express, { type Request, type Response, type Router } from "express";
import { field, queryParameter, readForm, translatorOf } from "../../foundation/web/index.js";
import { resourceLink } from "../addresses.js";
import { SandboxError } from "../errors.js";
import type { Gradebook } from "../gradebook.js";
import { signIdToken, type IdTokenDeps } from "../id-token.js";
import type { Launches, LaunchTarget } from "../launches.js";
import { userOf, type User } from "../users.js";
import { sendFormPost } from "./form-post.js";
import { stepOfLaunch } from "./framing.js";

export interface AuthorizationDeps extends IdTokenDeps {
  readonly origin: string;
  readonly users: readonly User[];
  readonly launches: Launches;
  readonly gradebook: Gradebook;
}

/** An authentication request (LTI 1.3 Core, IMS Security Framework §5.1.1.2), as sent. */
type Ask = (name: string) => string | undefined;

interface Asked {
  readonly user: User;
  readonly target: LaunchTarget;
  readonly nonce: string;
}

/** `/auth`, by GET or POST: OpenID Connect's authorisation endpoint, for launches that the course page began. */
export function authorizationRoutes(deps: AuthorizationDeps): Router {
  const router = express.Router();
  router.get("/auth", (req, res) => answer(res, (name) => queryParameter(req, name), deps));
  router.post("/auth", readForm(), (req: Request, res) => answer(res, (name) => field(req, name), deps));
  return router;
}

async function answer(res: Response, ask: Ask, deps: AuthorizationDeps): Promise<void> {
  stepOfLaunch(res, deps.origin, deps.tool.origin);
  const asked = demandLaunch(ask, deps);
  const state = ask("state");
  const error = errorToPost(ask, asked.user, deps);
  if (error !== undefined) {
    sendFormPost(res, deps.tool.launchUrl, { error, state });
    return;
  }
  const words = translatorOf(res);
  const titles = {
    course: words.t("sandbox.course.title"),
    resourceLink: words.t("sandbox.course.activity"),
  };
  const lineItems = deps.gradebook.lineItems({ resourceLinkId: resourceLink.id });
  const idToken = await signIdToken({ ...asked, locale: words.locale, titles, lineItems }, deps);
  sendFormPost(res, deps.tool.launchUrl, { id_token: idToken, state });
}

/** What Moodle answers with a page of its own, HTTP 404: the tool hears nothing. The hint is spent by asking. */
function demandLaunch(ask: Ask, { users, launches, tool }: AuthorizationDeps): Asked {
  if (ask("scope") !== "openid") throw new SandboxError("sandbox_scope_refused");
  const nonce = ask("nonce");
  if (nonce === undefined || nonce === "") throw new SandboxError("sandbox_nonce_missing");
  const launch = launches.take(ask("lti_message_hint"));
  if (!launch) throw new SandboxError("sandbox_hint_unknown");
  if (ask("redirect_uri") !== tool.launchUrl) throw new SandboxError("sandbox_redirect_refused");
  return { user: userOf(users, launch.userKey), target: launch.target, nonce };
}

/** What Moodle posts to the redirect_uri (RFC 6749 §4.2.2.1, OpenID Connect Core §3.1.2.6), in its order. */
function errorToPost(ask: Ask, user: User, { registration }: AuthorizationDeps): string | undefined {
  const checks: readonly [boolean, string][] = [
    [ask("response_type") === "id_token", "unsupported_response_type"],
    [ask("client_id") === registration.clientId, "unauthorized_client"],
    [ask("login_hint") === user.id, "access_denied"],
    [ask("response_mode") === "form_post", "invalid_request"],
    [(ask("prompt") ?? "none") === "none", "invalid_request"],
  ];
  return checks.find(([holds]) => !holds)?.[1];
}
