import { readFileSync } from "node:fs";
import { z } from "zod";
import { RecognitionError } from "./errors.js";

const rootsShape = z.array(z.string().regex(/^did:[a-z0-9]+:[^#?/\s]{1,400}$/)).max(100);

/**
 * The DIDs of a trust root file: a JSON list of texts.
 * @throws RecognitionError `trust_roots_malformed` when it can't be read as one
 */
export function readTrustRoots(path: string): readonly string[] {
  try {
    return rootsShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new RecognitionError("trust_roots_malformed", { path }, { cause });
  }
}
