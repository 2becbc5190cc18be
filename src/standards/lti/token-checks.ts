import { minutes, seconds } from "../../foundation/kernel/index.js";
import { malformed, member, neededText, neededTime, textOf, textsOf, type Claims } from "./claims.js";
import { LtiError } from "./errors.js";
import { checkAlgorithm, checkKeyNamed, parseIdToken } from "./id-token.js";
import { claimsOf, nothing, platformOf, stateOf, tokenOf, type LaunchCheck } from "./launch-facts.js";

/** Between the platform's clock and ours. */
const clockTolerance = seconds(30);
/** An id_token answers a login, which does not live longer. */
const oldestIdToken = minutes(10);

/** What makes the token the platform's answer to this login (OpenID Connect Core §3.1.3.7, LTI 1.3 Core §5.1.3). */
export const tokenChecks: readonly LaunchCheck[] = [
  {
    name: "the id_token is a signed token in the compact form",
    check: ({ form }) => ({ token: parseIdToken(textOf(form, "id_token", Infinity) ?? "") }),
  },
  {
    name: "its algorithm is RS256",
    check: (facts) => {
      checkAlgorithm(tokenOf(facts));
      return nothing;
    },
  },
  {
    name: "it names its key",
    check: (facts) => {
      checkKeyNamed(tokenOf(facts));
      return nothing;
    },
  },
  {
    name: "the platform of the login is registered and active",
    check: async (facts, { store }) => {
      const platform = await store.platform(stateOf(facts).platformId);
      if (!platform) throw new LtiError("platform_unknown");
      if (platform.status !== "active") throw new LtiError("platform_inactive");
      return { platform };
    },
  },
  {
    name: "the issuer is that platform's",
    check: (facts) => {
      if (textOf(claimsOf(facts), "iss", 1024) !== platformOf(facts).issuer)
        throw new LtiError("issuer_mismatch");
      return nothing;
    },
  },
  {
    name: "the audience is our client_id there",
    check: (facts) => {
      if (!audiences(claimsOf(facts)).includes(platformOf(facts).clientId))
        throw new LtiError("audience_mismatch");
      return nothing;
    },
  },
  {
    name: "the signature is by one of the platform's published keys",
    check: async (facts, { keys }) => {
      await keys.verify(platformOf(facts), tokenOf(facts));
      return nothing;
    },
  },
  {
    name: "it has not run out",
    check: (facts) => {
      const runsOut = neededTime(claimsOf(facts), "exp", "exp_missing");
      if (runsOut + clockTolerance <= facts.now) throw new LtiError("id_token_expired");
      return nothing;
    },
  },
  {
    name: "it was made just now",
    check: (facts) => {
      const madeAt = neededTime(claimsOf(facts), "iat", "iat_missing");
      if (madeAt > facts.now + clockTolerance) throw new LtiError("id_token_from_future");
      if (madeAt + oldestIdToken + clockTolerance < facts.now) throw new LtiError("id_token_too_old");
      return nothing;
    },
  },
  {
    name: "the authorised party is us, where it is named or must be",
    check: (facts) => {
      const claims = claimsOf(facts);
      const party = textOf(claims, "azp");
      if (party === undefined && audiences(claims).length > 1) throw new LtiError("azp_missing");
      if (party !== undefined && party !== platformOf(facts).clientId) throw new LtiError("azp_mismatch");
      return nothing;
    },
  },
  {
    name: "the nonce is the login's",
    check: (facts) => {
      const nonce = neededText(claimsOf(facts), "nonce", "nonce_missing");
      if (nonce !== stateOf(facts).nonce) throw new LtiError("nonce_mismatch");
      return nothing;
    },
  },
];

/** RFC 7519 §4.1.3: one text, or a list of them. */
export function audiences(claims: Claims): readonly string[] {
  const value = member(claims, "aud");
  if (value === undefined) return [];
  if (typeof value === "string") return [value];
  const list = textsOf(claims, "aud");
  if (!list) throw malformed("aud");
  return list;
}
