import express, { type Request, type Response, type Router } from "express";
import {
  onlyRoles,
  readForm,
  sendPage,
  translatorOf,
  visitOf,
  type PageModel,
} from "../../../../foundation/web/index.js";
import { clockTime } from "../../http/dates.js";
import { ownCertificate } from "../../http/own.js";
import { qrPath } from "../../rendering/qr.js";
import { issuerIdentifier } from "../addresses.js";
import { configurationId, walletFormats } from "../configurations.js";
import { offerLink, offerObject, offerReference, type MadeOffer } from "../offers.js";
import type { WalletParts } from "../parts.js";

interface OfferModel {
  /** `openid-credential-offer://…`, for a wallet on this device. */
  readonly link: string;
  readonly qr: { readonly path: string; readonly viewBox: string };
  readonly txCode: string;
  /** For ears: digit by digit. */
  readonly spelt: string;
  readonly until: string;
}

interface WalletModel extends PageModel {
  readonly heading: string;
  /** The certificate's title. */
  readonly title: string;
  readonly action: string;
  readonly back: string;
  readonly offer?: OfferModel;
}

/** The holder's own: an offer of one certificate to their wallet. */
export function offerRoutes(parts: WalletParts): Router {
  const router = express.Router({ mergeParams: true });
  const path = "/certificates/:id/wallet";
  const onlyTrainees = onlyRoles("trainee");
  router.get(path, onlyTrainees, (req: Request, res: Response) => sendWalletPage(req, res, parts));
  router.post(path, onlyTrainees, readForm(), parts.deps.visits.checkForm, (req: Request, res: Response) =>
    makeOffer(req, res, parts),
  );
  return router;
}

async function makeOffer(req: Request, res: Response, parts: WalletParts): Promise<void> {
  const { deps, offers } = parts;
  const { record, about } = await ownCertificate(req, res, deps);
  const { slug } = await deps.directory.academy(record.academyId);
  const made = await offers.make(record, record.id);
  const ids = walletFormats.map((format) => configurationId(about.programmeId, format, deps));
  const offer = offerObject(issuerIdentifier(deps.origin, slug), ids, made.code);
  await sendWalletPage(req, res, parts, offerModel(made, offerLink(offer), res, parts));
}

function offerModel(made: MadeOffer, link: string, res: Response, { deps }: WalletParts): OfferModel {
  const { path, size } = qrPath(offerReference(deps.origin, made.code));
  // Four units of white on each side (ISO/IEC 18004), so that cameras find it on a dark page too.
  const side = String(size + 8);
  return {
    ...{ link, txCode: made.txCode, spelt: Array.from(made.txCode).join(" ") },
    qr: { path, viewBox: `-4 -4 ${side} ${side}` },
    until: clockTime(made.expiresAt, translatorOf(res)),
  };
}

async function sendWalletPage(
  req: Request,
  res: Response,
  { deps }: WalletParts,
  offer?: OfferModel,
): Promise<void> {
  const { record, about } = await ownCertificate(req, res, deps);
  const heading = translatorOf(res).t("certificates.wallet.title");
  const visitPath = `/visits/${visitOf(res).id}`;
  sendPage<WalletModel>(res, "certificates/wallet", {
    ...{ heading, pageTitle: heading, title: about.title },
    action: `${visitPath}/certificates/${record.id}/wallet`,
    back: `${visitPath}/programmes`,
    ...(offer ? { offer } : {}),
  });
}
