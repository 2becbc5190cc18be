import { randomToken, type Clock, type NewId, type Tenant } from "../kernel/index.js";
import { createApiClients, type ApiClients } from "./api-clients.js";
import { DirectoryError } from "./errors.js";
import { createInvites, type Invites } from "./invites.js";
import { createNames, type Names } from "./names.js";
import type { Academy, DirectoryStore, Jurisdiction, Person } from "./directory-store.js";

export interface DirectoryDeps {
  readonly store: DirectoryStore;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface NewAcademy {
  readonly slug: string;
  readonly name: string;
  readonly jurisdictionId: string;
  readonly demonstration: boolean;
}

/** Who is who: jurisdictions, academies, persons and API clients. No other room knows a person's id at an LMS. */
export interface Directory {
  readonly apiClients: ApiClients;
  readonly invites: Invites;
  readonly names: Names;
  saveJurisdiction(jurisdiction: Jurisdiction): Promise<void>;
  jurisdictions(): Promise<Jurisdiction[]>;
  /**
   * The academy of this slug, made if there is none.
   * @throws DirectoryError `academy_slug_malformed`; `academy_slug_taken` by an academy of another jurisdiction
   */
  ensureAcademy(academy: NewAcademy): Promise<Academy>;
  /** @throws DirectoryError `academy_unknown` */
  academy(id: string): Promise<Academy>;
  /**
   * The academy that a command means: the named one, or the only one.
   * @throws DirectoryError `academy_unknown`, `academy_not_named`
   */
  chooseAcademy(slug: string | undefined): Promise<Academy>;
  /** The person behind a platform's user, made with a new random pseudonym at the first visit. */
  admit(tenant: Tenant, platformId: string, platformUserId: string): Promise<Person>;
  /** @throws DirectoryError `person_unknown` */
  person(id: string): Promise<Person>;
}

/** It stands in public addresses and in DIDs: one label as the DNS knows them. */
const slugShape = /^(?=.{1,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

export function createDirectory({ store, clock, newId }: DirectoryDeps): Directory {
  const bySlug = async (slug: string): Promise<Academy> => {
    const academy = await store.academyBySlug(slug);
    if (!academy) throw new DirectoryError("academy_unknown", { slug });
    return academy;
  };
  return {
    apiClients: createApiClients(store, clock),
    invites: createInvites(store, clock),
    names: createNames(store, clock),
    saveJurisdiction: (jurisdiction) => store.saveJurisdiction(jurisdiction),
    jurisdictions: () => store.jurisdictions(),
    ensureAcademy: async ({ slug, name, jurisdictionId, demonstration }) => {
      if (!slugShape.test(slug)) throw new DirectoryError("academy_slug_malformed", { slug });
      await store.addAcademy({ slug, name, jurisdictionId, demonstration, academyId: newId() });
      const academy = await bySlug(slug);
      if (academy.jurisdictionId !== jurisdictionId) throw new DirectoryError("academy_slug_taken");
      return academy;
    },
    academy: async (id) => {
      const academy = await store.academy(id);
      if (!academy) throw new DirectoryError("academy_unknown", { slug: id });
      return academy;
    },
    chooseAcademy: async (slug) => {
      if (slug !== undefined) return bySlug(slug);
      const [only, ...others] = await store.academies();
      if (!only || others.length > 0) throw new DirectoryError("academy_not_named");
      return only;
    },
    admit: ({ academyId, jurisdictionId }, platformId, platformUserId) =>
      store.findOrAddPerson({
        academyId,
        jurisdictionId,
        id: newId(),
        pseudonym: randomToken(15),
        platformId,
        platformUserId,
        createdAt: clock.now(),
      }),
    person: async (id) => {
      const person = await store.person(id);
      if (!person) throw new DirectoryError("person_unknown");
      return person;
    },
  };
}
