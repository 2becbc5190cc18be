import type { Request, RequestHandler, Response, Router } from "express";
import { WebError } from "../../../foundation/web/index.js";
import type { XapiVersion } from "../../xapi/index.js";
import { mustUse, type Lens, type LrsClient } from "../client.js";
import type { StoredDocument } from "../document-store.js";
import type { Content, DocumentResource, Documents, Place, Precondition, Space } from "../documents.js";
import { LrsError } from "../errors.js";
import { agentOf, instantFrom, iriOf, readParameters, uuidOf, type Parameters } from "./parameters.js";
import { clientOf, sendPieces, versionOf } from "./requests.js";

/** How a resource names its documents (Communication 2.3, 2.6, 2.7). */
interface Shape {
  readonly resource: DocumentResource;
  readonly scope: "state" | "profile";
  readonly path: string;
  /** The parameter that names one document. */
  readonly id: "stateId" | "profileId";
  readonly context: readonly ("activityId" | "agent")[];
  readonly registration: boolean;
}

const shapes: readonly Shape[] = [
  {
    ...{ resource: "state", scope: "state", path: "/activities/state", id: "stateId" },
    ...{ context: ["activityId", "agent"], registration: true },
  },
  {
    ...{ resource: "activity-profile", scope: "profile", path: "/activities/profile", id: "profileId" },
    ...{ context: ["activityId"], registration: false },
  },
  {
    ...{ resource: "agent-profile", scope: "profile", path: "/agents/profile", id: "profileId" },
    ...{ context: ["agent"], registration: false },
  },
];

interface DocumentsDeps {
  readonly documents: Documents;
  readonly lens: Lens;
}

/** The three document resources. `body` reads a request's bytes. */
export function mountDocuments(router: Router, deps: DocumentsDeps, body: RequestHandler): void {
  for (const shape of shapes) {
    router.get(shape.path, (req, res) => getDocuments(deps, shape, req, res));
    router.put(shape.path, body, (req, res) => putDocument(deps, shape, req, res));
    router.post(shape.path, body, (req, res) => postDocument(deps, shape, req, res));
    router.delete(shape.path, (req, res) => deleteDocuments(deps, shape, req, res));
    router.all(shape.path, (_req, res) => {
      res.set("Allow", "GET, HEAD, PUT, POST, DELETE");
      throw new WebError("method_not_allowed");
    });
  }
}

async function getDocuments(deps: DocumentsDeps, shape: Shape, req: Request, res: Response): Promise<void> {
  const client = mustUse(clientOf(res), shape.scope, "read");
  const parameters = readParameters(req.url, [...namesOf(shape), "since"]);
  const about = contextOf(shape, parameters);
  const space = { tenant: client.tenant, ...about };
  const isShown = deps.lens.showsDocuments(client, about);
  if (parameters.has(shape.id)) {
    if (parameters.has("since"))
      throw new LrsError("lrs_parameters_conflict", { names: [shape.id, "since"] });
    const place = placeOf(shape, space, parameters);
    sendDocument(isShown ? await deps.documents.read(place) : undefined, req, res);
    return;
  }
  const since = instantFrom(parameters, "since");
  const listed = isShown ? await deps.documents.list(space, since) : [];
  const last = listed.at(-1);
  if (last !== undefined) res.set("Last-Modified", new Date(last.updatedAt).toUTCString());
  sendPieces(req, res, [JSON.stringify(listed.map(({ documentId }) => documentId))]);
}

async function putDocument(deps: DocumentsDeps, shape: Shape, req: Request, res: Response): Promise<void> {
  const client = mustUse(clientOf(res), shape.scope, "write");
  const place = onePlace(deps, shape, client, req);
  await deps.documents.write(place, contentOf(req), (standing) => {
    preconditionOf(req)(standing);
    if (!isConditional(req)) mayReplace(shape, versionOf(res), standing);
  });
  res.status(204).end();
}

async function postDocument(deps: DocumentsDeps, shape: Shape, req: Request, res: Response): Promise<void> {
  const client = mustUse(clientOf(res), shape.scope, "write");
  await deps.documents.merge(onePlace(deps, shape, client, req), contentOf(req), preconditionOf(req));
  res.status(204).end();
}

async function deleteDocuments(
  deps: DocumentsDeps,
  shape: Shape,
  req: Request,
  res: Response,
): Promise<void> {
  const client = mustUse(clientOf(res), shape.scope, "write");
  const parameters = readParameters(req.url, namesOf(shape));
  const space = mayTouch(deps, client, contextOf(shape, parameters));
  // Communication 2.3: only state knows the removal of all that a context has.
  if (shape.resource === "state" && !parameters.has(shape.id)) await deps.documents.removeAll(space);
  else await deps.documents.remove(placeOf(shape, space, parameters), preconditionOf(req));
  res.status(204).end();
}

function sendDocument(document: StoredDocument | undefined, req: Request, res: Response): void {
  if (document === undefined) throw new LrsError("lrs_document_unknown");
  const bytes = Buffer.from(document.content, "base64");
  res.status(200).set({
    "Content-Length": String(bytes.length),
    ETag: `"${document.sha1}"`,
    "Last-Modified": new Date(document.updatedAt).toUTCString(),
    // It is of whatever type a client said, and must not act as a page of ours.
    "Content-Security-Policy": "default-src 'none'; sandbox",
  });
  // Not by `set`, which would add a charset to what was said.
  res.setHeader("Content-Type", document.contentType);
  res.end(req.method === "HEAD" ? undefined : bytes);
}

function namesOf({ id, context, registration }: Shape): string[] {
  return [id, ...context, ...(registration ? ["registration"] : [])];
}

function contextOf(shape: Shape, parameters: Parameters): Omit<Space, "tenant"> {
  for (const name of shape.context)
    if (!parameters.has(name)) throw new LrsError("lrs_parameter_missing", { name });
  const activity = iriOf(parameters, "activityId");
  const agent = agentOf(parameters);
  const registration = uuidOf(parameters, "registration");
  return {
    resource: shape.resource,
    ...(activity === undefined ? {} : { activity }),
    ...(agent === undefined ? {} : { agent }),
    ...(registration === undefined ? {} : { registration }),
  };
}

function placeOf(shape: Shape, space: Space, parameters: Parameters): Place {
  const documentId = parameters.get(shape.id);
  if (documentId === undefined) throw new LrsError("lrs_parameter_missing", { name: shape.id });
  return { ...space, documentId };
}

function onePlace(deps: DocumentsDeps, shape: Shape, client: LrsClient, req: Request): Place {
  const parameters = readParameters(req.url, namesOf(shape));
  return placeOf(shape, mayTouch(deps, client, contextOf(shape, parameters)), parameters);
}

/** Throws `lrs_documents_hidden`. */
function mayTouch({ lens }: DocumentsDeps, client: LrsClient, about: Omit<Space, "tenant">): Space {
  if (!lens.showsDocuments(client, about)) throw new LrsError("lrs_documents_hidden");
  return { tenant: client.tenant, ...about };
}

function contentOf(req: Request): Content {
  const body: unknown = req.body;
  return {
    contentType: req.get("Content-Type") ?? "application/octet-stream",
    bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  };
}

function isConditional(req: Request): boolean {
  return req.get("If-Match") !== undefined || req.get("If-None-Match") !== undefined;
}

/**
 * Replacing unseen. 1.0.3 Communication 3.1 asks a PUT of a profile for a condition and spares state; 2.0 4.1.4 guards
 * whatever stands there, in all three resources.
 */
function mayReplace(shape: Shape, version: XapiVersion, standing: StoredDocument | undefined): void {
  if (version === "1.0.3" && shape.resource === "state") return;
  if (standing !== undefined) throw new LrsError("lrs_document_there");
  if (version === "1.0.3") throw new LrsError("lrs_condition_missing");
}

/** RFC 9110 §13.1: throws `lrs_condition_failed`. */
function preconditionOf(req: Request): Precondition {
  const [match, noneMatch] = [tagsOf(req, "If-Match"), tagsOf(req, "If-None-Match")];
  return (standing) => {
    if (match !== undefined && !stands(match, standing)) throw new LrsError("lrs_condition_failed");
    if (noneMatch !== undefined && stands(noneMatch, standing)) throw new LrsError("lrs_condition_failed");
  };
}

function tagsOf(req: Request, header: "If-Match" | "If-None-Match"): string[] | undefined {
  const value = req.get(header);
  return value?.split(",").map((tag) => tag.trim());
}

function stands(tags: readonly string[], standing: StoredDocument | undefined): boolean {
  if (standing === undefined) return false;
  const own = [`"${standing.sha1}"`, `W/"${standing.sha1}"`, standing.sha1];
  return tags.some(
    (tag) => tag === "*" || own.includes(tag.replace(/[0-9A-F]{40}/, (hex) => hex.toLowerCase())),
  );
}
