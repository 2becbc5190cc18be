/** Exit codes of every command: yes, the answer is no, wrong use, could not tell. */
export const exitCodes = { yes: 0, no: 1, wrongUse: 2, unknown: 3 } as const;
