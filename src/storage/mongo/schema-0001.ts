import type { Connection } from "mongoose";

type Keys = Readonly<Record<string, 1 | -1>>;

/** Collection → its indexes. */
export type Indexes = Readonly<Record<string, readonly { readonly keys: Keys; readonly unique?: true }[]>>;

/** Migration 1: collection → its indexes; `_id` is the row's key and needs none. Reasons are in `collections.ts`. */
const indexes: Indexes = {
  jurisdictions: [],
  academies: [{ keys: { slug: 1 }, unique: true }],
  persons: [
    { keys: { academyId: 1, jurisdictionId: 1, platformId: 1, platformUserId: 1 }, unique: true },
    { keys: { academyId: 1, jurisdictionId: 1, pseudonym: 1 }, unique: true },
  ],
  api_clients: [{ keys: { createdAt: 1 } }],
  signing_keys: [{ keys: { academyId: 1, jurisdictionId: 1, keySet: 1, generation: 1 }, unique: true }],
  visits: [{ keys: { expiresAt: 1 } }],
  platforms: [{ keys: { issuer: 1, clientId: 1 }, unique: true }],
  deployments: [
    { keys: { academyId: 1, jurisdictionId: 1, platformId: 1, deploymentId: 1 }, unique: true },
    { keys: { platformId: 1, deploymentId: 1 } },
  ],
  login_states: [{ keys: { expiresAt: 1 } }],
  placements: [
    {
      keys: { academyId: 1, jurisdictionId: 1, platformId: 1, deploymentId: 1, resourceLinkId: 1 },
      unique: true,
    },
  ],
  grade_targets: [
    { keys: { academyId: 1, jurisdictionId: 1, personId: 1, placementId: 1 }, unique: true },
    { keys: { personId: 1, moduleId: 1 } },
  ],
  attempts: [
    { keys: { academyId: 1, jurisdictionId: 1, personId: 1, moduleId: 1, cycle: 1 }, unique: true },
    { keys: { eventsAt: 1 } },
    { keys: { "events.id": 1 } },
  ],
  outbox_jobs: [
    { keys: { subscriber: 1, academyId: 1, jurisdictionId: 1, lane: 1, state: 1, sequence: 1, eventId: 1 } },
    { keys: { state: 1, endedAt: 1 } },
  ],
  outbox_lanes: [{ keys: { dueAt: 1, leasedUntil: 1 } }],
};

export const firstIndexes = (connection: Connection): Promise<void> => makeIndexes(connection, indexes);

/** Makes those that are not there yet. */
export async function makeIndexes(connection: Connection, wanted: Indexes): Promise<void> {
  for (const [name, list] of Object.entries(wanted)) {
    if (list.length === 0) continue;
    await connection
      .collection(name)
      .createIndexes(list.map(({ keys, ...options }) => ({ key: keys, ...options })));
  }
}
