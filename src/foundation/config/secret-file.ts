import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Secret } from "../kernel/index.js";
import { ConfigError } from "./config.js";

/**
 * Reads the installation's master secret (at least 32 bytes, any encoding; the bytes of the file are what counts).
 * With `create`, a missing file is made, readable by its owner only.
 * @throws ConfigError when it can't be read or is too short.
 */
export function readSecretFile(path: string, options: { create: boolean }): Secret<Buffer> {
  if (options.create) {
    mkdirSync(dirname(path), { recursive: true });
    try {
      writeFileSync(path, randomBytes(48).toString("base64url"), { mode: 0o600, flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  let bytes: Buffer;
  try {
    bytes = Buffer.from(readFileSync(path, "utf8").trim(), "utf8");
  } catch {
    throw new ConfigError(["TESSERA_SECRET_FILE: the file can't be read"]);
  }
  if (bytes.length < 32) throw new ConfigError(["TESSERA_SECRET_FILE: must hold at least 32 bytes"]);
  return new Secret(bytes);
}
