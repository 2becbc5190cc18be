import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Secret } from "../kernel/index.js";
import { ConfigError } from "./config.js";

/**
 * Reads the installation's master secret: at least 32 bytes of any kind; a line's end behind them doesn't count.
 * With `create`, a missing file is made, readable by its owner only.
 * @throws ConfigError when it can't be made or read, or is too short.
 */
export function readSecretFile(path: string, options: { create: boolean }): Secret<Buffer> {
  if (options.create && !existsSync(path)) make(path);
  const bytes = attempt("can't be read", () => readFileSync(path));
  const end = /\r?\n?$/.exec(bytes.subarray(-2).toString("latin1"))?.[0].length ?? 0;
  const secret = bytes.subarray(0, bytes.length - end);
  if (secret.length < 32) throw new ConfigError(["TESSERA_SECRET_FILE: must hold at least 32 bytes"]);
  return new Secret(secret);
}

/** Makes the file whole or not at all, so that a process that starts at the same time never reads half of it. */
function make(path: string): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  attempt("can't be made", () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(draft, randomBytes(48).toString("base64url"), { mode: 0o600, flag: "wx" });
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  });
}

function attempt<T>(fault: string, work: () => T): T {
  try {
    return work();
  } catch {
    throw new ConfigError([`TESSERA_SECRET_FILE: the file ${fault}`]);
  }
}
