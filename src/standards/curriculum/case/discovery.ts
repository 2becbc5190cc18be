import type { Translator } from "../../../foundation/i18n/index.js";
import type { Endpoint } from "./framework.js";
import { servicePath } from "./setting.js";
import { refTo, shapes, type Schema } from "./shapes.js";

/** The name of the file under `discovery/` (REST binding §2.5). */
export const discoveryFile = "imscasev1p1_openapi3_v1p0.json";

/** What each endpoint answers with, as the standard's operation is called. */
const operations: Readonly<Record<Endpoint, readonly [operationId: string, shape: string]>> = {
  CFAssociations: ["getCFAssociation", "CFAssociation"],
  CFDocuments: ["getCFDocument", "CFDocument"],
  CFItemAssociations: ["getCFItemAssociations", "CFAssociationSet"],
  CFItems: ["getCFItem", "CFItem"],
  CFItemTypes: ["getCFItemType", "CFItemTypeSet"],
  CFPackages: ["getCFPackage", "CFPackage"],
  CFRubrics: ["getCFRubric", "CFRubric"],
};

const queryOf = (name: string, schema: Schema): Schema => ({ name, in: "query", required: false, schema });

const listParameters: readonly Schema[] = [
  queryOf("limit", { type: "integer", format: "int32", minimum: 1 }),
  queryOf("offset", { type: "integer", format: "int32", minimum: 0, default: 0 }),
  queryOf("sort", { type: "string" }),
  queryOf("orderBy", { type: "string", enum: ["asc", "desc"] }),
  queryOf("filter", { type: "string" }),
  queryOf("fields", { type: "array", items: { type: "string" } }),
];

/** The service's own description (OpenAPI 3.0): where it is, and what it answers with. */
export function discoveryOf(origin: string, words: Translator): object {
  const described = (status: string): string => words.t("curriculum.case.answers", { status });
  const answers = (shape: string): Schema => ({
    "200": answer(described("200"), shape),
    ...Object.fromEntries(
      ["400", "404", "429", "500", "default"].map((status) => [
        status,
        answer(described(status), "imsx_StatusInfo"),
      ]),
    ),
  });
  const single = Object.entries(operations).map(([endpoint, [operationId, shape]]) => [
    `/${endpoint}/{sourcedId}`,
    {
      get: {
        ...{ operationId, responses: answers(shape) },
        parameters: [{ name: "sourcedId", in: "path", required: true, schema: { type: "string" } }],
      },
    },
  ]);
  const all = {
    ...{ operationId: "getAllCFDocuments", parameters: listParameters },
    responses: answers("CFDocumentSet"),
  };
  return {
    openapi: "3.0.1",
    info: { title: words.t("curriculum.case.service"), version: "1.1" },
    servers: [{ url: `${origin}${servicePath}` }],
    paths: { "/CFDocuments": { get: all }, ...(Object.fromEntries(single) as object) },
    components: { schemas: shapes },
  };
}

const answer = (description: string, shape: string): Schema => ({
  description,
  content: { "application/json": { schema: refTo(shape) } },
});
