import { StorageError } from "../errors.js";

/** For rows whose key is random: that it is taken is a fault, not an answer. Throws `store_row_clash`. */
export async function inserted(insert: Promise<"inserted" | "taken">): Promise<void> {
  if ((await insert) === "taken") throw new StorageError("store_row_clash");
}
