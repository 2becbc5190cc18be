import type { Deps } from "../deps.js";
import type { Forms } from "../rendering/forms.js";
import type { Nonces } from "./nonces.js";
import type { Offers } from "./offers.js";
import type { Tokens } from "./tokens.js";

/** What the steps of an issuance share. */
export interface WalletParts {
  readonly deps: Deps;
  readonly forms: Forms;
  readonly offers: Offers;
  readonly tokens: Tokens;
  readonly nonces: Nonces;
}
