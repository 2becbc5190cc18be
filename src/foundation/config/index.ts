export { type Config, ConfigError, parseConfig } from "./config.js";
export { readSecretFile } from "./secret-file.js";
