/** MongoDB's code for a clash of unique keys. */
const duplicateKey = 11000;

/** Whether a write failed because a unique key is taken. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === duplicateKey;
}
