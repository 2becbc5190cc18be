import express, { type Request, type Response, type Router } from "express";
import { platformOf, scopesOf } from "../addresses.js";
import { SandboxError } from "../errors.js";
import type { Flavour } from "../flavour.js";
import { canvasAnswer, moodleAnswer, readRegistration } from "../registration.js";
import type { RegistrationTokens } from "../registration-tokens.js";
import type { Tools } from "../tools.js";
import { readText, textOf } from "./services.js";

export interface RegistrationDeps {
  readonly origin: string;
  readonly tools: Tools;
  readonly registrationTokens: RegistrationTokens;
}

/** `/openid-configuration`, `/register` and Canvas's: LTI Dynamic Registration 1.0, as each of the two does it. */
export function registrationRoutes(deps: RegistrationDeps): Router {
  const router = express.Router();
  router.get("/openid-configuration", (_req, res) => {
    sendJson(res, configurationOf(deps.origin, "moodle"));
  });
  router.get("/canvas/openid-configuration", async (req, res) => {
    const clientId = await deps.registrationTokens.read("canvas", req.headers.authorization);
    if (clientId === undefined) sendJson(res, { errorMessage: "invalid registration token" }, 401);
    else sendJson(res, configurationOf(deps.origin, "canvas"));
  });
  router.post("/register", readText, (req, res) => registerInMoodle(req, res, deps));
  router.post("/canvas/register", readText, (req, res) => registerInCanvas(req, res, deps));
  router.get("/canvas/registrations/:client", (req, res) => updateInCanvas(req, res, deps));
  router.put("/canvas/registrations/:client", readText, (req, res) => updateInCanvas(req, res, deps));
  return router;
}

const sendJson = (res: Response, body: object, status = 200): void => {
  res.status(status).setHeader("Cache-Control", "no-store").json(body);
};

/** As Moodle: refusals are plain text; what is no token of ours at all ends on a page, 404. */
async function registerInMoodle(req: Request, res: Response, deps: RegistrationDeps): Promise<void> {
  const { authorization } = req.headers;
  const refuse = (status: number, words: string): void => {
    res.status(status).type("text").send(words);
  };
  if (authorization?.startsWith("Bearer ") !== true) {
    refuse(401, "missing_registration_token");
    return;
  }
  const clientId = await deps.registrationTokens.read("moodle", authorization);
  if (clientId === undefined) throw new SandboxError("sandbox_registration_token_unknown");
  if (deps.tools.find(clientId)) {
    refuse(401, "token_already_used");
    return;
  }
  const read = readRegistration(textOf(req), "moodle");
  if ("faults" in read) {
    refuse(400, read.faults[0]?.words ?? "");
    return;
  }
  sendJson(res, moodleAnswer(await deps.tools.add(read.tool, clientId, "pending")));
}

async function registerInCanvas(req: Request, res: Response, deps: RegistrationDeps): Promise<void> {
  const clientId = await deps.registrationTokens.read("canvas", req.headers.authorization);
  if (clientId === undefined || deps.tools.find(clientId)) {
    sendJson(res, { errorMessage: "invalid registration token" }, 401);
    return;
  }
  const read = readRegistration(textOf(req), "canvas");
  if ("faults" in read) {
    sendFaults(res, read.faults);
    return;
  }
  const tool = await deps.tools.add(read.tool, clientId, "pending");
  sendJson(res, canvasAnswer(textOf(req), tool, canvasAddresses(deps.origin, clientId)));
}

/** GET and PUT of a registration, within the hour of the token that made it. */
async function updateInCanvas(req: Request, res: Response, deps: RegistrationDeps): Promise<void> {
  const clientId = await deps.registrationTokens.read("canvas", req.headers.authorization);
  const tool = deps.tools.find(clientId);
  if (!tool || tool.clientId !== req.params["client"]) {
    sendJson(res, { errorMessage: "invalid registration token" }, 401);
    return;
  }
  const addresses = canvasAddresses(deps.origin, tool.clientId);
  if (req.method === "GET") {
    sendJson(res, canvasAnswer(JSON.stringify(moodleAnswer(tool)), tool, addresses));
    return;
  }
  const read = readRegistration(textOf(req), "canvas");
  if ("faults" in read) sendFaults(res, read.faults);
  else
    sendJson(res, canvasAnswer(textOf(req), await deps.tools.replace(tool.clientId, read.tool), addresses));
}

function sendFaults(res: Response, faults: readonly { field: string; words: string }[]): void {
  sendJson(res, { errors: faults.map(({ field, words }) => ({ field, message: words })) }, 422);
}

const canvasAddresses = (origin: string, clientId: string) => ({
  registrationUrl: `${origin}/canvas/registrations/${clientId}`,
  page: `${origin}/admin/tools/${clientId}?as=administrator`,
});

/** LTI Dynamic Registration 1.0 §3.3. */
function configurationOf(origin: string, flavour: Flavour): object {
  const { issuer, ...at } = platformOf(origin, flavour);
  const isMoodle = flavour === "moodle";
  const messages = isMoodle ? moodleMessages : canvasMessages;
  return {
    issuer,
    authorization_endpoint: at.authorizationUrl,
    token_endpoint: at.tokenUrl,
    token_endpoint_auth_methods_supported: ["private_key_jwt"],
    token_endpoint_auth_signing_alg_values_supported: ["RS256"],
    jwks_uri: at.jwksUrl,
    registration_endpoint: at.registrationUrl,
    scopes_supported: isMoodle ? [...scopesOf(flavour), "openid"] : scopesOf(flavour),
    response_types_supported: ["id_token"],
    subject_types_supported: isMoodle ? ["public", "pairwise"] : ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["sub", "iss", "name", "given_name", "family_name", "email"],
    "https://purl.imsglobal.org/spec/lti-platform-configuration": {
      product_family_code: flavour,
      version: isMoodle ? "4.3 (sandbox)" : "vCloud",
      messages_supported: messages,
      variables: isMoodle
        ? ["Context.id", "Context.id.history", "ResourceLink.id", "ResourceLink.id.history", "User.id"]
        : ["Context.id", "ResourceLink.id", "Canvas.course.id", "Canvas.course.previousContextIds"],
      ...(isMoodle
        ? {}
        : {
            notice_types_supported: ["LtiContextCopyNotice"],
            "https://canvas.instructure.com/lti/account_name": "Sandbox Academy",
            "https://canvas.instructure.com/lti/account_lti_guid": "sandbox:canvas-lms",
          }),
    },
  };
}

const moodleMessages = [
  { type: "LtiResourceLinkRequest" },
  { type: "LtiDeepLinkingRequest", placements: ["ContentArea"] },
  { type: "LtiSubmissionReviewRequest" },
];
const canvasMessages = [
  {
    type: "LtiResourceLinkRequest",
    placements: ["course_navigation", "account_navigation", "link_selection", "assignment_selection"],
  },
  {
    type: "LtiDeepLinkingRequest",
    placements: ["assignment_selection", "link_selection", "editor_button", "module_index_menu_modal"],
  },
];
