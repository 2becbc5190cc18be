import type { Request, Response } from "express";
import { sendPage, translatorOf } from "../../../foundation/web/index.js";
import type { Programme } from "../../../standards/curriculum/index.js";
import { achievementOf, competenciesOf, isAwarded } from "../achievement.js";
import { certificateContexts } from "../credential.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import { isDraft, type Marks } from "../marks.js";
import type { PublicPage } from "./certificate.js";
import { openToAll, refuse, sendText, wanted } from "./texts.js";

interface AchievementModel extends PublicPage {
  readonly marks: Marks;
  readonly marked: boolean;
  readonly subtitle: { readonly programme: string; readonly version: string };
  readonly modules: readonly { readonly id: string; readonly title: string }[];
  readonly competencies: readonly {
    readonly id: string;
    readonly title: string;
    readonly statement: string;
    readonly level: number;
  }[];
  readonly months: number;
  /** The programme whose valid certificate is needed first. */
  readonly first?: string;
}

/** `/achievements/<programme>/v<curriculum version>`: what a certificate is a certificate of, as a page or JSON-LD. */
export function sendAchievement(req: Request, res: Response, deps: Deps): void {
  openToAll(res);
  const want = wanted(req, res);
  const { curriculum, origin, demonstration } = deps;
  const programme = curriculum.programmes.find(({ id }) => id === req.params.programme);
  const isThisVersion = req.params.version === `v${curriculum.version}`;
  if (!programme || !isThisVersion || !isAwarded(curriculum, programme)) {
    refuse(res, want, new CertificatesError("achievement_unknown"));
    return;
  }
  const marks: Marks = { demonstration, draft: isDraft(programme, curriculum) };
  if (want === "page") {
    sendAchievementPage(res, programme, marks, deps);
    return;
  }
  const words = deps.catalogues.negotiate([curriculum.languages[0]]);
  const achievement = achievementOf({ origin, curriculum, programme, marks, words });
  const type = want === "application/vc" ? "application/ld+json" : want;
  sendText(res, type, JSON.stringify({ "@context": certificateContexts, ...achievement }));
}

function sendAchievementPage(res: Response, programme: Programme, marks: Marks, { curriculum }: Deps): void {
  const words = translatorOf(res);
  const first = curriculum.programmes.find(({ id }) => id === programme.requires);
  res.vary("Accept-Language");
  sendPage<AchievementModel>(res, "certificates/achievement", {
    ...{ noindex: true, heading: programme.title, marks, marked: marks.demonstration || marks.draft },
    pageTitle: words.t("certificates.achievement.tab", { title: programme.title }),
    subtitle: { programme: programme.id, version: curriculum.version },
    modules: curriculum.modules
      .filter(({ id }) => programme.modules.includes(id))
      .map(({ id, title }) => ({ id, title })),
    competencies: competenciesOf(curriculum, programme).map(({ competency, level }) => ({
      ...{ id: competency.id, title: competency.title, statement: competency.statement },
      level,
    })),
    months: programme.validMonths,
    ...(first ? { first: first.title } : {}),
  });
}
