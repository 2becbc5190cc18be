import express, { type Request, type Response, type Router } from "express";
import type { JWTPayload } from "jose";
import type { Translator } from "../../foundation/i18n/index.js";
import { field, queryParameter, readForm, translatorOf } from "../../foundation/web/index.js";
import { pickClaims, resourceLinkClaims, reviewClaims, type LaunchFacts } from "../claims.js";
import type { Courses } from "../courses.js";
import { SandboxError } from "../errors.js";
import type { Gradebook } from "../gradebook.js";
import { signIdToken, type IdTokenDeps } from "../id-token.js";
import { targetLinkUriOf } from "../launch-targets.js";
import type { Launch, Launches } from "../launches.js";
import type { Tool } from "../state-schema.js";
import type { Tools } from "../tools.js";
import { userOf, type User } from "../users.js";
import { sendFormPost } from "./form-post.js";
import { stepOfLaunch } from "./framing.js";
import { courseTitleOf, linkTitleOf } from "./titles.js";

export interface AuthorizationDeps extends IdTokenDeps {
  readonly platformName: string;
  readonly users: readonly User[];
  readonly tools: Tools;
  readonly courses: Courses;
  readonly launches: Launches;
  readonly gradebook: Gradebook;
}

/** An authentication request (LTI 1.3 Core, IMS Security Framework §5.1.1.2), as sent. */
type Ask = (name: string) => string | undefined;

interface Asked {
  readonly launch: Launch;
  readonly user: User;
  readonly tool: Tool;
  readonly nonce: string;
  readonly redirectUri: string;
}

/** `/auth`, `/canvas/auth`, by GET or POST: OpenID Connect's authorisation endpoint, for launches that a course began. */
export function authorizationRoutes(deps: AuthorizationDeps): Router {
  const router = express.Router();
  const paths = ["/auth", "/canvas/auth"];
  router.get(paths, (req, res) => answer(res, (name) => queryParameter(req, name), deps));
  router.post(paths, readForm(), (req: Request, res) => answer(res, (name) => field(req, name), deps));
  return router;
}

async function answer(res: Response, ask: Ask, deps: AuthorizationDeps): Promise<void> {
  stepOfLaunch(res, deps.origin);
  const asked = demandLaunch(ask, deps);
  stepOfLaunch(res, deps.origin, asked.tool);
  const state = ask("state");
  const error = errorToPost(ask, asked);
  if (error !== undefined) {
    sendFormPost(res, asked.redirectUri, { error, state });
    return;
  }
  const idToken = await signIdToken(asked, claimsOf(asked, translatorOf(res), deps), deps);
  sendFormPost(res, asked.redirectUri, { id_token: idToken, state });
}

/** What Moodle answers with a page of its own, HTTP 404: the tool hears nothing. The hint is spent by asking. */
function demandLaunch(ask: Ask, { users, launches, tools }: AuthorizationDeps): Asked {
  if (ask("scope") !== "openid") throw new SandboxError("sandbox_scope_refused");
  const nonce = ask("nonce");
  if (nonce === undefined || nonce === "") throw new SandboxError("sandbox_nonce_missing");
  const launch = launches.take(ask("lti_message_hint"));
  if (!launch) throw new SandboxError("sandbox_hint_unknown");
  const tool = tools.of(launch.clientId);
  const redirectUri = tool.redirectUris.find((url) => url === ask("redirect_uri"));
  if (redirectUri === undefined) throw new SandboxError("sandbox_redirect_refused");
  return { launch, user: userOf(users, launch.userKey), tool, nonce, redirectUri };
}

/** What Moodle posts to the redirect_uri (RFC 6749 §4.2.2.1, OpenID Connect Core §3.1.2.6), in its order. */
function errorToPost(ask: Ask, { user, tool }: Asked): string | undefined {
  const checks: readonly [boolean, string][] = [
    [ask("response_type") === "id_token", "unsupported_response_type"],
    [ask("client_id") === tool.clientId, "unauthorized_client"],
    [ask("login_hint") === user.id, "access_denied"],
    [ask("response_mode") === "form_post", "invalid_request"],
    [(ask("prompt") ?? "none") === "none", "invalid_request"],
  ];
  return checks.find(([holds]) => !holds)?.[1];
}

function claimsOf(asked: Asked, words: Translator, deps: AuthorizationDeps): JWTPayload {
  const { launch, nonce } = asked;
  const { subject } = launch;
  const facts = factsOf(asked, words, deps);
  switch (subject.kind) {
    case "link":
    case "navigation":
      return resourceLinkClaims(facts);
    case "review":
      return reviewClaims(facts, userOf(deps.users, subject.of));
    case "pick":
      return pickClaims(facts, { ...subject, pickId: deps.launches.beginPick({ launch, nonce }) });
  }
}

function factsOf({ launch, user, tool }: Asked, words: Translator, deps: AuthorizationDeps): LaunchFacts {
  const { origin, platformName, courses, gradebook } = deps;
  const { courseId, deploymentId, target, anonymous, subject } = launch;
  const { clientId } = tool;
  const course = courses.of(courseId);
  const link = "linkId" in subject ? courses.link(courseId, subject.linkId) : undefined;
  const lineItems = link ? gradebook.lineItems({ courseId, clientId }, { resourceLinkId: link.id }) : [];
  return {
    ...{ origin, platformName, tool, deploymentId, user, target, anonymous, course, link, lineItems },
    targetLinkUri: targetLinkUriOf(tool, subject, { link, lineItems }),
    locale: words.locale,
    courseTitle: courseTitleOf(course, words),
    linkTitle: link ? linkTitleOf(link, words) : tool.name,
    inCourse: courses.linksIn(courseId).some((one) => one.clientId === clientId),
  };
}
