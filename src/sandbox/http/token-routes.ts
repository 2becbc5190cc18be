import express, { type Request, type Response, type Router } from "express";
import { field, readForm } from "../../foundation/web/index.js";
import type { AccessTokens } from "../access-tokens.js";
import { isToolsAssertion, type AssertionDeps } from "../client-assertion.js";
import { sendsExactly } from "./media-types.js";

export interface TokenDeps extends AssertionDeps {
  readonly accessTokens: AccessTokens;
}

/** `/token`: access tokens by client credentials with a signed assertion (IMS Security Framework §4.1). */
export function tokenRoutes(deps: TokenDeps): Router {
  const router = express.Router();
  router.post("/token", readForm(), async (req: Request, res: Response) => {
    res.setHeader("Cache-Control", "no-store");
    const answer = await decide(req, deps);
    // Moodle says text/html of its JSON, so the tool has to live with it.
    res
      .status("error" in answer ? 400 : 200)
      .type("html")
      .send(JSON.stringify(answer));
  });
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

async function decide(req: Request, deps: TokenDeps): Promise<Answer> {
  const assertion = field(req, "client_assertion");
  const grantType = field(req, "grant_type");
  const isForm = sendsExactly(req, "application/x-www-form-urlencoded");
  if (!isForm || assertion === undefined || grantType === undefined) return { error: "invalid_request" };
  if (field(req, "client_assertion_type") !== assertionType) return { error: "invalid_request" };
  if (grantType !== "client_credentials") return { error: "unsupported_grant_type" };
  if (!(await isToolsAssertion(assertion, deps))) return { error: "invalid_client" };
  const scopes = deps.accessTokens.grantable(field(req, "scope") ?? "");
  if (scopes.length === 0) return { error: "invalid_scope" };
  return {
    access_token: await deps.accessTokens.issue(scopes),
    token_type: "Bearer",
    expires_in: deps.accessTokens.lifetimeSeconds,
    scope: scopes.join(" "),
  };
}
