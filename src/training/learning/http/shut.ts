import type { Response } from "express";
import { translatorOf } from "../../../foundation/web/index.js";
import type { ModuleTurn } from "../deps.js";
import { programmesOf, sendLearningPage } from "./page.js";
import type { Scene } from "./scene.js";

interface ShutModel {
  readonly reason: string;
  /** The day on which it opens, or on which it closed. */
  readonly date: string;
  readonly programmes: string;
}

/** A calm page where a refresher is not open: why, from when on, and where one's own standing is. */
export function sendShut(res: Response, scene: Scene, shut: Extract<ModuleTurn, { open: false }>): void {
  const { reason } = shut;
  sendLearningPage<ShutModel>(res, scene, {
    view: "shut",
    title: ["learning.shut.title", { reason }],
    status: 403,
    model: {
      reason,
      date: "at" in shut ? longDate(shut.at, translatorOf(res).locale) : "",
      ...programmesOf(scene),
    },
  });
}

/** In UTC, like the dates that are signed. */
export function longDate(at: number, locale: string): string {
  const style = locale === "en" ? "en-GB" : locale;
  return new Intl.DateTimeFormat(style, { dateStyle: "long", timeZone: "UTC" }).format(at);
}
