import { z } from "zod";
import type { Json, JsonObject } from "../../standards/vc/index.js";
import { recognitionType } from "./credential.js";
import type { Outside } from "./deps.js";
import { issuerOf, jsonOf, moment, objectsOf, signedBy } from "./reading.js";
import type { ListedIssuer, PulledDecision, Terms } from "./recognition-store.js";

const about = { at: moment, achievement: z.string(), issuer: z.string() };
const decisionShape = z.discriminatedUnion("decision", [
  z.object({ ...about, decision: z.literal("granted"), credential: z.string().default("") }),
  z.object({ ...about, decision: z.literal("refused") }),
  z.object({ ...about, decision: z.literal("withdrawn"), effective: moment }),
]);

/**
 * One decision of another authority's list. What it says of a recognition is read from the signed recognition alone; one
 * whose signatures do not hold, or that speaks of something else, is kept as broken, so that nothing is said of it.
 */
export async function readDecision(
  entry: JsonObject,
  authority: string,
  jurisdictionId: string,
  outside: Outside,
): Promise<PulledDecision | undefined> {
  const read = decisionShape.safeParse(entry);
  if (!read.success) return undefined;
  const { at, achievement: achievementId, issuer: issuerDid, decision } = read.data;
  const decided = { at, achievementId, issuerDid };
  if (decision === "refused") return { decision, ...decided };
  if (decision === "withdrawn") return { decision, ...decided, effective: read.data.effective };
  const { credential: text } = read.data;
  const document = jsonOf(text);
  const found = readRecognition(document, { authority, jurisdictionId, achievementId, issuerDid });
  if (!document || !found || (await signedBy(authority, document, outside, { vouched: true })) !== "yes")
    return { decision, ...decided, broken: true };
  return { decision, ...decided, terms: found.terms, credential: { url: found.url, text } };
}

interface Expected {
  readonly authority: string;
  readonly jurisdictionId: string;
  readonly achievementId: string;
  readonly issuerDid: string;
}

const recognitionShape = z.object({
  id: z.string(),
  type: z.array(z.string()).refine((types) => types.includes(recognitionType)),
  validFrom: moment,
  validUntil: moment.optional(),
  credentialSubject: z.object({
    id: z.string(),
    recognisedAchievement: z.string(),
    recognisedIssuer: z.string(),
    jurisdiction: z.string(),
    recognisedAs: z.string(),
    localLevel: z.string(),
    equivalence: z.enum(["full", "partial"]),
    compensationMeasure: z.string().optional(),
    legalBasis: z.string(),
  }),
});

/** What a recognition says, when it is one of this authority about this achievement of this issuer. */
function readRecognition(
  document: JsonObject | undefined,
  { authority, jurisdictionId, achievementId, issuerDid }: Expected,
): { readonly url: string; readonly terms: Terms } | undefined {
  const read = recognitionShape.safeParse(document);
  if (!document || !read.success || issuerOf(document) !== authority) return undefined;
  const { id: url, validFrom: from, validUntil: until, credentialSubject: subject } = read.data;
  const isAbout = subject.id === achievementId && subject.recognisedAchievement === achievementId;
  const isTheirs = subject.recognisedIssuer === issuerDid && subject.jurisdiction === jurisdictionId;
  if (!isAbout || !isTheirs) return undefined;
  const { recognisedAs, localLevel, equivalence, legalBasis, compensationMeasure } = subject;
  return {
    url,
    terms: {
      ...{ recognisedAs, localLevel, equivalence, legalBasis, from },
      ...(until === undefined ? {} : { until }),
      ...(compensationMeasure === undefined ? {} : { compensationMeasure }),
    },
  };
}

const issuerShape = z.object({ id: z.string(), name: z.string(), from: moment, until: moment.optional() });

export function readIssuers(value: Json | undefined): ListedIssuer[] {
  return objectsOf(value).flatMap((entry) => {
    const read = issuerShape.safeParse(entry);
    if (!read.success) return [];
    const { id: did, name, from, until } = read.data;
    return [{ did, name, from, ...(until === undefined ? {} : { until }) }];
  });
}
