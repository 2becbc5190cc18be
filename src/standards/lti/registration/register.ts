import { OutboundError, type Outbound } from "../../../foundation/outbound/index.js";
import { describeError, type Clock, type Logger, type NewId } from "../../../foundation/kernel/index.js";
import type { Directory, Invite } from "../../../foundation/directory/index.js";
import type { LtiStore, Platform } from "../lti-store.js";
import { readAnswer, refusalOf, type RegistrationAnswer } from "./answer.js";
import { bearer } from "./configuration.js";
import { RegistrationError } from "./errors.js";
import type { Pending } from "./pending.js";
import { registrationRequest } from "./request.js";
import type { Tool } from "./tool.js";

export interface RegisterDeps {
  readonly store: LtiStore;
  readonly directory: Directory;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly logger: Logger;
}

export interface Wanted {
  /** The invite's secret. */
  readonly inviteToken: string;
  readonly pending: Pending;
  readonly tool: Tool;
  /** Whether the platform may tell us names. */
  readonly names: boolean;
}

/**
 * Registers the tool at the platform (LTI Dynamic Registration 1.0 §3.5) and saves the platform, switched off, with its
 * deployment waiting for approval. The invite is used first, so that of several posts one registers; a failure gives
 * the use back.
 * @throws DirectoryError `invite_…`; RegistrationError `registration_token_refused`, `registration_refused`,
 * `registration_unanswered`, `registration_answer_unusable`, `registration_not_saved`, `platform_taken`
 */
export async function registerPlatform(wanted: Wanted, deps: RegisterDeps): Promise<Platform> {
  const invite = await deps.directory.invites.use(wanted.inviteToken);
  try {
    const answer = await askPlatform(wanted, deps.outbound);
    return await savePlatform(invite, wanted.pending, answer, deps);
  } catch (error) {
    await giveBack(invite, deps);
    throw error;
  }
}

async function giveBack(invite: Invite, { directory, logger }: RegisterDeps): Promise<void> {
  try {
    await directory.invites.reopen(invite);
  } catch (error) {
    logger.warn("an invite's use could not be given back", describeError(error));
  }
}

async function askPlatform(
  { pending: { configuration, token }, tool, names }: Wanted,
  outbound: Outbound,
): Promise<RegistrationAnswer> {
  try {
    const { status, text } = await outbound.fetch(configuration.registrationUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(token === undefined ? {} : bearer(token)),
      },
      body: JSON.stringify(registrationRequest(tool, configuration, names)),
      timeoutMs: 15_000,
      maxBytes: 256 * 1024,
    });
    if (status !== 200 && status !== 201) throw refusalOf(status, text);
    return readAnswer(text, configuration);
  } catch (error) {
    if (error instanceof OutboundError) throw unanswered(error);
    throw error;
  }
}

/** What was never sent made no client; what got no answer may have. */
function unanswered(error: OutboundError): RegistrationError {
  const unsent = ["outbound_url_refused", "outbound_private_address"].includes(error.code);
  const code = unsent ? "registration_address_refused" : "registration_unanswered";
  return new RegistrationError(code, {}, { cause: error });
}

async function savePlatform(
  { academyId, jurisdictionId, id: inviteId }: Invite,
  { configuration }: Pending,
  answer: RegistrationAnswer,
  { store, clock, newId, logger }: RegisterDeps,
): Promise<Platform> {
  const { issuer, authorizationUrl, tokenUrl, tokenAudience, jwksUrl, frameOrigin, flavour, name } =
    configuration;
  const { clientId } = answer;
  const platform: Platform = {
    ...{ academyId, jurisdictionId, id: newId(), issuer, clientId, name, flavour },
    ...{ authorizationUrl, tokenUrl, tokenAudience, jwksUrl, frameOrigin, serviceOrigins: [frameOrigin] },
    status: "inactive",
    registered: {
      ...{ at: clock.now(), inviteId, scopes: answer.scopes },
      ...(configuration.product === undefined ? {} : { product: configuration.product }),
      ...(answer.configUrl === undefined ? {} : { configUrl: answer.configUrl }),
    },
  };
  try {
    // The platform's row is what counts: it comes last, so that there is none without its deployment.
    if (answer.deploymentId !== undefined)
      await addDeployment(platform, answer.deploymentId, { store, clock, newId });
    if ((await store.addPlatform(platform)) === "taken")
      throw new RegistrationError("platform_taken", { clientId });
  } catch (error) {
    if (error instanceof RegistrationError) throw error;
    throw new RegistrationError("registration_not_saved", { clientId }, { cause: error });
  }
  logger.info("a platform has registered itself", { platformId: platform.id });
  return platform;
}

/** It waits for approval. */
export async function addDeployment(
  { academyId, jurisdictionId, id: platformId }: Platform,
  deploymentId: string,
  { store, clock, newId }: Pick<RegisterDeps, "store" | "clock" | "newId">,
): Promise<void> {
  await store.findOrAddDeployment({
    ...{ academyId, jurisdictionId, id: newId(), platformId, deploymentId },
    ...{ status: "pending" as const, firstSeenAt: clock.now() },
  });
}
