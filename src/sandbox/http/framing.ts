import type { Response } from "express";
import { allowFraming } from "../../foundation/web/index.js";

/** Lets a page of ours stand in our own course page's frame and post its form to the tool. */
export function stepOfLaunch(res: Response, origin: string, toolOrigin: string): void {
  res.setHeader("Cache-Control", "no-store");
  allowFraming(res, new URL(origin), [toolOrigin]);
}

/** Lets a page hold the tool in a frame: our own `/course/launch`, which leads to the tool. */
export function holdsTool(res: Response, toolOrigin: string): void {
  allowFraming(res, "nobody");
  const policy = String(res.getHeader("Content-Security-Policy"));
  res.setHeader("Content-Security-Policy", `${policy}; frame-src 'self' ${toolOrigin}`);
}
