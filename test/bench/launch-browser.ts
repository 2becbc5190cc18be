import { request, type Agent } from "undici";
import { SignJWT, type CryptoKey } from "jose";
import { clientId, deploymentId, issuerOf, type Peer, type Platform } from "./launch-peers.js";

/** Launches come from so many platforms of one tool in turn, each with keys that are cached after its first. */
const mostActive = 50;

/** A browser's cookies of one tool. */
export type Jar = Map<string, string>;

interface Answer {
  readonly status: number;
  readonly location?: string;
  readonly text: string;
}

interface Asking {
  readonly agent: Agent;
  readonly jar: Jar;
  readonly body?: URLSearchParams;
}

async function ask(url: string, { agent, jar, body }: Asking): Promise<Answer> {
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await request(url, {
    dispatcher: agent,
    method: body ? "POST" : "GET",
    headers: {
      accept: "text/html",
      ...(cookie ? { cookie } : {}),
      ...(body ? { "content-type": "application/x-www-form-urlencoded" } : {}),
    },
    ...(body ? { body: body.toString() } : {}),
  });
  for (const set of [answer.headers["set-cookie"] ?? []].flat()) keep(jar, set);
  const location = [answer.headers.location ?? []].flat()[0];
  const text = await answer.body.text();
  return { status: answer.statusCode, text, ...(location ? { location: new URL(location, url).href } : {}) };
}

function keep(jar: Jar, set: string): void {
  const [pair = ""] = set.split(";");
  const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
  if (/expires=thu, 01 jan 1970|max-age=0/i.test(set)) jar.delete(name);
  else jar.set(name, value);
}

export interface Launching {
  readonly peer: Peer;
  readonly platform: Platform;
  readonly agent: Agent;
  readonly jar: Jar;
  /** Whose launch it is. */
  readonly user: number;
  /** `answered`: the tool has taken the id_token and says where to go on; `page`: its first page is there. */
  readonly until: "answered" | "page";
}

/** One launch, from the platform's link on, as a browser goes through it. */
export async function launchOnce({ peer, platform, agent, jar, user, until }: Launching): Promise<void> {
  const active = Math.min(peer.platforms, mostActive);
  const issuer = issuerOf(platform, (user % active) * Math.floor(peer.platforms / active));
  const login = new URLSearchParams({
    iss: issuer,
    login_hint: String(user),
    target_link_uri: peer.launchUrl,
    client_id: clientId,
  });
  let answer = await ask(`${peer.loginUrl}?${login.toString()}`, { agent, jar });
  while (answer.location && !answer.location.startsWith(platform.origin))
    answer = await ask(answer.location, { agent, jar });
  const authorisation = new URL(answer.location ?? "", platform.origin).searchParams;
  const nonce = authorisation.get("nonce") ?? "";
  const token = await idToken({ issuer, key: platform.key, nonce, target: peer.launchUrl, user });
  const body = new URLSearchParams({ id_token: token, state: authorisation.get("state") ?? "" });
  answer = await ask(authorisation.get("redirect_uri") ?? "", { agent, jar, body });
  if (until === "answered" && answer.location) return;
  while (answer.location) answer = await ask(answer.location, { agent, jar });
  if (answer.status !== 200 || !answer.text.includes("<h1"))
    throw new Error(
      `${peer.name}: a launch ended with ${String(answer.status)}: ${answer.text.slice(0, 300)}`,
    );
}

interface Wanted {
  readonly issuer: string;
  readonly key: CryptoKey;
  readonly nonce: string;
  readonly target: string;
  readonly user: number;
}

function idToken({ issuer, key, nonce, target, user }: Wanted): Promise<string> {
  const grades = "https://purl.imsglobal.org/spec/lti-ags";
  const claim = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    nonce,
    [claim("message_type")]: "LtiResourceLinkRequest",
    [claim("version")]: "1.3.0",
    [claim("deployment_id")]: deploymentId,
    [claim("target_link_uri")]: target,
    [claim("roles")]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
    [claim("resource_link")]: { id: "link-1", title: "Module" },
    [claim("context")]: { id: "course-1", label: "C1", title: "Course", type: ["CourseSection"] },
    [claim("custom")]: { module: "M01" },
    [`${grades}/claim/endpoint`]: { scope: [`${grades}/scope/score`], lineitem: `${issuer}/lineitems/1` },
  })
    .setProtectedHeader({ alg: "RS256", kid: "bench" })
    .setIssuer(issuer)
    .setAudience(clientId)
    .setSubject(`user-${String(user)}`)
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(key);
}
