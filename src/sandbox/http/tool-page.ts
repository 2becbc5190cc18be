import type { Translator } from "../../foundation/i18n/index.js";
import type { Tool } from "../state-schema.js";

/** A tool as the list and its own page show it. */
export const shownTool = (tool: Tool, words: Translator) => ({
  name: tool.name,
  clientId: tool.clientId,
  flavour: words.t(`sandbox.flavours.${tool.flavour}`),
  isPending: tool.state === "pending",
  isCanvas: tool.flavour === "canvas",
});
