import { errorFamily } from "../../foundation/kernel/index.js";

/**
 * `profile_invalid`: an xAPI profile that breaks the Profiles specification, or that uses something we can't check.
 * `data.path` is the place, `data.rule` what is wrong there.
 */
export class XapiError extends errorFamily({ profile_invalid: 500 }) {}
