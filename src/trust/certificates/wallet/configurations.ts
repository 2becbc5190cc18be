import type { Programme } from "../../../standards/curriculum/index.js";
import type { JsonObject } from "../../../standards/vc/index.js";
import { isAwarded } from "../achievement.js";
import { certificateContexts } from "../credential.js";
import type { Deps } from "../deps.js";
import { isDraft, markedTitle } from "../marks.js";

/** The credential formats of OpenID4VCI 1.0 appendix A.1 that a certificate is given in. */
export const walletFormats = ["ldp_vc", "jwt_vc_json"] as const;
export type WalletFormat = (typeof walletFormats)[number];

type Curricular = Pick<Deps, "curriculum">;

/** For certificates of programmes that the curriculum which is loaded does not have any more. */
const anyProgramme = "certificate";

/** A key of `credential_configurations_supported`. */
export function configurationId(
  programmeId: string,
  format: WalletFormat,
  { curriculum }: Curricular,
): string {
  const isListed = listed({ curriculum }).some(({ id }) => id === programmeId);
  return `${isListed ? programmeId : anyProgramme}_${format}`;
}

/** The format that this key stands for, among the two of a programme; `undefined` when it is none of theirs. */
export function formatOf(id: string, programmeId: string, deps: Curricular): WalletFormat | undefined {
  return walletFormats.find((format) => configurationId(programmeId, format, deps) === id);
}

/** OpenID4VCI 1.0 §12.2.4: what an academy gives, each programme in each format. */
export function configurationsOf(deps: Deps): JsonObject {
  const { curriculum, catalogues, demonstration } = deps;
  const words = catalogues.negotiate([curriculum.languages[0]]);
  const named: (readonly [string, string])[] = listed(deps).map((programme) => {
    const marks = { demonstration, draft: isDraft(programme, curriculum) };
    return [programme.id, markedTitle(programme.title, marks, words)];
  });
  named.push([anyProgramme, words.t("certificates.wallet.certificate")]);
  return Object.fromEntries(
    named.flatMap(([id, name]) =>
      walletFormats.map((format) => {
        const credential_metadata = { display: [{ name, locale: words.locale }] };
        return [`${id}_${format}`, { ...formats[format], credential_metadata }] as const;
      }),
    ),
  );
}

const type = ["VerifiableCredential", "OpenBadgeCredential"];

/**
 * No `cryptographic_binding_methods_supported` and no `proof_types_supported`: a certificate is bound to no key, so a
 * wallet need not prove that it has one (§12.2.4).
 */
const formats: Readonly<Record<WalletFormat, JsonObject>> = {
  ldp_vc: {
    format: "ldp_vc",
    credential_signing_alg_values_supported: ["eddsa-rdfc-2022", "eddsa-jcs-2022"],
    credential_definition: { "@context": certificateContexts, type },
  },
  jwt_vc_json: {
    format: "jwt_vc_json",
    credential_signing_alg_values_supported: ["RS256"],
    credential_definition: { type },
  },
};

function listed({ curriculum }: Curricular): readonly Programme[] {
  return curriculum.programmes.filter((programme) => isAwarded(curriculum, programme));
}
