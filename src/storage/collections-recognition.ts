import type {
  AgreementRecord,
  AuthorityRecord,
  PulledList,
  RecognitionPartner,
} from "../trust/recognition/index.js";
import type { Collection } from "./documents.js";

const tenant = { academyId: "text", jurisdictionId: "text" } as const;

/** Its slug stands in public addresses before anyone knows the tenant. */
export const authorities: Collection<AuthorityRecord> = {
  name: "recognition_authorities",
  key: "academyId",
  fields: { ...tenant, slug: "text", version: "integer" },
};

export const agreements: Collection<AgreementRecord> = {
  name: "recognition_agreements",
  key: "id",
  fields: { id: "text", ...tenant, version: "integer", subject: "text", unfinished: "integer" },
};

/** They belong to the installation and to the jurisdiction that they speak for. */
export const recognitionPartners: Collection<RecognitionPartner> = {
  name: "recognition_partners",
  key: "id",
  fields: { id: "text", ...tenant, version: "integer", url: "text" },
};

export type PulledListRow = PulledList & { readonly authorityDid: string };

export const pulledLists: Collection<PulledListRow> = {
  name: "recognition_lists",
  key: "id",
  fields: {
    ...{ id: "text", ...tenant, version: "integer", partnerId: "text" },
    ...{ authorityDid: "text", pulledAt: "integer" },
  },
};
