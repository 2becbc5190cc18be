export { type Config, ConfigError, parseConfig, settingNames } from "./config.js";
export { dataDirectory, type LoadedConfig, loadConfig } from "./load.js";
export { readSecretFile } from "./secret-file.js";
