import type { ErrorRequestHandler, Router } from "express";
import type { Catalogues } from "../../foundation/i18n/index.js";
import type { Logger } from "../../foundation/kernel/index.js";
import { frameworkOf } from "./case/framework.js";
import { shownOf } from "./case/shown.js";
import { caseRoutes } from "./http/case-routes.js";
import { competencyPages } from "./http/competency-pages.js";
import type { Curriculum } from "./model.js";

export interface PublishingDeps {
  readonly curriculum: Curriculum;
  readonly catalogues: Catalogues;
  readonly logger: Logger;
  /** The tool's public origin. */
  readonly origin: string;
  /** As in production: what was not reviewed by people is not there. */
  readonly reviewedOnly: boolean;
}

export interface Publishing {
  /** To be mounted at `/ims/case`: 1EdTech CASE 1.1. */
  readonly caseRoutes: readonly [Router, ErrorRequestHandler];
  /** To be mounted at `/competencies`. */
  readonly competencyRoutes: Router;
}

/** Publishes what a curriculum teaches, for programs and for people. */
export function createPublishing(deps: PublishingDeps): Publishing {
  const { curriculum, catalogues, logger, origin, reviewedOnly } = deps;
  const shown = shownOf(curriculum, reviewedOnly);
  const setting = { shown, words: catalogues.negotiate([curriculum.languages[0]]), origin };
  return {
    caseRoutes: caseRoutes({ framework: frameworkOf(setting), setting, logger }),
    competencyRoutes: competencyPages({ shown, origin }),
  };
}
