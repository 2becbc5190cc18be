import { InvalidArgumentError } from "commander";
import type { Ground } from "../rooms.js";
import { createVerifying } from "../verifying.js";
import type { Recognition } from "../trust/recognition/index.js";
import { withGround } from "./compose.js";
import type { CliContext } from "./context.js";

/** As `withGround`, with the room of recognitions. */
export function withRecognition<T>(
  work: (context: CliContext & Ground & { readonly recognition: Recognition }) => Promise<T>,
): Promise<T> {
  return withGround(async (context) => {
    const verifying = createVerifying(context, context);
    try {
      return await work({ ...context, recognition: verifying.recognition });
    } finally {
      await verifying.close();
    }
  });
}

/** A day as UTC milliseconds of its beginning. */
export function day(text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`);
  const exists = Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || !exists)
    throw new InvalidArgumentError("It is no day such as 2027-03-14.");
  return at;
}
