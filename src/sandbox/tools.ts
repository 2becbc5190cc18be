import { randomBytes } from "node:crypto";
import { builtIn, scopesOf, typeIdOf, type SandboxTool } from "./addresses.js";
import { SandboxError } from "./errors.js";
import type { StateFile } from "./state.js";
import type { Deployment, Tool } from "./state-schema.js";

/** A tool before the platform has given it its ids. */
export type NewTool = Omit<Tool, "clientId" | "state" | "deployments" | "noticeHandlers">;

/** The tools that are installed, in both flavours. */
export interface Tools {
  all(): readonly Tool[];
  /** @throws SandboxError `sandbox_tool_unknown` */
  of(clientId: string | undefined): Tool;
  find(clientId: string | undefined): Tool | undefined;
  /** The tool of a `type_id`, which Moodle's service URLs carry. */
  ofType(typeId: string | undefined): Tool | undefined;
  /** A client id for a tool to come: a word in Moodle's flavour, digits in Canvas's. */
  newClientId(flavour: Tool["flavour"]): string;
  /** In Moodle's flavour it has its one deployment at once; in Canvas's it has one when it is switched on. */
  add(tool: NewTool, clientId: string, state: Tool["state"]): Promise<Tool>;
  replace(clientId: string, tool: NewTool): Promise<Tool>;
  /** Moodle's "Activate", Canvas's "Enable", which installs it in the whole account. */
  activate(clientId: string): Promise<Tool>;
  /** A further deployment, in one course (Canvas). */
  install(clientId: string, courseId: string): Promise<Deployment>;
  /** Takes away scopes, or gives them back. */
  allow(clientId: string, scopes: readonly string[]): Promise<void>;
  /** Those deployments that a course sees. */
  deploymentsIn(tool: Tool, courseId: string): Deployment[];
}

export function createTools(state: StateFile): Tools {
  const { data } = state;
  const find = (clientId: string | undefined): Tool | undefined =>
    data.tools.find((tool) => tool.clientId === clientId);
  const of = (clientId: string | undefined): Tool => {
    const tool = find(clientId);
    if (!tool) throw new SandboxError("sandbox_tool_unknown");
    return tool;
  };
  const change = async (clientId: string, part: Partial<Tool>): Promise<Tool> => {
    const tool = Object.assign(of(clientId), part);
    await state.save();
    return tool;
  };
  return {
    all: () => data.tools,
    of,
    find,
    ofType: (typeId) => data.tools.find((tool) => tool.flavour === "moodle" && typeIdOf(tool) === typeId),
    newClientId: (flavour) =>
      flavour === "moodle" ? `client-${randomBytes(8).toString("hex")}` : `1000${randomDigits(10)}`,
    add: async (tool, clientId, its) => {
      const deployments = tool.flavour === "moodle" ? [{ id: String(data.next.tool) }] : [];
      data.next.tool += 1;
      const added: Tool = { ...tool, clientId, state: "pending", deployments, noticeHandlers: {} };
      data.tools.push(added);
      if (its === "active") switchOn(state, added);
      await state.save();
      return added;
    },
    replace: (clientId, tool) => change(clientId, tool),
    activate: async (clientId) => {
      const tool = of(clientId);
      switchOn(state, tool);
      await state.save();
      return tool;
    },
    install: async (clientId, courseId) => {
      const tool = of(clientId);
      const deployment = { id: newDeploymentId(state), courseId };
      tool.deployments.push(deployment);
      await state.save();
      return deployment;
    },
    allow: async (clientId, scopes) => {
      const { flavour } = of(clientId);
      await change(clientId, { scopes: scopesOf(flavour).filter((scope) => scopes.includes(scope)) });
    },
    deploymentsIn: (tool, courseId) =>
      tool.deployments.filter((one) => one.courseId === undefined || one.courseId === courseId),
  };
}

function switchOn(state: StateFile, tool: Tool): void {
  tool.state = "active";
  if (tool.deployments.length === 0) tool.deployments.push({ id: newDeploymentId(state) });
}

/** As Canvas's: a number, a colon, forty hexadecimal digits. */
function newDeploymentId({ data }: StateFile): string {
  const number = data.next.deployment;
  data.next.deployment += 1;
  return `${number}:${randomBytes(20).toString("hex")}`;
}

const randomDigits = (length: number): string =>
  Array.from(randomBytes(length), (byte) => String(byte % 10)).join("");

/**
 * Puts the tool that is there from the beginning in its place, at the addresses that it has now: a port may be another
 * one than the last time. What its administrator changed stays.
 */
export async function placeBuiltIn(state: StateFile, tool: SandboxTool, name: string): Promise<void> {
  const { tools } = state.data;
  const known = tools.find(({ clientId }) => clientId === builtIn.clientId);
  const addresses = {
    name,
    loginUrl: tool.loginUrl,
    redirectUris: [tool.launchUrl],
    targetLinkUri: tool.launchUrl,
    jwksUrl: tool.jwksUrl,
  };
  if (known) Object.assign(known, addresses);
  else tools.unshift({ ...addresses, ...builtInRest() });
  await state.save();
}

function builtInRest(): Omit<Tool, "name" | "loginUrl" | "redirectUris" | "targetLinkUri" | "jwksUrl"> {
  return {
    clientId: builtIn.clientId,
    flavour: "moodle",
    state: "active",
    scopes: scopesOf("moodle"),
    custom: {},
    messages: [
      { type: "LtiResourceLinkRequest", placements: [], custom: {} },
      { type: "LtiDeepLinkingRequest", placements: [], custom: {} },
    ],
    sendsName: true,
    sendsMail: true,
    deployments: [{ id: builtIn.deploymentId }],
    noticeHandlers: {},
  };
}
