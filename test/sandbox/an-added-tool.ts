import { expect } from "chai";
import { decodeJwt, type JWTPayload } from "jose";
import { HttpBrowser, unescapeHtml, type Page } from "../kit/http-browser.js";
import { formOf, type SandboxUnderTest } from "./a-sandbox.js";

export type Flavour = "moodle" | "canvas";
export const toolConfiguration = "https://purl.imsglobal.org/spec/lti-tool-configuration";
export const lti = (name: string): string => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
export const dl = (name: string): string => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;
export const scopes = {
  lineItem: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
  readOnly: "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
  score: "https://purl.imsglobal.org/spec/lti-ags/scope/score",
  members: "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
  notices: "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
};

/** A page of the sandbox, opened by a browser without JavaScript. */
export const open = ({ origin }: SandboxUnderTest, path: string): Promise<Page> =>
  new HttpBrowser().get(new URL(path, origin).href);

/** Sends a form of the sandbox's administrator; redirects are not followed. */
export const send = (
  { origin }: SandboxUnderTest,
  path: string,
  values: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${origin}${path}`, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams({ as: "administrator", ...values }),
  });

/** What a tool finds in the query of its registration link. */
export async function openRegistration(
  tested: SandboxUnderTest,
  flavour: Flavour,
): Promise<{ configurationUrl: string; token: string; page: Page; src: URL }> {
  const link = new URLSearchParams({ url: `${tested.toolOrigin}/lti/register/once?a=b`, flavour });
  const page = await open(tested, `/admin/register?as=administrator&${link.toString()}`);
  const src = new URL(
    unescapeHtml(/<iframe class="tool" src="([^"]+)"/.exec(page.html)?.[1] ?? "about:blank"),
  );
  return {
    configurationUrl: src.searchParams.get("openid_configuration") ?? "",
    token: src.searchParams.get("registration_token") ?? "",
    page,
    src,
  };
}

/** A good registration, with changes to it and to its tool configuration. */
export function registrationOf(
  { toolOrigin, launchUrl }: SandboxUnderTest,
  changes: object = {},
  configuration: object = {},
): object {
  return {
    application_type: "web",
    response_types: ["id_token"],
    grant_types: ["implicit", "client_credentials"],
    initiate_login_uri: `${toolOrigin}/lti/login`,
    redirect_uris: [launchUrl],
    client_name: "An added tool",
    jwks_uri: `${toolOrigin}/lti/jwks`,
    token_endpoint_auth_method: "private_key_jwt",
    scope: Object.values(scopes).join(" "),
    ...changes,
    [toolConfiguration]: {
      domain: new URL(toolOrigin).host,
      target_link_uri: launchUrl,
      claims: ["iss", "sub", "name", "email"],
      messages: [
        { type: "LtiResourceLinkRequest", placements: ["course_navigation"] },
        { type: "LtiDeepLinkingRequest", placements: ["link_selection"], target_link_uri: launchUrl },
      ],
      "https://canvas.instructure.com/lti/privacy_level": "public",
      ...configuration,
    },
  };
}

export const postRegistration = (
  { origin }: SandboxUnderTest,
  flavour: Flavour,
  token: string | undefined,
  body: object,
): Promise<Response> =>
  fetch(`${origin}${flavour === "canvas" ? "/canvas" : ""}/register`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });

/** Registers a tool and switches it on; the client id. */
export async function addTool(tested: SandboxUnderTest, flavour: Flavour, body?: object): Promise<string> {
  const { token } = await openRegistration(tested, flavour);
  const answer = await postRegistration(tested, flavour, token, body ?? registrationOf(tested));
  expect(answer.status).to.equal(200);
  const { client_id: clientId } = (await answer.json()) as { client_id: string };
  await send(tested, `/admin/tools/${clientId}/activate`, {});
  return clientId;
}

/** The deployment ids that a tool's page shows. */
export async function deploymentsOf(tested: SandboxUnderTest, clientId: string): Promise<string[]> {
  const { html } = await open(tested, `/admin/tools/${clientId}?as=administrator`);
  return [...html.matchAll(/<code class="deployment">([^<]+)</g)].map(([, id = ""]) => id);
}

/** Opens a launch and answers its login as a good tool does. */
export async function launch(
  tested: SandboxUnderTest,
  path: string,
): Promise<{ login: URLSearchParams; claims: JWTPayload; action: string | undefined }> {
  const response = await fetch(new URL(path, tested.origin), { redirect: "manual" });
  const location = response.headers.get("location");
  expect(location, `${path}: ${String(response.status)}`).to.be.a("string");
  const login = new URL(location!).searchParams;
  const request = new URLSearchParams({
    scope: "openid",
    response_type: "id_token",
    response_mode: "form_post",
    client_id: login.get("client_id") ?? "",
    redirect_uri: tested.launchUrl,
    login_hint: login.get("login_hint") ?? "",
    lti_message_hint: login.get("lti_message_hint") ?? "",
    nonce: "n-1",
    state: "s-1",
    prompt: "none",
  });
  const isCanvas = login.get("iss") !== tested.origin;
  const page = await open(tested, `${isCanvas ? "/canvas" : ""}/auth?${request.toString()}`);
  const claims = decodeJwt(formOf(page).id_token ?? "");
  return { login, claims, action: page.forms[0]?.action };
}

/** An access token for an added tool, as the value of an Authorization header. */
export async function bearerOf(
  tested: SandboxUnderTest,
  clientId: string,
  flavour: Flavour,
  scope: string,
): Promise<string> {
  const at = `${tested.origin}${flavour === "canvas" ? "/canvas" : ""}/token`;
  const answer = await fetch(at, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await tested.assertion({ iss: clientId, sub: clientId, aud: at }),
      scope,
    }),
  });
  const { access_token: token } = JSON.parse(await answer.text()) as { access_token?: string };
  return `Bearer ${String(token)}`;
}
