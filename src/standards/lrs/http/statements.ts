import type { Request, Response } from "express";
import type { Clock } from "../../../foundation/kernel/index.js";
import { agentKey } from "../../xapi/index.js";
import {
  authorityOf,
  mayRead,
  mayVoid,
  mustWrite,
  visibleClasses,
  type Lens,
  type LrsClient,
} from "../client.js";
import { LrsError } from "../errors.js";
import type { Lrs } from "../lrs.js";
import type { StatementQuery, StatementStore } from "../statement-store.js";
import { moreLink, positionOf } from "./more.js";
import {
  checkPresentation,
  getParameters,
  readFilters,
  readParameters,
  uuidOf,
  type Parameters,
} from "./parameters.js";
import { clientOf, jsonTextOf, sendPieces, versionOf } from "./requests.js";

export interface StatementsDeps {
  readonly lrs: Lrs;
  readonly statements: StatementStore;
  readonly clock: Clock;
  readonly lens: Lens;
  /** The installation's public address: the home page of the accounts that API clients are. */
  readonly homePage: string;
}

/** Communication 2.1.2. */
export async function postStatements(deps: StatementsDeps, req: Request, res: Response): Promise<void> {
  const client = clientOf(res);
  mustWrite(client);
  readParameters(req.url, []);
  const ids = await deps.lrs.append(client.tenant, {
    text: jsonTextOf(req),
    authority: authorityOf(client, deps.homePage),
    class: "evidence",
    mayVoid: mayVoid(client),
    version: versionOf(res),
  });
  await sayConsistentThrough(deps, client, res);
  sendPieces(req, res, [JSON.stringify(ids)]);
}

/** Communication 2.1.1. */
export async function putStatement(deps: StatementsDeps, req: Request, res: Response): Promise<void> {
  const client = clientOf(res);
  mustWrite(client);
  const id = uuidOf(readParameters(req.url, ["statementId"]), "statementId");
  if (id === undefined) throw new LrsError("lrs_statement_id_missing");
  await deps.lrs.append(client.tenant, {
    text: jsonTextOf(req),
    authority: authorityOf(client, deps.homePage),
    class: "evidence",
    mayVoid: mayVoid(client),
    version: versionOf(res),
    id,
  });
  await sayConsistentThrough(deps, client, res);
  res.status(204).end();
}

/** Communication 2.1.3. */
export async function getStatements(deps: StatementsDeps, req: Request, res: Response): Promise<void> {
  const client = clientOf(res);
  const reach = mayRead(client);
  const parameters = readParameters(req.url, getParameters);
  checkPresentation(parameters);
  const view = {
    classes: visibleClasses(deps.lens, client),
    ...(reach === "mine" ? { authority: ownKey(client, deps.homePage) } : {}),
  };
  // Asked before the query: what was consistent then, the answer has.
  await sayConsistentThrough(deps, client, res);
  const single = uuidOf(parameters, "statementId") ?? uuidOf(parameters, "voidedStatementId");
  if (single === undefined) return sendPage(deps, { client, view, parameters }, req, res);
  const options = { ...view, voided: parameters.has("voidedStatementId") };
  const found = await deps.statements.findStatement(client.tenant, single, options);
  if (found === undefined) throw new LrsError("lrs_statement_unknown");
  res.set("Last-Modified", new Date(found.storedAt).toUTCString());
  sendPieces(req, res, [found.text]);
}

interface Asked {
  readonly client: LrsClient;
  readonly view: Pick<StatementQuery, "classes" | "authority">;
  readonly parameters: Parameters;
}

async function sendPage(deps: StatementsDeps, asked: Asked, req: Request, res: Response): Promise<void> {
  const { client, view, parameters } = asked;
  const after = positionOf(client.tenant, parameters);
  const filters = readFilters(parameters);
  // The two names alone: a tenant may come as part of a larger record.
  const { academyId, jurisdictionId } = client.tenant;
  const found = await deps.statements.queryStatements({
    academyId,
    jurisdictionId,
    ...view,
    ...filters,
    ...(after === undefined ? {} : { after }),
    limit: filters.limit + 1,
  });
  const page = found.slice(0, filters.limit);
  const last = found.length > page.length ? page.at(-1) : undefined;
  const path = `${req.baseUrl}/statements`;
  const more = last === undefined ? "" : moreLink(path, client.tenant, parameters, last.cursor);
  const texts = page.flatMap(({ text }, index) => (index === 0 ? [text] : [",", text]));
  sendPieces(req, res, ['{"statements":[', ...texts, `],"more":${JSON.stringify(more)}}`]);
}

async function sayConsistentThrough(deps: StatementsDeps, client: LrsClient, res: Response): Promise<void> {
  const through = await deps.statements.consistentThrough(client.tenant, deps.clock.now());
  res.set("X-Experience-API-Consistent-Through", new Date(through).toISOString());
}

/** The key under which a client's own statements are found. */
export function ownKey(client: LrsClient, homePage: string): string {
  return agentKey(authorityOf(client, homePage)) ?? "";
}
