import { subscribe, type DomainEvent, type Subscriber } from "../../foundation/events/index.js";
import type { CertificateAbout } from "./about.js";
import type { Deps } from "./deps.js";
import { EntitlementError } from "./errors.js";
import { admit, mint } from "./mint.js";

/**
 * Makes the certificate of each entitlement, once: what it is issued for is the entitlement itself, so the same event
 * again finds the same certificate, wherever the last try ended.
 */
export function certificateSubscriber(deps: Deps): Subscriber {
  return subscribe({
    name: "certificates",
    types: ["programme.entitled"],
    handle: async (event) => {
      const { entitlementId, personId } = event.data;
      const about = aboutEntitled(event, deps);
      // Before anything is taken: of what may not be, not even a place in a status list is left.
      await admit(event, about, deps);
      const record = await deps.issuing.reserve(event, {
        cause: `entitlements/${entitlementId}`,
        ownerId: personId,
        about: { ...about },
      });
      await mint(record, deps);
    },
  });
}

function aboutEntitled(
  { at, data }: DomainEvent<"programme.entitled">,
  { curriculum }: Deps,
): CertificateAbout {
  const { programmeId, registration, validUntil, evidence } = data;
  return {
    kind: "certificate",
    ...{ programmeId, title: titleIn(curriculum.programmes, programmeId) },
    ...{ registration, curriculum: data.curriculum, awardedAt: at, validUntil, evidence },
    competencies: data.competencies.map(({ competencyId, level, achieved }) => ({
      ...{ competencyId, title: titleIn(curriculum.competencies, competencyId) },
      ...{ level, achieved },
    })),
  };
}

function titleIn(things: readonly { readonly id: string; readonly title: string }[], wanted: string): string {
  const thing = things.find(({ id }) => id === wanted);
  if (!thing) throw new EntitlementError("entitlement_not_in_curriculum", { missing: wanted });
  return thing.title;
}
