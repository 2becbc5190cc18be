import { randomBytes, timingSafeEqual } from "node:crypto";
import { digest, minutes, type Clock, type Tenant } from "../../foundation/kernel/index.js";
import type { HolderCodeStore } from "./holder-code-store.js";

/** How long a code counts. */
const codeLength = minutes(10);
/** How many wrong codes are borne before a code is spent: with 40 random bits, guessing is hopeless. */
const mostTries = 5;
// Crockford's base 32: no I, L, O and U, so that a code can be read out and copied by hand.
const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeShape = new RegExp(`^[${symbols}]{8}$`);

/** What came of a code that someone entered. `none`: there is none, or it is spent, used or too old. */
export type Redeemed =
  { readonly result: "yes"; readonly madeAt: number } | { readonly result: "wrong" | "none" };

export interface MadeCode {
  /** `7KQ2-XM4A` */
  readonly code: string;
  /** UTC milliseconds. */
  readonly expiresAt: number;
}

export interface HolderCodes {
  /** A new code for a certificate; the last one ends. It is in this answer only: the store keeps its hash. */
  make(tenant: Tenant, certificateId: string): Promise<MadeCode>;
  /** Takes the code if it is the one in force: of any number of calls with it one gets "yes". */
  redeem(certificateId: string, entered: string): Promise<Redeemed>;
}

export function createHolderCodes(store: HolderCodeStore, clock: Clock): HolderCodes {
  return {
    make: async ({ academyId, jurisdictionId }, certificateId) => {
      const code = newCode();
      const madeAt = clock.now();
      const expiresAt = madeAt + codeLength;
      await store.putHolderCode({
        ...{ academyId, jurisdictionId, madeAt, expiresAt },
        id: certificateId,
        codeHash: hashOf(certificateId, code),
        triesLeft: mostTries,
      });
      return { code: `${code.slice(0, 4)}-${code.slice(4)}`, expiresAt };
    },
    redeem: async (certificateId, entered) => {
      const known = await store.holderCode(certificateId);
      if (!known || known.expiresAt <= clock.now()) return { result: "none" };
      const code = readCode(entered);
      // A slip of the pen, no guess: it costs nothing.
      if (code === undefined) return { result: "wrong" };
      // Counted before it is compared, so that calls at the same time get no more tries than calls in a row.
      if ((await store.countTry(certificateId)) === 0) return { result: "none" };
      const codeHash = hashOf(certificateId, code);
      if (!timingSafeEqual(Buffer.from(codeHash), Buffer.from(known.codeHash))) return { result: "wrong" };
      const taken = await store.takeHolderCode(certificateId, codeHash);
      return taken ? { result: "yes", madeAt: known.madeAt } : { result: "none" };
    },
  };
}

function newCode(): string {
  return [...randomBytes(8)].map((byte) => symbols.charAt(byte & 31)).join("");
}

/** The code that was meant: in any case, with blanks and hyphens, and with look-alikes of its signs. */
function readCode(entered: string): string | undefined {
  const code = entered
    .slice(0, 100)
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}]/gu, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  return codeShape.test(code) ? code : undefined;
}

function hashOf(certificateId: string, code: string): string {
  return digest(`${code} ${certificateId}`);
}
