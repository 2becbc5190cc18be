import type { Response } from "express";
import { allowFraming } from "../../foundation/web/index.js";
import { originsOf } from "../addresses.js";
import type { Tool } from "../state-schema.js";

/** Lets a page of ours stand in our own course page's frame and post its form to the tool, once it is known. */
export function stepOfLaunch(res: Response, origin: string, tool?: Tool): void {
  res.setHeader("Cache-Control", "no-store");
  allowFraming(res, new URL(origin), tool ? originsOf(tool) : []);
}

/** Lets a page hold tools in a frame: our own `/course/launch`, which leads to one, or a registration link. */
export function holdsTools(res: Response, origins: readonly string[]): void {
  res.setHeader("Cache-Control", "no-store");
  allowFraming(res, "nobody");
  const policy = String(res.getHeader("Content-Security-Policy"));
  res.setHeader("Content-Security-Policy", `${policy}; frame-src 'self' ${[...new Set(origins)].join(" ")}`);
}
