import { isRecord, maxIdLength, member } from "../claims.js";
import { isAddress, type PlatformConfiguration } from "./configuration.js";
import { RegistrationError } from "./errors.js";
import { lineOf } from "./line.js";
import { toolConfigurationName } from "./request.js";

/** What a platform made of our registration. */
export interface RegistrationAnswer {
  readonly clientId: string;
  /** Moodle: the tool's number. Canvas tells one only when it installs the tool at once. */
  readonly deploymentId?: string;
  /** As the answer names them, which may be more than a token will have (Moodle). */
  readonly scopes: readonly string[];
  /** Canvas: where the registration can be read and changed. */
  readonly configUrl?: string;
}

/** @throws RegistrationError `registration_answer_unusable` */
export function readAnswer(text: string, configuration: PlatformConfiguration): RegistrationAnswer {
  const answer = parsed(text);
  const tool = member(answer, toolConfigurationName);
  const clientId = idOf(member(answer, "client_id"));
  if (clientId === undefined) throw new RegistrationError("registration_answer_unusable");
  const deploymentId = idOf(member(tool, "deployment_id")) ?? idOf(member(answer, "deployment_id"));
  const configUrl = configUrlIn([tool, answer], configuration);
  return {
    clientId,
    scopes: scopesIn(member(answer, "scope")) ?? configuration.scopes,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(configUrl === undefined ? {} : { configUrl }),
  };
}

/** The error for a platform's no: Moodle says why as plain text, Canvas as JSON. */
export function refusalOf(status: number, text: string): RegistrationError {
  const reason = reasonIn(text);
  if (status === 401 || reason.includes("token_already_used"))
    return new RegistrationError("registration_token_refused", { status, reason });
  return new RegistrationError("registration_refused", { status, reason });
}

/** The platform's own words, for people; of a page of HTML none are worth reading. */
function reasonIn(text: string): string {
  const answer = parsed(text);
  const told = ["error_description", "errorMessage", "error", "message"].map((name) => member(answer, name));
  const errors = member(answer, "errors");
  const listed: unknown = Array.isArray(errors) ? (errors as unknown[])[0] : errors;
  const said = [...told, listed, member(listed, "message")].find((one) => typeof one === "string");
  const plain = answer === undefined && !text.trimStart().startsWith("<") ? text : undefined;
  return lineOf(said ?? plain, 160) ?? "–";
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Some platforms write their ids as numbers. */
function idOf(value: unknown): string | undefined {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  const isId =
    typeof text === "string" &&
    text !== "" &&
    text.length <= maxIdLength &&
    lineOf(text, maxIdLength) === text;
  return isId ? text : undefined;
}

function scopesIn(value: unknown): readonly string[] | undefined {
  if (typeof value !== "string" || value.length > 4096) return undefined;
  return value
    .split(/\s+/)
    .filter((scope) => scope !== "")
    .slice(0, 40);
}

function configUrlIn(places: readonly unknown[], { frameOrigin }: PlatformConfiguration): string | undefined {
  const names = ["https://canvas.instructure.com/lti/registration_config_url", "registration_config_url"];
  const found = places.flatMap((place) => names.map((name) => member(place, name)));
  return found.find(
    (url): url is string =>
      typeof url === "string" && url.length <= 1024 && isAddress(url) && new URL(url).origin === frameOrigin,
  );
}
