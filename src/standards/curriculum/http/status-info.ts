import type { Response } from "express";
import { errorWords } from "../../../foundation/web/index.js";
import type { KnownError } from "../../../foundation/kernel/index.js";

/** Error code → `imsx_codeMinorFieldValue` (information model §7.5). */
const codeMinors: Readonly<Record<string, string>> = {
  case_record_unknown: "unknownobject",
  case_id_malformed: "invalid_uuid",
  case_selection_malformed: "invalid_selection_field",
  case_order_malformed: "invalid_sort_field",
  path_malformed: "invalid_uuid",
};

/** The standard's word for an error; for a method that there is not, it has none. */
function codeMinorOf({ code, status }: KnownError): string | undefined {
  if (status === 405) return undefined;
  if (status === 429) return "server_busy";
  if (status >= 500) return "internal_server_error";
  return codeMinors[code] ?? (status === 404 ? "unknownobject" : "forbidden");
}

/** Answers with an `imsx_StatusInfo`. */
export function sendStatusInfo(res: Response, error: KnownError): void {
  const codeMinor = codeMinorOf(error);
  res.status(error.status).json({
    imsx_codeMajor: error.status === 405 ? "unsupported" : "failure",
    imsx_severity: "error",
    imsx_description: errorWords(res, error).text,
    ...(codeMinor === undefined
      ? {}
      : {
          imsx_codeMinor: {
            imsx_codeMinorField: [
              { imsx_codeMinorFieldName: "TargetEndSystem", imsx_codeMinorFieldValue: codeMinor },
            ],
          },
        }),
  });
}
