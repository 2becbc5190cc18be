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
import type { StatementQuery, StatementStore, StoredStatement } from "../statement-store.js";
import { definitionsFor } from "../activities.js";
import { inFormat } from "../formats.js";
import { statementsBodyOf } from "./bodies.js";
import { sayConsistentThrough } from "./consistent.js";
import { sendMixed } from "./mixed.js";
import { moreLink, mostPageBytes, pageOf, positionOf } from "./more.js";
import {
  getParameters,
  readFilters,
  readParameters,
  readPresentation,
  uuidOf,
  type Parameters,
} from "./parameters.js";
import { clientOf, sendPieces, versionOf } from "./requests.js";

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
    ...statementsBodyOf(req),
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
    ...statementsBodyOf(req),
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
  // Said with refusals too, and asked before the query: what was consistent then, the answer has.
  await sayConsistentThrough(deps, client, res);
  const reach = mayRead(client);
  const parameters = readParameters(req.url, getParameters);
  const asked: Asked = {
    client,
    parameters,
    presentation: readPresentation(parameters),
    view: {
      classes: visibleClasses(deps.lens, client),
      ...(reach === "mine" ? { authority: ownKey(client, deps.homePage) } : {}),
    },
  };
  const single = uuidOf(parameters, "statementId") ?? uuidOf(parameters, "voidedStatementId");
  if (single === undefined) return sendPage(deps, asked, req, res);
  const options = { ...asked.view, voided: parameters.has("voidedStatementId") };
  const found = await deps.statements.findStatement(client.tenant, single, options);
  if (found === undefined) throw new LrsError("lrs_statement_unknown");
  await send(deps, asked, { found: [found], around: (texts) => texts }, { req, res });
}

interface Asked {
  readonly client: LrsClient;
  readonly view: Pick<StatementQuery, "classes" | "authority">;
  readonly parameters: Parameters;
  readonly presentation: ReturnType<typeof readPresentation>;
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
    bytes: mostPageBytes,
  });
  const page = pageOf(found, filters.limit);
  const last = found.length > page.length ? page.at(-1) : undefined;
  const path = `${req.baseUrl}/statements`;
  const more = last === undefined ? "" : moreLink(path, client.tenant, parameters, last.cursor);
  const around = (texts: readonly string[]) => [
    '{"statements":[',
    ...texts.flatMap((text, index) => (index === 0 ? [text] : [",", text])),
    `],"more":${JSON.stringify(more)}}`,
  ];
  await send(deps, asked, { found: page, around }, { req, res });
}

interface Answer {
  readonly found: readonly StoredStatement[];
  /** The pieces of the answer's JSON from those of the statements. */
  readonly around: (texts: readonly string[]) => readonly string[];
}

async function send(
  { statements }: StatementsDeps,
  { client, view, presentation: { format, attachments } }: Asked,
  { found, around }: Answer,
  { req, res }: { readonly req: Request; readonly res: Response },
): Promise<void> {
  // 2.0 4.1.6.1: the newest of what is answered. One of 1.0.3 may ask for it too, of one statement.
  const newest = Math.max(...found.map(({ storedAt }) => storedAt));
  if (found.length > 0) res.set("Last-Modified", new Date(newest).toUTCString());
  const texts = found.map(({ text }) => text);
  const { academyId, jurisdictionId } = client.tenant;
  const canonical = {
    languages: req.get("Accept-Language"),
    ...(format === "canonical"
      ? { definitions: await definitionsFor(statements, texts, { academyId, jurisdictionId, ...view }) }
      : {}),
  };
  const pieces = around(texts.map((text) => inFormat(text, format, canonical)));
  if (format === "canonical") res.vary("Accept-Language");
  const find = (sha2: string) => statements.findAttachment(client.tenant, sha2);
  if (attachments) await sendMixed(req, res, pieces, { texts, find });
  else sendPieces(req, res, pieces);
}

/** The key under which a client's own statements are found. */
export function ownKey(client: LrsClient, homePage: string): string {
  return agentKey(authorityOf(client, homePage)) ?? "";
}
