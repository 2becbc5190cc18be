import { KnownError } from "../../foundation/kernel/index.js";
import { StorageError } from "../errors.js";

/**
 * What SQLite or the file system says about the file itself, as one of our errors; `undefined` for a fault of ours. An
 * operator reads these at start; while it runs a full disk comes to a page as `store_unreachable`.
 */
export function fileFailure(error: unknown, file?: string): StorageError | undefined {
  if (error instanceof KnownError || !(error instanceof Error)) return undefined;
  const reason = "code" in error ? String(error.code) : "";
  if (file !== undefined && /^SQLITE_(NOTADB|CORRUPT)/.test(reason))
    return new StorageError("store_damaged", { file, reason }, { cause: error });
  return ofTheFile.test(reason)
    ? new StorageError("store_unreachable", { reason }, { cause: error })
    : undefined;
}

// The codes of the file system are those such as EACCES and EISDIR.
const ofTheFile = /^(SQLITE_(FULL|IOERR|READONLY|BUSY|CANTOPEN|PERM|AUTH|NOTADB|CORRUPT|PROTOCOL)|E[A-Z]+$)/;
