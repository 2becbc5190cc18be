import { createGround, type Ground } from "../rooms.js";
import { withStorage, type CliContext } from "./context.js";

/**
 * As `withStorage`, with the rooms that the server stands on. Nothing works off events here: what a command saves, the
 * serving process finds, or the next one that starts.
 */
export async function withGround<T>(work: (context: CliContext & Ground) => Promise<T>): Promise<T> {
  return withStorage(async (context) => work({ ...context, ...(await createGround(context)) }));
}
