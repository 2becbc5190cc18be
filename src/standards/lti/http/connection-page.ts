import type { Response } from "express";
import { deskOf, type Desk, type Invite } from "../../../foundation/directory/index.js";
import type { Translator } from "../../../foundation/i18n/index.js";
import { sendPage, translatorOf, type PageModel } from "../../../foundation/web/index.js";
import type { RegistrationParts } from "../registration/parts.js";
import { platformScene, timeIn, type PlatformFacts, type PlatformScene } from "./connection-scene.js";
import { jurisdictionOf } from "./register-routes.js";

interface InviteScene {
  readonly id: string;
  readonly label: string;
  readonly kind: string;
  readonly state: string;
  readonly isOpen: boolean;
}

interface ConnectionModel extends PageModel {
  readonly academy: string;
  readonly jurisdiction: string;
  readonly title: string;
  /** What was just done. */
  readonly notice?: string;
  readonly platforms: readonly PlatformScene[];
  /** The one filled button: of a platform's id, or of a deployment in it, or to add the first platform. */
  readonly first: { readonly platform?: string; readonly deployment?: string; readonly add?: true };
  readonly invites: readonly InviteScene[];
}

/** The page that shows an owner how it goes with the academy's platforms; `done` names what was just done. */
export async function showConnections(
  res: Response,
  done: string | undefined,
  parts: RegistrationParts,
): Promise<void> {
  const desk = deskOf(res);
  const words = translatorOf(res);
  const academy = await parts.directory.academy(desk.academyId);
  const now = parts.clock.now();
  const platforms = (await factsOf(desk, parts))
    .map((facts) => platformScene(facts, words, now))
    .sort((one, other) => urgencyOf(one) - urgencyOf(other));
  const notice = done === undefined ? undefined : `registration.notice.${done}`;
  const title = titleOf(platforms, words);
  sendPage<ConnectionModel>(res, "lti/connection", {
    ...{ pageTitle: title, title },
    academy: academy.name,
    jurisdiction: await jurisdictionOf(academy, parts),
    ...(notice !== undefined && words.has(notice) ? { notice: words.t(notice) } : {}),
    platforms,
    first: firstThing(platforms),
    invites: (await parts.directory.invites.list(desk))
      .slice(0, 20)
      .map((invite) => inviteScene(invite, words, now)),
  });
}

async function factsOf(
  { academyId, jurisdictionId }: Desk,
  { store }: RegistrationParts,
): Promise<PlatformFacts[]> {
  const own = (await store.platforms()).filter(
    (platform) => platform.academyId === academyId && platform.jurisdictionId === jurisdictionId,
  );
  return Promise.all(
    own.map(async (platform) => ({
      platform,
      deployments: await store.deployments(platform.id),
      connection: await store.connection(platform.id),
    })),
  );
}

/** What the page found, most urgent first. */
function titleOf(platforms: readonly PlatformScene[], words: Translator): string {
  const count = (which: (platform: PlatformScene) => boolean): number => platforms.filter(which).length;
  const [waiting, on] = [count(({ state }) => state === "waits"), count(({ state }) => state === "on")];
  const places = platforms
    .filter(({ state }) => state === "on")
    .flatMap((platform) => platform.waiting).length;
  const failing = platforms.find(({ faults }) => faults.some(({ isOver }) => !isOver));
  if (platforms.length === 0) return words.t("registration.title.none");
  if (waiting > 0) return words.t("registration.title.waiting", { count: waiting });
  if (places > 0) return words.t("registration.title.places", { count: places });
  if (failing) return words.t("registration.title.failing", { name: failing.name });
  return words.t(on > 0 ? "registration.title.on" : "registration.title.off", { count: on });
}

/** What waits for the owner stands first, then what fails, then what works. */
function urgencyOf({ state, waiting, faults }: PlatformScene): number {
  if (state === "waits") return 0;
  if (state === "off") return 4;
  if (waiting.length > 0) return 1;
  return faults.some(({ isOver }) => !isOver) ? 2 : 3;
}

function firstThing(platforms: readonly PlatformScene[]): ConnectionModel["first"] {
  if (platforms.length === 0) return { add: true };
  const waiting = platforms.find(({ state }) => state === "waits");
  if (waiting) return { platform: waiting.id };
  const place = platforms.filter(({ state }) => state !== "waits").flatMap((platform) => platform.waiting)[0];
  return place ? { deployment: place.key } : {};
}

function inviteScene(invite: Invite, words: Translator, now: number): InviteScene {
  const { id, label, purpose, usedAt, endedAt, expiresAt } = invite;
  const [state, at] =
    usedAt !== undefined
      ? (["used", usedAt] as const)
      : endedAt !== undefined
        ? (["ended", endedAt] as const)
        : ([expiresAt > now ? "open" : "expired", expiresAt] as const);
  return {
    ...{ id, label, isOpen: state === "open" },
    kind: words.t(`registration.invites.${purpose}`),
    state: words.t(`registration.invites.${state}`, { time: timeIn(words, at) }),
  };
}
