import { z } from "zod";
import { lineItemUrl, resourceLink } from "./addresses.js";
import { SandboxError } from "./errors.js";
import type { LineItem } from "./state.js";

// AGS 2.0 §3.2.2 to 3.2.9; a link that is not in the course is refused, as Moodle does.
const lineItemSchema = z.object({
  label: z.string().trim().min(1),
  scoreMaximum: z.number().positive(),
  resourceLinkId: z.literal(resourceLink.id).exactOptional(),
  resourceId: z.string().exactOptional(),
  tag: z.string().exactOptional(),
});

/** @throws SandboxError `sandbox_line_item_malformed` */
export function parseLineItem(body: string): Omit<LineItem, "id"> {
  try {
    return lineItemSchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new SandboxError("sandbox_line_item_malformed", {}, { cause });
  }
}

/** As the service shows it: its id is its URL. */
export const lineItemBody = (origin: string, item: LineItem): object => ({
  ...item,
  id: lineItemUrl(origin, item.id),
});
