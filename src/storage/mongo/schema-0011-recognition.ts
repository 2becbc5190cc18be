import type { Connection } from "mongoose";
import { makeIndexes, type Indexes } from "./schema-0001.js";

const indexes: Indexes = {
  recognition_authorities: [{ keys: { slug: 1 }, unique: true }],
  recognition_agreements: [
    { keys: { academyId: 1, jurisdictionId: 1, subject: 1 }, unique: true },
    { keys: { unfinished: 1 } },
  ],
  recognition_partners: [{ keys: { url: 1 }, unique: true }],
  recognition_lists: [{ keys: { partnerId: 1, authorityDid: 1, pulledAt: 1 } }],
};

/** Migration 11: recognising authorities, their agreements, and what is pulled from partners. */
export const recognitionIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);
