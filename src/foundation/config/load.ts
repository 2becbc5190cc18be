import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Secret } from "../kernel/index.js";
import { parseConfig, type Config } from "./config.js";
import { readSecretFile } from "./secret-file.js";

/** A configuration with the master secret that it points to. */
export interface LoadedConfig extends Config {
  readonly secret: Secret<Buffer>;
}

/**
 * Reads `.env` in the working directory, if there is one (what is set already wins), then the environment, then the
 * secret file. In development a missing secret file is made beside the database.
 * @throws ConfigError
 */
export function loadConfig(): LoadedConfig {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const config = parseConfig(process.env);
  const secret = readSecretFile(config.secretFile ?? join(dataDirectory(config), "secret"), {
    create: !config.production,
  });
  return Object.freeze({ ...config, secret });
}

/** Where a development installation keeps its files: beside its database. */
export function dataDirectory(config: Config): string {
  const database = config.database.reveal();
  const path = database.startsWith("file:") ? database.slice("file:".length) : "";
  return path && !path.startsWith(":") ? dirname(path) : "data";
}
