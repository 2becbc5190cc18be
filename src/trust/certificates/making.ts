import { subscribe, type DomainEvent, type Subscriber } from "../../foundation/events/index.js";
import type { CertificateAbout } from "./about.js";
import type { Deps } from "./deps.js";
import { EntitlementError } from "./errors.js";
import { admit, mint } from "./mint.js";
import { endCycle, entitlementCause, placeOfRenewal } from "./renewing.js";

type Due = DomainEvent<"programme.entitled"> | DomainEvent<"programme.renewed">;

/**
 * Makes the certificate of each entitlement and of each renewal, once: what it is issued for is the entitlement or renewal
 * itself, so the same event again finds the same certificate, wherever the last try ended.
 */
export function certificateSubscriber(deps: Deps): Subscriber {
  return subscribe({
    name: "certificates",
    types: ["programme.entitled", "programme.renewed", "programme.expired"],
    handle: async (event) => {
      if (event.type === "programme.expired") await endCycle(event, deps);
      else await makeCertificate(event, deps);
    },
  });
}

async function makeCertificate(event: Due, deps: Deps): Promise<void> {
  const about = aboutDue(event, deps);
  // Before anything is taken: of what may not be, not even a place in a status list is left.
  await admit(event, about, deps);
  const cause = causeOf(event);
  const known = isRenewal(event) ? await deps.issuing.findByCause(event, cause) : undefined;
  const place = isRenewal(event) && !known ? await placeOfRenewal(event, deps) : {};
  const record =
    known ??
    (await deps.issuing.reserve(event, {
      ...{ cause, ownerId: event.data.personId },
      about: { ...about, ...place },
    }));
  await mint(record, deps);
}

function isRenewal(event: Due): event is DomainEvent<"programme.renewed"> {
  return event.type === "programme.renewed";
}

function causeOf(event: Due): string {
  return isRenewal(event) ? `renewals/${event.data.renewalId}` : entitlementCause(event.data.entitlementId);
}

function aboutDue({ at, data }: Due, { curriculum }: Deps): CertificateAbout {
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
