import { digest } from "../../foundation/kernel/index.js";
import { neededText, textOf } from "./claims.js";
import { LtiError } from "./errors.js";
import { maxIdTokenLength } from "./id-token.js";
import { isState } from "./states.js";
import { nothing, stateOf, type LaunchCheck } from "./launch-facts.js";

/** What must hold of the form alone; nothing is used up yet. */
export const formChecks: readonly LaunchCheck[] = [
  {
    name: "the platform reports no error",
    check: ({ form }) => {
      const error = textOf(form, "error", 1024);
      if (error === undefined) return nothing;
      throw new LtiError("platform_refused", { reason: /^[a-z_]{1,40}$/.test(error) ? error : "error" });
    },
  },
  {
    name: "a state of our shape came with it",
    check: ({ form }) => {
      const state = neededText(form, "state", "state_missing", 1024);
      if (!isState(state)) throw new LtiError("state_malformed");
      return nothing;
    },
  },
  {
    name: "an id_token of at most 32 kb came with it",
    check: ({ form }) => {
      const text = neededText(form, "id_token", "id_token_missing", Infinity);
      if (text.length > maxIdTokenLength) throw new LtiError("id_token_too_large");
      return nothing;
    },
  },
];

/** What must hold before the token is opened: for which login this is, and who posts it. */
export const loginChecks: readonly LaunchCheck[] = [
  {
    name: "the state is known, unused and not too old",
    check: async ({ form, now }, { store }) => {
      const state = await store.takeLoginState(digest(textOf(form, "state", 1024) ?? ""));
      if (!state) throw new LtiError("state_unknown");
      if (state.expiresAt <= now) throw new LtiError("state_expired");
      return { state };
    },
  },
  {
    name: "the browser is the one that began the login",
    check: (facts) => {
      if (facts.browser !== stateOf(facts).browserHash) throw new LtiError("browser_mismatch");
      return nothing;
    },
  },
];
