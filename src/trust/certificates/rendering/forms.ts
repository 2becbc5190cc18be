import { createHash } from "node:crypto";
import type { Translator } from "../../../foundation/i18n/index.js";
import type { JWK } from "jose";
import { DirectoryError, type Academy } from "../../../foundation/directory/index.js";
import type { TokenKeyRing } from "../../../foundation/keys/index.js";
import { tokenKeyUrl } from "../addresses.js";
import type { Deps } from "../deps.js";
import { CertificatesError } from "../errors.js";
import { factsOf, type Issued } from "../facts.js";
import type { DrawnForm } from "./drawing.js";
import { vcJwt } from "./jwt.js";
import { createPress } from "./press.js";
import { sheetOf, type Sheet } from "./sheet.js";
import { createWorkshop } from "./workshop.js";

/** What a certificate can be taken along as, beside its JSON. */
export type CertificateForm = DrawnForm | "jwt";

export interface Forms {
  /**
   * @param words the language of paper; pictures and tokens are in the certificate's own
   * @throws CertificatesError `certificate_rendering_busy`
   */
  make(form: CertificateForm, issued: Issued, words: Translator): Promise<Buffer>;
  /** Paper with the name that its holder asks for: it is drawn and forgotten. */
  printNamed(issued: Issued, words: Translator, name: string): Promise<Buffer>;
  /** The key for tokens that an academy has under this name. */
  tokenKey(slug: string, kid: string): Promise<JWK | undefined>;
}

export function createForms(deps: Deps): Forms {
  const press = createPress();
  const workshop = createWorkshop();
  const named = createWorkshop({ hands: 1, waiting: 8, keptBytes: 0 });
  const rings = new Map<string, TokenKeyRing>();

  const ringOf = ({ academyId, jurisdictionId }: Academy): TokenKeyRing => {
    const ring = rings.get(academyId) ?? deps.tokenKeyRingOf({ academyId, jurisdictionId });
    rings.set(academyId, ring);
    return ring;
  };
  const sheet = async (issued: Issued, words: Translator, name?: string): Promise<Sheet> => {
    const facts = await factsOf(issued.record.id, deps);
    if (!facts) throw new CertificatesError("certificate_unknown");
    return sheetOf(facts, issued, words, name);
  };
  const drawn = async (form: DrawnForm, issued: Issued, words: Translator): Promise<Buffer> => {
    const wanted = await sheet(issued, words);
    return workshop.make(`${form} ${digest(wanted)}`, () => press.draw(form, wanted));
  };
  const token = async ({ record }: Issued): Promise<Buffer> => {
    const academy = await deps.directory.academy(record.academyId);
    const key = await ringOf(academy).signingKey();
    return Buffer.from(await vcJwt(record.text, key, tokenKeyUrl(deps.origin, academy.slug, key.kid)));
  };
  const ownWords = deps.catalogues.negotiate([deps.curriculum.languages[0]], ["paper"]);
  return {
    make: (form, issued, words) =>
      form === "jwt" ? token(issued) : drawn(form, issued, form === "pdf" ? words : ownWords),
    printNamed: async (issued, words, name) => {
      const wanted = await sheet(issued, words, name);
      return named.make(digest(wanted), () => press.draw("pdf", wanted));
    },
    tokenKey: async (slug, kid) => {
      const academy = await academyOf(slug, deps);
      return academy && ringOf(academy).publicKey(kid);
    },
  };
}

const digest = (sheet: Sheet): string =>
  createHash("sha256").update(JSON.stringify(sheet), "utf8").digest("base64url");

/** The academy of this slug; `undefined` when there is none. */
export async function academyOf(slug: string, { directory }: Deps): Promise<Academy | undefined> {
  try {
    return await directory.chooseAcademy(slug);
  } catch (error) {
    if (error instanceof DirectoryError && error.code === "academy_unknown") return undefined;
    throw error;
  }
}
