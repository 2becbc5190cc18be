import type { Tenant } from "../../foundation/kernel/index.js";
import type { Agent } from "../xapi/index.js";
import { LrsError } from "./errors.js";
import type { StatementClass } from "./statement-store.js";

/** Who asks: an API client of one tenant. */
export interface LrsClient {
  readonly tenant: Tenant;
  /** xAPI 1.0.3 Communication 4.2. */
  readonly scopes: readonly string[];
  readonly name: string;
  /** The public half of its credentials; it tells this client from every other. */
  readonly key: string;
}

/** The client that an Authorization header proves; `undefined` when it proves none. */
export type Authenticate = (authorizationHeader: string | undefined) => Promise<LrsClient | undefined>;

/** What some documents are about: as the request says it. */
export interface DocumentsAbout {
  readonly resource: "state" | "activity-profile" | "agent-profile";
  readonly activity?: string;
  /** As `agentKey` writes it. */
  readonly agent?: string;
  readonly registration?: string;
}

/** Who sees what. It is asked on every way out; its answers never reach beyond the client's tenant. */
export interface Lens {
  /** The classes that this client may see. Formative statements are left out whatever it answers. */
  classesVisibleTo(client: LrsClient): readonly StatementClass[];
  /** Whether this client may know of documents about this. Its scopes are asked beside. */
  showsDocuments(client: LrsClient, about: DocumentsAbout): boolean;
}

/** Every client sees its tenant's evidence, and the documents that its scopes are for. */
export const evidenceLens: Lens = {
  classesVisibleTo: () => ["evidence"],
  showsDocuments: () => true,
};

/** The classes that may leave by the API. Formative statements are the trainee's alone and never do. */
export function visibleClasses(lens: Lens, client: LrsClient): StatementClass[] {
  return lens.classesVisibleTo(client).filter((name) => name !== "formative");
}

/** The authority of what a client sends (Data 2.4.9). `homePage` is the installation's public address. */
export function authorityOf(client: LrsClient, homePage: string): Agent {
  return { objectType: "Agent", name: client.name, account: { homePage, name: client.key } };
}

/** Throws `lrs_scope_missing`. */
export function mustWrite({ scopes }: LrsClient): void {
  if (!["statements/write", "all"].some((scope) => scopes.includes(scope)))
    throw new LrsError("lrs_scope_missing", { scope: "statements/write" });
}

/**
 * Data 2.3.2 leaves to an LRS who may void. What a client only adds to may not be taken away by it, least of all the
 * tool's own evidence: voiding asks for the scope of everything.
 */
export function mayVoid({ scopes }: LrsClient): boolean {
  return scopes.includes("all");
}

/**
 * For the documents: the scope of one resource is for reading and writing (Communication 4.2), `all/read` for reading.
 * Throws `lrs_scope_missing`.
 */
export function mustUse(client: LrsClient, scope: "state" | "profile", use: "read" | "write"): LrsClient {
  const enough = [scope, "all", ...(use === "read" ? ["all/read"] : [])];
  if (!enough.some((one) => client.scopes.includes(one))) throw new LrsError("lrs_scope_missing", { scope });
  return client;
}

/** How far a client may read; throws `lrs_scope_missing` when not at all. */
export function mayRead({ scopes }: LrsClient): "all" | "mine" {
  if (["statements/read", "all/read", "all"].some((scope) => scopes.includes(scope))) return "all";
  if (scopes.includes("statements/read/mine")) return "mine";
  throw new LrsError("lrs_scope_missing", { scope: "statements/read" });
}
