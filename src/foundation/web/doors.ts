import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response, Router } from "express";
import { WebError } from "./errors.js";

/**
 * A route that many requests come to. A router finds it as it finds every route; and a request that asks for it in so
 * many letters finds it in a table, without walking through all that is mounted before it.
 */
export interface Door {
  readonly method: "GET" | "POST";
  /** `/lti/login`; or with one parameter, which is the second part: `/visits/:visit/privacy`. */
  readonly path: string;
  readonly handlers: readonly RequestHandler[];
  /** Of the path, what the handlers don't see, as if a router were mounted there. Default: nothing. */
  readonly mountedAt?: string;
}

/** Adds the doors to a room's own router, which answers whatever is not asked for in so many letters (HEAD, a slash). */
export function mountDoors(router: Router, doors: readonly Door[]): void {
  for (const { method, path, handlers } of doors)
    router[method === "GET" ? "get" : "post"](path, ...handlers);
}

/** A room's doors as they stand in the app: its router mounted at `path`, behind `before`. */
export function behind(path: string, before: readonly RequestHandler[], doors: readonly Door[]): Door[] {
  return doors.map(({ method, path: own, handlers }) => ({
    ...{ method, mountedAt: path, handlers: [...before, ...handlers] },
    path: own === "/" ? path : `${path}${own}`,
  }));
}

interface Around {
  /** What stands before every route. */
  readonly first: readonly RequestHandler[];
  /** Where every error ends. */
  readonly last: ErrorRequestHandler;
}

/** A door with all its handlers, and how it is found. */
interface Opened {
  readonly handlers: readonly RequestHandler[];
  readonly parameter: string | undefined;
  /** Of the path, what stands before the handlers' own part, and before and behind the parameter, if it has one. */
  readonly mount: { readonly before: string; readonly behind: string };
  /** As its own router knows it, for the log. */
  readonly route: { readonly path: string };
}

type Table = ReadonlyMap<string, Opened>;

/** The app with the doors before it. */
export function openDoors(app: Express, doors: readonly Door[], around: Around): RequestListener {
  const table: Table = new Map(doors.map((door) => opened(door, around.first)));
  return (req, res) => {
    const url = req.url ?? "";
    const end = url.indexOf("?");
    const path = end < 0 ? url : url.slice(0, end);
    const way = findDoor(table, req.method ?? "", path);
    if (way === undefined) app(req, res);
    else enter(app, { req, res, way, around, query: end < 0 ? "" : url.slice(end), path });
  };
}

function opened({ method, path, handlers, mountedAt = "" }: Door, first: Around["first"]): [string, Opened] {
  const parameter = /^\/[^/]+\/:([a-z]+)/.exec(path)?.[1];
  const [before = "", behindIt = ""] =
    parameter === undefined ? [mountedAt] : mountedAt.split(`:${parameter}`);
  return [
    `${method} ${parameter === undefined ? path : path.replace(`/:${parameter}`, "/:")}`,
    {
      ...{ parameter, handlers: [...first, ...handlers], mount: { before, behind: behindIt } },
      route: { path: path.slice(mountedAt.length) || "/" },
    },
  ];
}

/** A door, and what stands in the path for its parameter. */
interface Way {
  readonly door: Opened;
  readonly value: string;
}

const plainValue = /^[\w-]{1,100}$/;

function findDoor(table: Table, method: string, path: string): Way | undefined {
  const own = table.get(`${method} ${path}`);
  if (own) return own.parameter === undefined ? { door: own, value: "" } : undefined;
  const begin = path.indexOf("/", 1) + 1;
  if (begin === 0) return undefined;
  const slash = path.indexOf("/", begin);
  const value = path.slice(begin, slash < 0 ? path.length : slash);
  const rest = slash < 0 ? "" : path.slice(slash);
  const door = table.get(`${method} ${path.slice(0, begin)}:${rest}`);
  return door && plainValue.test(value) ? { door, value } : undefined;
}

interface Entering {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly way: Way;
  readonly around: Around;
  readonly path: string;
  readonly query: string;
}

/** Does for one request what Express does before its router, and what the router does, and calls the handlers. */
function enter(app: Express, { way: { door, value }, around, path, query, ...raw }: Entering): void {
  const req = Object.setPrototypeOf(raw.req, app.request as object) as Request;
  const res = Object.setPrototypeOf(raw.res, app.response as object) as Response;
  const { before, behind: behindIt } = door.mount;
  req.res = res;
  req.originalUrl = req.url;
  req.baseUrl = door.parameter === undefined ? before : `${before}${value}${behindIt}`;
  req.url = `${path.slice(req.baseUrl.length) || "/"}${query}`;
  req.params = door.parameter === undefined ? {} : { [door.parameter]: value };
  req.route = door.route;
  res.req = req;
  res.locals = Object.create(null) as Response["locals"];
  new Turns(door.handlers, req, res, around.last).call(0);
}

/** Calls each handler when the one before it calls `next`, as a router does; what fails, whenever it does, goes to `last`. */
class Turns {
  constructor(
    private readonly handlers: readonly RequestHandler[],
    private readonly req: Request,
    private readonly res: Response,
    private readonly last: ErrorRequestHandler,
  ) {}

  call(place: number): void {
    const handler = this.handlers[place];
    if (!handler) {
      this.fail(new WebError("not_found"));
      return;
    }
    try {
      const done: unknown = handler(this.req, this.res, (error?: unknown) => {
        if (error === undefined) this.call(place + 1);
        else this.fail(error);
      });
      if (done instanceof Promise) done.catch((error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    void this.last(error, this.req, this.res, () => undefined);
  }
}
