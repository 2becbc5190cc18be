import { AsyncLocalStorage } from "node:async_hooks";
import GradeService, { type LtijsIdToken, type LtijsToken } from "ltijs/dist/Provider/Services/Grade.js";
import http, { type LtijsAnswer, type LtijsRequest } from "ltijs/dist/Utils/Http.js";
import { KnownError, seconds } from "../../foundation/kernel/index.js";
import type { Outbound } from "../../foundation/outbound/index.js";
import { isRecord } from "./claims.js";
import { LtiServiceError, refusedBy } from "./errors.js";
import type { Platform } from "./lti-store.js";
import type { AccessToken } from "./tokens.js";

/** A column of a platform's gradebook for one placement (AGS 2.0 §3.2). */
export interface LineItemPlace {
  readonly platform: Platform;
  readonly lineItemsUrl: string;
  readonly resourceLinkId: string;
  /** Tells our columns of one placement apart: the module's id, or the activity's. */
  readonly tag: string;
}

/** A column that is to be made. */
export interface NewLineItem extends LineItemPlace {
  readonly label: string;
  readonly resourceId: string;
  /** Where a teacher is led from a grade to the work behind it (Submission Review 1.0), if the platform knows that. */
  readonly submissionReview?: Readonly<Record<string, unknown>>;
}

/** Line items by ltijs. Both throw LtiServiceError. */
export interface LineItems {
  /** The URL of the placement's line item with this tag, if there is one. */
  find(place: LineItemPlace, token: AccessToken, signal?: AbortSignal): Promise<string | undefined>;
  /** Makes one for scores of 0 to 100 and answers its URL. */
  create(item: NewLineItem, token: AccessToken, signal?: AbortSignal): Promise<string>;
}

const limits = { timeoutMs: seconds(10), maxBytes: 2 ** 20, pages: 5 };

interface WayOut {
  readonly outbound: Outbound;
  readonly origins: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/*
 * ltijs's own client has no time-out and no size limit, follows redirects to anywhere and tries again by itself
 * (docs/decisions/0005-ltijs.md). So its methods are replaced, once and for the whole process, by ones that go out by
 * `outbound`; without a way out, which only the adapter gives, they refuse.
 */
const wayOut = new AsyncLocalStorage<WayOut>();
const refuse = (): never => {
  throw new LtiServiceError("service_url_refused", true);
};
Object.assign(http, {
  get: (url: string, request: LtijsRequest = {}) => send("GET", url, request),
  post: (url: string, request: LtijsRequest = {}) => ({
    json: async () => JSON.parse((await send("POST", url, request)).body) as unknown,
  }),
  put: refuse,
  delete: refuse,
});

export function createLineItems(outbound: Outbound): LineItems {
  // It is always handed a token, so that it never looks for a platform, a key or a database.
  const grades = new GradeService(() => Promise.reject(notAsked()), "", undefined);
  const within = async <T>(
    { platform }: LineItemPlace,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ) => {
    try {
      return await wayOut.run({ outbound, origins: platform.serviceOrigins, signal }, work);
    } catch (error) {
      throw error instanceof KnownError ? error : unusable(error);
    }
  };
  return {
    find: (place, token, signal) =>
      within(place, signal, async () => {
        let page = await grades.getLineItems(
          idTokenOf(place),
          { resourceLinkId: true, tag: place.tag },
          bearer(token),
        );
        for (let count = 1; ; count += 1) {
          const found = ours(page.lineItems, place);
          if (found !== undefined || page.next === undefined || count >= limits.pages) return found;
          page = await grades.getLineItems(idTokenOf(place), { url: page.next }, bearer(token));
        }
      }),
    create: (item, token, signal) =>
      within(item, signal, async () => {
        const { label, tag, resourceId, submissionReview } = item;
        const make = (more: Readonly<Record<string, unknown>>): Promise<unknown> =>
          grades.createLineItem(
            idTokenOf(item),
            { scoreMaximum: 100, label, tag, resourceId, ...more },
            { resourceLinkId: true },
            bearer(token),
          );
        const made = await make(submissionReview ? { submissionReview } : {}).catch((error: unknown) => {
          // A platform that knows nothing of reviews may refuse what it does not know.
          if (submissionReview && error instanceof LtiServiceError && error.data.status === 400)
            return make({});
          throw error;
        });
        const id = isRecord(made) ? made.id : undefined;
        if (typeof id !== "string" || !isOn(id, item.platform.serviceOrigins)) throw unusable();
        return id;
      }),
  };
}

/** Whether a URL is on one of these origins. */
export function isOn(url: string, origins: readonly string[]): boolean {
  return URL.canParse(url) && origins.includes(new URL(url).origin);
}

async function send(method: "GET" | "POST", url: string, request: LtijsRequest): Promise<LtijsAnswer> {
  const way = wayOut.getStore();
  if (!way || !isOn(url, way.origins)) throw new LtiServiceError("service_url_refused", true);
  const target = new URL(url);
  if (request.searchParams) target.search = request.searchParams.toString();
  const answer = await way.outbound.fetch(target.href, {
    method,
    headers: request.headers ?? {},
    timeoutMs: limits.timeoutMs,
    maxBytes: limits.maxBytes,
    ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
    ...(way.signal ? { signal: way.signal } : {}),
  });
  if (answer.status < 200 || answer.status > 299) throw refusedBy(answer, "line item");
  return { headers: Object.fromEntries(answer.headers), body: answer.text };
}

/** The first of a list that is this placement's; some platforms ignore the filters that they were sent. */
function ours(lineItems: unknown, { resourceLinkId, tag, platform }: LineItemPlace): string | undefined {
  if (!Array.isArray(lineItems)) throw unusable();
  const found: unknown = lineItems.find(
    (item: unknown) =>
      isRecord(item) && item.tag === tag && (item.resourceLinkId ?? resourceLinkId) === resourceLinkId,
  );
  const id = isRecord(found) ? found.id : undefined;
  return typeof id === "string" && isOn(id, platform.serviceOrigins) ? id : undefined;
}

function idTokenOf({ platform, lineItemsUrl, resourceLinkId }: LineItemPlace): LtijsIdToken {
  const platformContext = { resource: { id: resourceLinkId }, endpoint: { lineitems: lineItemsUrl } };
  return { iss: platform.issuer, clientId: platform.clientId, platformContext };
}

const bearer = (token: AccessToken): LtijsToken => ({ token_type: "Bearer", access_token: token.text });
const notAsked = (): TypeError => new TypeError("ltijs was not handed a token");
const unusable = (cause?: unknown): LtiServiceError =>
  new LtiServiceError("service_answer_unusable", false, { service: "line item" }, { cause });
