import { didOfAuthority, isListed } from "./authorities.js";
import type { RecognitionDeps } from "./deps.js";
import { RecognitionError } from "./errors.js";
import { holdsAt, type Mandates } from "./mandates.js";
import { judgeOwn } from "./about.js";
import type { AuthorityRecord } from "./recognition-store.js";

/** A query of the Trust Registry Query Protocol 2.0 (ToIP), §6 and §7. */
export interface TrqpQuery {
  readonly authorityId: string;
  readonly entityId: string;
  readonly action: string;
  readonly resource: string;
  /** The moment asked about, and what was known by when; UTC milliseconds. */
  readonly on: number;
  readonly known: number;
}

/** Answers for the authorities and roots of this installation, and for nobody else. */
export interface Trqp {
  /**
   * May this entity do this? An authority `recognise` in a jurisdiction, by a root's word; an issuer `issue` an
   * achievement of its own, by an authority's. @throws RecognitionError `trqp_authority_unknown`
   */
  authorised(query: TrqpQuery): Promise<boolean>;
  /** Does this authority recognise what this issuer issues? @throws RecognitionError `trqp_authority_unknown` */
  recognised(query: TrqpQuery): Promise<boolean>;
}

export type TrqpDeps = Pick<RecognitionDeps, "store" | "issuing" | "origin"> & {
  readonly mandates: Mandates;
};

/** Both spellings. */
const recognise = new Set(["recognise", "recognize"]);

export function createTrqp(deps: TrqpDeps): Trqp {
  const { store, origin } = deps;
  const authorityOf = async (did: string): Promise<AuthorityRecord> => {
    const found = (await store.authorities()).find(({ slug }) => didOfAuthority(origin, slug) === did);
    if (!found) throw new RecognitionError("trqp_authority_unknown");
    return found;
  };
  return {
    authorised: async (query) => {
      const authority = await authorityOf(query.authorityId);
      if (authority.kind === "root") return isMandated(authority, query, deps);
      return (
        query.action === "issue" && isOwn(query) && isListed(authority.issuers, query.entityId, query.on)
      );
    },
    recognised: async ({ authorityId, entityId, action, resource, on, known }) => {
      const authority = await authorityOf(authorityId);
      if (authority.kind === "root" || !recognise.has(action)) return false;
      const { answer } = await judgeOwn(
        authority,
        { achievementId: resource, issuerDid: entityId, on, known },
        deps,
      );
      return answer === "yes" && holdsAt(await mandatesOf(authority, known, deps), on);
    },
  };
}

/** Whether this root, which this installation trusts, mandated that authority of it. */
async function isMandated(root: AuthorityRecord, query: TrqpQuery, deps: TrqpDeps): Promise<boolean> {
  const { entityId, action, resource, on, known } = query;
  const authority = (await deps.store.authorities()).find(
    ({ slug }) => didOfAuthority(deps.origin, slug) === entityId,
  );
  if (!authority || !recognise.has(action) || resource !== authority.jurisdictionId) return false;
  const mandates = await mandatesOf(authority, known, deps);
  const did = didOfAuthority(deps.origin, root.slug);
  return holdsAt(
    mandates.filter((one) => one.root === did),
    on,
  );
}

function mandatesOf(authority: AuthorityRecord, known: number, { mandates, origin }: TrqpDeps) {
  const { slug, jurisdictionId } = authority;
  const texts = authority.mandates.filter(({ addedAt }) => addedAt <= known).map(({ text }) => text);
  return mandates.checked(texts, { did: didOfAuthority(origin, slug), jurisdictionId });
}

/** An achievement stands at its issuer's host: nobody is authorised to issue another's. */
function isOwn({ entityId, resource }: TrqpQuery): boolean {
  if (!URL.canParse(resource)) return false;
  return entityId.startsWith(`did:web:${new URL(resource).host.replace(":", "%3A")}:`);
}
