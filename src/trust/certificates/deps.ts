import type { Directory } from "../../foundation/directory/index.js";
import type { Catalogues } from "../../foundation/i18n/index.js";
import type { Clock, Logger, NewId, Tenant } from "../../foundation/kernel/index.js";
import type { TokenKeyRing } from "../../foundation/keys/index.js";
import type { Visits } from "../../foundation/web/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import type { Issuing } from "../../standards/issuing/index.js";
import type { Evidence } from "../../training/evidence/index.js";
import type { HolderCodeStore } from "./holder-code-store.js";
import type { WalletStore } from "./wallet/store.js";

export interface CertificatesDeps {
  readonly issuing: Issuing;
  readonly evidence: Pick<Evidence, "seal" | "checkSeal">;
  readonly curriculum: Curriculum;
  readonly directory: Pick<Directory, "academy" | "chooseAcademy" | "jurisdictions">;
  /** An academy's own keys for certificates as tokens (OB 3.0 §8.2). */
  readonly tokenKeyRingOf: (tenant: Tenant) => TokenKeyRing;
  readonly holderCodes: HolderCodeStore;
  readonly walletStore: WalletStore;
  /** For the nonces that wallets make their key proofs for. */
  readonly walletKey: Buffer;
  readonly visits: Pick<Visits, "checkForm">;
  /** The words of the signed documents, which are in the curriculum's source language. */
  readonly catalogues: Catalogues;
  /** The installation's public origin, without a slash at its end. */
  readonly origin: string;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Invented law is loaded: every certificate says "demonstration". */
  readonly demonstration: boolean;
  /** In production, without demonstration, nothing unreviewed gets a certificate. */
  readonly production: boolean;
  readonly logger: Logger;
  /** How long a holder may object to a revocation from now on, in days of 24 hours. Default: 14. */
  readonly appealDays?: number;
  /** A random UUID, for subjects and registrations: nothing may be read from it. Default: `randomUUID`. */
  readonly randomId?: () => string;
}

export type Deps = Required<CertificatesDeps>;
