import { Busboy, type BusboyInstance } from "@fastify/busboy";
import type { Request } from "express";
import { VerificationError } from "../errors.js";
import { mostFileBytes, mostTextBytes } from "../formats/index.js";

/** The parts of a posted form: texts by their names, and the file that was chosen, if there was one. */
export interface Upload {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer | undefined;
}

/** File, address, text and day with their headers; a browser sends all of them, most of them empty. */
const maxBodyBytes = mostFileBytes + mostTextBytes + 16 * 1024;

/**
 * Reads a multipart form with at most one file. What is longer than it may be is refused as soon as that shows, by its
 * announced length if it has one.
 * @throws VerificationError `verification_too_large`, `verification_form_malformed`, `verification_several_given`
 */
export function readUpload(req: Request): Promise<Upload> {
  if (Number(req.headers["content-length"] ?? 0) > maxBodyBytes) {
    return Promise.reject(new VerificationError("verification_too_large"));
  }
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    const chunks: Buffer[] = [];
    let files = 0;
    const refuse = (code: VerificationError["code"], cause?: unknown): void => {
      req.unpipe();
      reject(new VerificationError(code, {}, { cause }));
    };
    const parser = begin(req);
    if (!parser) {
      refuse("verification_form_malformed");
      return;
    }
    parser.on("field", (name, value, _nameCut, valueCut) => {
      if (valueCut) refuse("verification_too_large");
      else fields.set(name, value);
    });
    parser.on("file", (_name, stream, fileName) => {
      // A browser sends an empty file without a name when none was chosen.
      const chosen = fileName !== "";
      files += chosen ? 1 : 0;
      if (files > 1) refuse("verification_several_given");
      stream.on("data", (chunk: Buffer) => chosen && chunks.push(chunk));
      stream.on("limit", () => refuse("verification_too_large"));
      stream.on("error", (error) => refuse("verification_form_malformed", error));
    });
    for (const limit of ["partsLimit", "filesLimit", "fieldsLimit"] as const) {
      parser.on(limit, () => refuse("verification_several_given"));
    }
    parser.on("error", (error) => refuse("verification_form_malformed", error));
    parser.on("finish", () => resolve({ fields, file: files === 0 ? undefined : Buffer.concat(chunks) }));
    req.on("aborted", () => refuse("verification_form_malformed"));
    req.pipe(parser);
  });
}

function begin(req: Request): BusboyInstance | undefined {
  try {
    return new Busboy({
      headers: { ...req.headers, "content-type": req.headers["content-type"] ?? "" },
      isPartAFile: (name) => name === "file",
      limits: {
        fieldNameSize: 40,
        fieldSize: mostTextBytes,
        fields: 5,
        fileSize: mostFileBytes,
        files: 2,
        parts: 7,
        headerPairs: 20,
        headerSize: 4096,
      },
    });
  } catch {
    // Its boundary is missing, say.
    return undefined;
  }
}
