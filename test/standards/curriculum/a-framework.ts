import { fileURLToPath } from "node:url";
import type { RequestHandler } from "express";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger } from "../../../src/foundation/kernel/index.js";
import {
  createPublishing,
  requireCurriculum,
  type Curriculum,
} from "../../../src/standards/curriculum/index.js";
import { aSite, type Answer } from "../../foundation/web/site.js";

const pathOf = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

export const origin = "https://tessera.example";
export const service = "/ims/case/v1p1";

export const shippedCurriculum = (): Promise<Curriculum> =>
  requireCurriculum(pathOf("curriculum"), { overlays: ["XA"], production: false });

interface Link {
  readonly title: string;
  readonly identifier: string;
  readonly uri: string;
  readonly targetType?: string;
}

/** A record of CASE, as far as these tests look at one. */
export interface Rec extends Link {
  readonly lastChangeDateTime: string;
  readonly fullStatement: string;
  readonly abbreviatedStatement?: string;
  readonly humanCodingScheme: string;
  readonly CFItemType: string;
  readonly CFItemTypeURI: Link;
  readonly CFDocumentURI: Link;
  readonly CFPackageURI: Link;
  readonly notes?: string;
  readonly description: string;
  readonly version: string;
  readonly adoptionStatus?: string;
  readonly hierarchyCode: string;
  readonly associationType: string;
  readonly sequenceNumber?: number;
  readonly originNodeURI: Link;
  readonly destinationNodeURI: Link;
  readonly CFRubricCriteria: readonly {
    readonly category: string;
    readonly rubricId: string;
    readonly CFItemURI?: Link;
    readonly CFRubricCriterionLevels: readonly { readonly score: number; readonly description: string }[];
  }[];
}

/** What any answer of the service may be. */
export interface Body {
  readonly CFDocument: Rec;
  readonly CFDocuments: readonly Rec[];
  readonly CFItem: Rec;
  readonly CFItems: readonly Rec[];
  readonly CFAssociations: readonly Rec[];
  readonly CFDefinitions: { readonly CFItemTypes: readonly Rec[] };
  readonly CFItemTypes: readonly Rec[];
  readonly CFRubrics: readonly Rec[];
}

const pass: RequestHandler = (_req, _res, next) => next();

/** The service over a curriculum, on a real server; `before` is what the tool has mounted in front of it. */
export async function aFramework(
  curriculum: Curriculum,
  { reviewedOnly = false, before = pass }: { reviewedOnly?: boolean; before?: RequestHandler } = {},
) {
  const publishing = createPublishing({
    ...{ curriculum, origin, reviewedOnly, logger: createLogger("silent") },
    catalogues: loadCatalogues(pathOf("views/locales")),
  });
  const site = await aSite((app) => {
    app.use("/ims/case", before, ...publishing.caseRoutes);
  });
  const ask = (path: string, headers = {}, method = "GET"): Promise<Answer> =>
    site.ask(`${service}${path}`, { method, headers });
  const get = async <One = Body>(path: string): Promise<One> => {
    const { status, text } = await ask(path);
    if (status !== 200) throw new Error(`${path}: ${String(status)} ${text}`);
    return JSON.parse(text) as One;
  };
  const wholePackage = async (): Promise<Body> => {
    const { CFDocuments } = await get("/CFDocuments");
    return get(`/CFPackages/${CFDocuments[0]?.CFPackageURI.identifier ?? "none"}`);
  };
  return { ask, get, wholePackage, close: () => site.close() };
}

export type AFramework = Awaited<ReturnType<typeof aFramework>>;
