import { z } from "zod";
import { errorFamily, Secret, type LogLevel } from "../kernel/index.js";

/** Everything that an installation can be told from outside, checked once, then frozen. */
export interface Config {
  /** The public origin, without a slash at its end: `https://tessera.example`. */
  readonly origin: string;
  /** Where it listens, on loopback unless `host` says otherwise. */
  readonly port: number;
  readonly host: string;
  /** A public origin or NODE_ENV=production: no sandbox, no private addresses, no unreviewed content. */
  readonly production: boolean;
  /** `file:PATH` or `mongodb://…` (which may hold a password). */
  readonly database: Secret<string>;
  /** The test platform's own site, when it runs beside the tool. */
  readonly sandbox: { readonly origin: string; readonly port: number } | undefined;
  /** The invented jurisdictions and their overlays. */
  readonly demonstration: boolean;
  /** Undefined in development: then one is made and kept beside the database. */
  readonly secretFile: string | undefined;
  /** The folder of platform registrations that are read at start. */
  readonly ltiConfig: string;
  /** A JSON list of the DIDs whose mandates count for recognitions. */
  readonly trustRoots: string | undefined;
  /** The operator's mail server, and the address that mails come from. Without it none is sent. */
  readonly mail: { readonly url: Secret<string>; readonly from: string } | undefined;
  /** Reverse proxies in front of the tool (Express's `trust proxy`). */
  readonly proxies: number;
  /** How many logins one address may begin in a minute, a whole classroom behind one say; 0: any number. */
  readonly loginsAMinute: number;
  /** The xAPI version that a request without one is told to name. */
  readonly xapiVersion: "1.0.3" | "2.0.0";
  /** The W3C's test suites may issue and verify at `/credentials` and `/presentations`; never in production. */
  readonly vcApi: boolean;
  /** How long a holder may object to a revocation, in days of 24 hours. */
  readonly appealDays: number;
  readonly logLevel: LogLevel;
  /** How long a stop may take before what is left is cut off, in milliseconds. */
  readonly stopDeadlineMs: number;
}

export class ConfigError extends errorFamily({ config_invalid: 500 }) {
  /** One sentence a fault, naming the variable; values that may be secret are left out. */
  constructor(readonly faults: readonly string[]) {
    super("config_invalid", { faults });
    this.message = `The configuration has ${String(faults.length)} fault(s):\n  ${faults.join("\n  ")}`;
  }
}

const onOff = z.enum(["on", "off"], "must be on or off");

/** A whole number in plain digits; `Number` would also take hexadecimal, exponents and blanks. */
function whole(least: number, most: number) {
  const sentence = `must be a whole number from ${String(least)} to ${String(most)}`;
  return z
    .string()
    .regex(/^\d{1,6}$/, sentence)
    .transform(Number)
    .refine((number) => number >= least && number <= most, sentence);
}

const publicOrigin = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: "must be an http(s) URL",
    abort: true,
  })
  .refine((text) => new URL(text).href === `${new URL(text).origin}/`, {
    error: "must be an origin, without a path, a query or a password",
    abort: true,
  })
  .refine((text) => new URL(text).port !== "0", "must have a port of its own, not 0");

/** With a user and a password, which may hold anything that is percent-encoded, and a port. */
function isMailServer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  const isBare = ["", "/"].includes(pathname) && search === "" && hash === "";
  return (
    /^smtps?:$/.test(protocol) &&
    /^([\w.-]+|\[[\da-f:.]+\])$/i.test(hostname) &&
    isBare &&
    [username, password].every(isDecodable)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const environment = z.object({
  TESSERA_URL: publicOrigin.default("http://localhost:3000"),
  TESSERA_PORT: whole(1, 65535).optional(),
  TESSERA_HOST: z.string().min(1).default("127.0.0.1"),
  TESSERA_DATABASE: z
    .string()
    .regex(/^(file:.+|mongodb(\+srv)?:\/\/.+)$/, "must be file:PATH or mongodb://…")
    .default("file:data/tessera.db"),
  TESSERA_SANDBOX: onOff.optional(),
  TESSERA_DEMONSTRATION: onOff.optional(),
  TESSERA_SECRET_FILE: z.string().min(1).optional(),
  TESSERA_LTI_CONFIG: z.string().min(1).default("lti-config"),
  TESSERA_TRUST_ROOTS: z.string().min(1).optional(),
  TESSERA_SMTP_URL: z
    .string()
    .refine(isMailServer, "must be smtp:// or smtps:// with a host alone")
    .optional(),
  TESSERA_MAIL_FROM: z
    .string()
    .max(254)
    .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+$/, "must be one mail address, and nothing else")
    .optional(),
  TESSERA_PROXIES: whole(0, 8).default(0),
  TESSERA_LOGINS_A_MINUTE: whole(0, 999_999).default(1200),
  TESSERA_XAPI_VERSION: z.enum(["1.0.3", "2.0.0"], "must be 1.0.3 or 2.0.0").default("1.0.3"),
  TESSERA_VC_API: onOff.default("off"),
  TESSERA_APPEAL_DAYS: whole(1, 180).default(14),
  TESSERA_LOG: z
    .enum(["info", "warn", "error", "silent"], "must be info, warn, error or silent")
    .default("info"),
  TESSERA_STOP_SECONDS: whole(1, 300).default(20),
  NODE_ENV: z.string().optional(),
});

/** The names of all settings, for the manual and its test. */
export const settingNames: readonly string[] = Object.keys(environment.shape);

const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Reads the configuration from environment variables (`docs/operations.md` lists them).
 * @throws ConfigError with all faults at once.
 */
export function parseConfig(variables: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  const env = parsed.success ? parsed.data : withoutFaulty(given, parsed.error);
  const settings = derive(env);
  const faults = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    ...unknownNames(given),
    ...contradictions(env, settings),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(settings);
}

/** What the sound variables say, so that their contradictions are told along with the faulty ones. */
function withoutFaulty(given: Readonly<Record<string, unknown>>, { issues }: z.ZodError): Environment {
  const faulty = new Set(issues.map(({ path }) => path[0]));
  const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name)));
  // A sandbox that nobody can be said to have asked for contradicts nothing.
  return environment.parse(faulty.has("TESSERA_SANDBOX") ? { ...sound, TESSERA_SANDBOX: "off" } : sound);
}

type Environment = z.infer<typeof environment>;

function derive(env: Environment): Config {
  const url = new URL(env.TESSERA_URL);
  const production = env.NODE_ENV === "production" || !loopbackNames.has(url.hostname);
  const byMode = (setting: "on" | "off" | undefined): boolean =>
    (setting ?? (production ? "off" : "on")) === "on";
  const listen = env.TESSERA_PORT ?? (Number(url.port) || (url.protocol === "https:" ? 443 : 80));
  const beside = { origin: `http://127.0.0.1:${String(listen + 1)}`, port: listen + 1 };
  return {
    origin: url.origin,
    port: listen,
    host: env.TESSERA_HOST,
    production,
    database: new Secret(env.TESSERA_DATABASE),
    sandbox: byMode(env.TESSERA_SANDBOX) ? Object.freeze(beside) : undefined,
    demonstration: byMode(env.TESSERA_DEMONSTRATION),
    secretFile: env.TESSERA_SECRET_FILE,
    ltiConfig: env.TESSERA_LTI_CONFIG,
    trustRoots: env.TESSERA_TRUST_ROOTS,
    mail: mailOf(env),
    proxies: env.TESSERA_PROXIES,
    loginsAMinute: env.TESSERA_LOGINS_A_MINUTE,
    xapiVersion: env.TESSERA_XAPI_VERSION,
    vcApi: env.TESSERA_VC_API === "on",
    appealDays: env.TESSERA_APPEAL_DAYS,
    logLevel: env.TESSERA_LOG,
    stopDeadlineMs: env.TESSERA_STOP_SECONDS * 1000,
  };
}

/** One without the other is a fault, and told as such. */
function mailOf({ TESSERA_SMTP_URL: url, TESSERA_MAIL_FROM: from }: Environment): Config["mail"] {
  return url === undefined || from === undefined ? undefined : Object.freeze({ url: new Secret(url), from });
}

function unknownNames(given: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(given)
    .filter((name) => name.startsWith("TESSERA_") && !name.startsWith("TESSERA_TEST_"))
    .filter((name) => !settingNames.includes(name))
    .map((name) => `${name}: there is no such setting`);
}

function contradictions(env: Environment, settings: Config): string[] {
  const { hostname, protocol } = new URL(env.TESSERA_URL);
  const rules: [boolean, string][] = [
    [
      settings.production && settings.sandbox !== undefined,
      "TESSERA_SANDBOX: the sandbox LMS can't run in production",
    ],
    [
      settings.production && settings.vcApi,
      "TESSERA_VC_API: signs whatever it is given, so it can't be on in production",
    ],
    [
      !loopbackNames.has(hostname) && protocol !== "https:",
      "TESSERA_URL: must be https outside this machine",
    ],
    [
      env.TESSERA_SMTP_URL !== undefined && env.TESSERA_MAIL_FROM === undefined,
      "TESSERA_MAIL_FROM: must be set where TESSERA_SMTP_URL is",
    ],
    [
      env.TESSERA_MAIL_FROM !== undefined && env.TESSERA_SMTP_URL === undefined,
      "TESSERA_SMTP_URL: must be set where TESSERA_MAIL_FROM is",
    ],
    [settings.production && !env.TESSERA_SECRET_FILE, "TESSERA_SECRET_FILE: must be set in production"],
    [
      settings.sandbox !== undefined && !settings.production && hostname !== "localhost",
      "TESSERA_URL: the sandbox needs the tool on http://localhost, so that the two are two sites",
    ],
    [
      (settings.sandbox?.port ?? 0) > 65535,
      `${env.TESSERA_PORT ? "TESSERA_PORT" : "TESSERA_URL"}: the sandbox needs the next port, and there is none`,
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence);
}
