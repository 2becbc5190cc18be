import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { LtiError } from "./errors.js";

const url = z.url({ protocol: /^https?$/ }).refine((text) => !hasCredentials(text), {
  message: "must hold no name and password",
});
const origin = url.transform((text) => (URL.canParse(text) ? new URL(text).origin : text));
const id = z.string().min(1).max(255);

/** What an operator writes down of one platform; what is left out follows from the rest. */
const registration = z
  .strictObject({
    /** Slug of the academy whose platform it is; may be left out where there is only one. */
    academy: id.optional(),
    name: id,
    flavour: z.enum(["moodle", "canvas", "other"]).default("other"),
    issuer: url,
    clientId: id,
    authorizationUrl: url,
    tokenUrl: url,
    tokenAudience: z.string().min(1).max(1024).optional(),
    jwksUrl: url,
    frameOrigin: origin.optional(),
    serviceOrigins: z.array(origin).readonly().optional(),
    status: z.enum(["active", "inactive"]).default("active"),
    /** Deployment ids that are approved from the start. */
    deployments: z.array(id).readonly().default([]),
  })
  .transform((given) => {
    const frameOrigin = given.frameOrigin ?? new URL(given.issuer).origin;
    return {
      ...given,
      tokenAudience: given.tokenAudience ?? given.tokenUrl,
      frameOrigin,
      serviceOrigins: given.serviceOrigins ?? [frameOrigin],
    };
  });

export type PlatformRegistration = z.input<typeof registration>;
export type CheckedRegistration = z.output<typeof registration>;

/** @throws LtiError `platform_file_invalid` with all `faults`, each with the field that has it */
export function checkRegistration(given: unknown, where = "platform"): CheckedRegistration {
  const parsed = registration.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new LtiError("platform_file_invalid", {
    faults: parsed.error.issues.map(
      ({ path, message }) => `${where}: ${path.join(".") || "(file)"}: ${message}`,
    ),
  });
}

/**
 * Reads all `*.json` of a folder (see `lti-config/README.md`), in the order of their names; no folder, no platforms.
 * @throws LtiError `platform_file_invalid` with the `faults` of all files at once
 */
export function readPlatformFiles(directory: string): CheckedRegistration[] {
  const faults: string[] = [];
  const read = namesIn(directory).flatMap((file) => {
    try {
      return [checkRegistration(JSON.parse(readFileSync(join(directory, file), "utf8")), file)];
    } catch (error) {
      const found = error instanceof LtiError ? error.data.faults : undefined;
      faults.push(...(Array.isArray(found) ? (found as string[]) : [`${file}: can't be read as JSON`]));
      return [];
    }
  });
  if (faults.length > 0) throw new LtiError("platform_file_invalid", { faults });
  return read;
}

function hasCredentials(text: string): boolean {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  return parsed !== undefined && (parsed.username !== "" || parsed.password !== "");
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    // One that may not be read must not pass for one that is not there: nobody could launch, and nothing would say so.
    throw new LtiError("platform_file_invalid", { faults: [`${directory}: ${String(code)}`] }, { cause });
  }
}
