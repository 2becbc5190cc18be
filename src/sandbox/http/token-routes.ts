import express, { type Request, type Response, type Router } from "express";
import { field, readForm } from "../../foundation/web/index.js";
import type { AccessTokens } from "../access-tokens.js";
import { toolOfAssertion, type AssertionDeps } from "../client-assertion.js";
import type { Flavour } from "../flavour.js";
import type { Tool } from "../state-schema.js";
import { sendsExactly } from "./media-types.js";
import { answerRefusal, demandUserAgent } from "./services.js";

export interface TokenDeps extends AssertionDeps {
  readonly accessTokens: AccessTokens;
}

/** `/token`, `/canvas/token`: access tokens by client credentials with a signed assertion (IMS Security Framework §4.1). */
export function tokenRoutes(deps: TokenDeps): Router {
  const router = express.Router();
  const give = (flavour: Flavour) => async (req: Request, res: Response) => {
    res.setHeader("Cache-Control", "no-store");
    if (flavour === "canvas") demandUserAgent(req);
    const answer = await decide(req, flavour, deps);
    // Moodle says text/html of its JSON, so the tool has to live with it.
    res
      .status("error" in answer ? 400 : 200)
      .type(flavour === "moodle" ? "html" : "json")
      .send(JSON.stringify(answer));
  };
  router.post("/token", readForm(), give("moodle"));
  router.post("/canvas/token", readForm(), give("canvas"));
  router.use("/canvas/token", answerRefusal);
  return router;
}

type Answer =
  | { readonly error: "invalid_request" | "unsupported_grant_type" | "invalid_client" | "invalid_scope" }
  | {
      readonly access_token: string;
      readonly token_type: "Bearer";
      readonly expires_in: number;
      readonly scope: string;
    };

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async function decide(req: Request, flavour: Flavour, deps: TokenDeps): Promise<Answer> {
  const assertion = field(req, "client_assertion");
  const grantType = field(req, "grant_type");
  const isForm = sendsExactly(req, "application/x-www-form-urlencoded");
  if (!isForm || assertion === undefined || grantType === undefined) return { error: "invalid_request" };
  if (field(req, "client_assertion_type") !== assertionType) return { error: "invalid_request" };
  if (grantType !== "client_credentials") return { error: "unsupported_grant_type" };
  const tool = await toolOfAssertion(assertion, deps);
  if (tool?.flavour !== flavour) return { error: "invalid_client" };
  const scopes = grantable(tool, field(req, "scope") ?? "");
  if (scopes.length === 0) return { error: "invalid_scope" };
  return {
    access_token: await deps.accessTokens.issue(tool, scopes),
    token_type: "Bearer",
    expires_in: deps.accessTokens.lifetimeSeconds,
    scope: scopes.join(" "),
  };
}

/** Those of the requested scopes that the tool may have; Canvas gives all of them or none. */
function grantable(tool: Tool, requested: string): string[] {
  const wanted = new Set(requested.split(" ").filter(Boolean));
  const granted = tool.scopes.filter((scope) => wanted.has(scope));
  return tool.flavour === "canvas" && granted.length < wanted.size ? [] : granted;
}
