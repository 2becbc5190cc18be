import express, { type Request, type Response, type Router } from "express";
import type { Translator } from "../../../foundation/i18n/index.js";
import { onlyRoles, sendPage, translatorOf, visitOf, type PageModel } from "../../../foundation/web/index.js";
import type { CredentialRecord, LifeStep } from "../../../standards/issuing/index.js";
import { certificateUrl } from "../addresses.js";
import { openMatter, type OpenMatter } from "../appeals.js";
import type { Deps } from "../deps.js";
import { clockTime, longDate } from "./dates.js";
import { ownInAnyState } from "./own.js";
import { reasonInWords } from "./reasons.js";

interface NoticeModel extends PageModel {
  readonly heading: string;
  readonly title: string;
  /** A revocation that the holder can still object to. */
  readonly matter?: {
    readonly isAnnounced: boolean;
    readonly reason: string;
    readonly by: string;
    readonly date: string;
    readonly time: string;
    readonly until: string;
    /** How long the holder may object. */
    readonly days: number;
    readonly isAppealed: boolean;
  };
  readonly steps: readonly {
    readonly step: string;
    readonly date: string;
    readonly by?: string;
    readonly reason?: string;
  }[];
  readonly certificate: string;
  readonly back: string;
}

/** The holder's own: what was decided about their certificate, by whom, and until when they can object. */
export function noticeRoutes(deps: Deps): Router {
  const router = express.Router({ mergeParams: true });
  router.get("/certificates/:id", onlyRoles("trainee"), (req: Request, res: Response) =>
    showNotice(req, res, deps),
  );
  return router;
}

async function showNotice(req: Request, res: Response, deps: Deps): Promise<void> {
  const { record, about } = await ownInAnyState(req, res, deps);
  const words = translatorOf(res);
  const heading = words.t("certificates.notice.title");
  const matter = matterModel(record, words, deps);
  sendPage<NoticeModel>(res, "certificates/notice", {
    ...{ heading, pageTitle: heading, title: about.title },
    ...(matter ? { matter } : {}),
    steps: record.life.map((step) => stepModel(step, words)),
    certificate: certificateUrl(deps.origin, record.id),
    back: `/visits/${visitOf(res).id}/programmes`,
  });
}

function matterModel(record: CredentialRecord, words: Translator, deps: Deps): NoticeModel["matter"] {
  const matter = openMatter(record, deps);
  if (!matter || !isToBeSaid(matter, deps.clock.now())) return undefined;
  const { step, closesAt, appeal, days } = matter;
  const isAnnounced = step.step === "announced";
  const at = isAnnounced ? closesAt : step.at;
  return {
    ...{ isAnnounced, isAppealed: appeal === "open", reason: reasonInWords(step.reason ?? "", words) },
    ...{ by: step.decidedBy ?? "", date: longDate(at, words), time: clockTime(at, words) },
    days,
    until: `${longDate(closesAt, words)}, ${clockTime(closesAt, words)} UTC`,
  };
}

/** What can still be objected to, or was and is not decided. */
function isToBeSaid({ step, closesAt, appeal }: OpenMatter, now: number): boolean {
  if (appeal === "upheld") return false;
  return step.step === "announced" || appeal === "open" || (appeal === undefined && now < closesAt);
}

function stepModel(
  { step, at, decidedBy, reason }: LifeStep,
  words: Translator,
): NoticeModel["steps"][number] {
  const hasReason = ["announced", "suspended", "revoked"].includes(step) && reason !== undefined;
  return {
    step: step.replace("appeal-", ""),
    date: longDate(at, words),
    ...(decidedBy === undefined ? {} : { by: decidedBy }),
    ...(hasReason ? { reason: reasonInWords(reason, words) } : {}),
  };
}
