import { z } from "zod";
import { digest, installation, minutes, type Tenant } from "../../foundation/kernel/index.js";
import { didWebUrl, VcError, type JsonObject } from "../../standards/vc/index.js";
import type { RecognitionDeps } from "./deps.js";
import { RecognitionError } from "./errors.js";
import type { Mandates } from "./mandates.js";
import { listTypes } from "./lists.js";
import { readDecision, readIssuers } from "./pulled.js";
import { issuerOf, jsonOf, listSuites, moment, objectsOf, signedBy, textsOf } from "./reading.js";
import type { PulledDecision, PulledList, RecognitionPartner } from "./recognition-store.js";
import { plainLine } from "./terms.js";

export interface NewPartner {
  /** Its public origin. */
  readonly url: string;
  /** ISO 3166: the one jurisdiction that it speaks for. */
  readonly jurisdictionId: string;
  readonly jurisdictionName: string;
}

/** Other installations whose recognitions are pulled and kept. */
export interface Partners {
  /** @throws RecognitionError `partner_malformed`, `recognition_malformed` */
  add(partner: NewPartner): Promise<RecognitionPartner>;
  list(): Promise<RecognitionPartner[]>;
  /** Pulls from all of them; what one does wrong concerns no other. */
  pull(): Promise<RecognitionPartner[]>;
}

type PartnerDeps = Pick<RecognitionDeps, "store" | "outside" | "clock" | "newId" | "logger"> & {
  readonly mandates: Mandates;
};

export function createPartners(deps: PartnerDeps): Partners {
  const { store, clock, newId } = deps;
  return {
    add: async ({ url, jurisdictionId, jurisdictionName }) => {
      const isOrigin =
        URL.canParse(url) && /^https?:/.test(url) && new URL(url).origin === url.replace(/\/$/, "");
      if (!isOrigin) throw new RecognitionError("partner_malformed");
      const partner: RecognitionPartner = {
        ...{
          academyId: installation.academyId,
          jurisdictionId,
          id: newId(),
          version: 1,
          url: new URL(url).origin,
        },
        ...{ jurisdictionName: plainLine(jurisdictionName, "jurisdictionName"), addedAt: clock.now() },
      };
      await store.addPartner(partner);
      return (await store.partners()).find((one) => one.url === partner.url) ?? partner;
    },
    list: () => store.partners(),
    pull: async () => {
      const pulled: RecognitionPartner[] = [];
      for (const partner of await store.partners()) pulled.push(await pullFrom(partner, deps));
      return pulled;
    },
  };
}

/** The text of all lists together is bounded by whoever fetches it. */
const mostLists = 20;
/** How far a partner's clock may go ahead of ours. */
const ahead = minutes(5);

async function pullFrom(partner: RecognitionPartner, deps: PartnerDeps): Promise<RecognitionPartner> {
  const { store, outside, clock, logger } = deps;
  const text = await outside.text(`${partner.url}/recognitions.json`);
  const document = jsonOf(text);
  const lists = objectsOf(document?.lists).slice(0, mostLists);
  const theirs = lists.filter(({ jurisdiction }) => jurisdiction === partner.jurisdictionId);
  const faults = await Promise.all(theirs.map((list) => takeList(list, partner, deps)));
  const failure =
    text === undefined
      ? "unreachable"
      : theirs.length === 0
        ? "unverified"
        : faults.find((fault) => fault !== undefined);
  if (failure !== undefined) logger.warn("a partner's recognitions could not be taken", { code: failure });
  const { academyId, jurisdictionId, id, url, jurisdictionName, addedAt } = partner;
  const tried: RecognitionPartner = {
    ...{ academyId, jurisdictionId, id, url, jurisdictionName, addedAt },
    ...{ version: partner.version + 1, triedAt: clock.now() },
    ...(failure ? { failure } : {}),
  };
  await store.savePartner(tried, partner.version);
  return tried;
}

type Fault = NonNullable<RecognitionPartner["failure"]>;

const listShape = z.object({
  type: z.literal(listTypes.recognitions),
  name: z.string(),
  validFrom: moment,
  validUntil: moment,
});

/** What is kept of a list beside its place. */
type Taken = Omit<PulledList, keyof Tenant | "id" | "version" | "partnerId" | "pulledAt">;

/** Checks one authority's list and keeps it; answers why it can't be relied on. */
async function takeList(
  list: JsonObject,
  partner: RecognitionPartner,
  deps: PartnerDeps,
): Promise<Fault | undefined> {
  const { store, outside, clock, newId } = deps;
  const did = issuerOf(list);
  const read = listShape.safeParse(list);
  if (did === undefined || !read.success || !isAt(did, partner.url)) return "unverified";
  const now = clock.now();
  const { validFrom: signedAt, validUntil } = read.data;
  if (signedAt > now + ahead || validUntil <= now) return "replayed";
  if ((await signedBy(did, list, outside, { suites: listSuites })) !== "yes") return "unverified";
  const last = (await store.newestLists(partner.id, now)).find(({ authority }) => authority.did === did);
  // Whoever stands between could hand out an old list without a withdrawal in it.
  if (last && signedAt < last.signedAt) return "replayed";
  const authority = { did, name: read.data.name };
  const taken: Taken = { authority, signedAt, validUntil, ...(await contentOf(list, did, partner, deps)) };
  // While nothing changes and no gap came in between, the same row says it for longer.
  if (last?.contentDigest === taken.contentDigest && last.validUntil > now) {
    await store.saveList({ ...last, ...taken, version: last.version + 1 }, last.version);
    return undefined;
  }
  const { jurisdictionId, id: partnerId } = partner;
  const place = { academyId: installation.academyId, jurisdictionId, id: newId(), version: 1 };
  await store.addList({ ...place, partnerId, pulledAt: now, ...taken });
  return undefined;
}

async function contentOf(
  list: JsonObject,
  did: string,
  { jurisdictionId }: RecognitionPartner,
  { outside, mandates }: PartnerDeps,
): Promise<Omit<Taken, "authority" | "signedAt" | "validUntil">> {
  const decisions: PulledDecision[] = [];
  for (const entry of objectsOf(list.decisions)) {
    const decided = await readDecision(entry, did, jurisdictionId, outside);
    if (decided) decisions.push(decided);
  }
  const content = [list.name, list.mandates, list.issuers, list.decisions];
  return {
    ...{ text: JSON.stringify(list), contentDigest: digest(JSON.stringify(content)), decisions },
    issuers: readIssuers(list.issuers),
    mandates: await mandates.checked(textsOf(list.mandates), { did, jurisdictionId }),
  };
}

/** Whether a DID's document stands at a partner: it speaks for nobody else's authorities. */
function isAt(did: string, url: string): boolean {
  try {
    return didWebUrl(did).host === new URL(url).host;
  } catch (error) {
    if (error instanceof VcError) return false;
    throw error;
  }
}
