import { z } from "zod";
import type { ServiceAddresses } from "./addresses.js";
import { SandboxError } from "./errors.js";
import { lineItemFields, type LineItem } from "./state-schema.js";

const lineItemSchema = z.object({ ...lineItemFields, resourceLinkId: z.string().exactOptional() });

/**
 * AGS 2.0 §3.2.2 to 3.2.9; a link that is not the tool's in the course is refused, as Moodle does.
 * @throws SandboxError `sandbox_line_item_malformed`
 */
export function parseLineItem(
  body: string,
  links: readonly string[],
): Omit<LineItem, "id" | "courseId" | "clientId"> {
  try {
    const item = lineItemSchema.parse(JSON.parse(body));
    if (item.resourceLinkId === undefined || links.includes(item.resourceLinkId)) return item;
  } catch (cause) {
    throw new SandboxError("sandbox_line_item_malformed", {}, { cause });
  }
  throw new SandboxError("sandbox_line_item_malformed");
}

/** As the service shows it: its id is its URL. */
export function lineItemBody(services: ServiceAddresses, item: LineItem): object {
  // Where it belongs is in its URL already.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  const { courseId, clientId, ...shown } = item;
  return { ...shown, id: services.lineItem(item.id) };
}
