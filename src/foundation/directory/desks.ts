import type { RequestHandler, Response } from "express";
import { hours, randomToken, type Clock } from "../kernel/index.js";
import { browserHash, checkFormToken, formToken } from "../web/index.js";
import { DirectoryError } from "./errors.js";
import type { Desk, DirectoryStore, Invite } from "./directory-store.js";

/** How long an owner's work in one browser lasts: a working day. */
const deskLength = hours(10);

/** The owners of academies, at work in their browsers. */
export interface Desks {
  /** For the browser that used the invite. */
  open(invite: Invite, browserHash: string): Promise<Desk>;
  /** The path of a desk's pages: `/desks/<id><path>`. */
  path(desk: Desk, path?: string): string;
  /**
   * For routers mounted at `/desks/:desk`: lets a request through only from the browser that the desk belongs to and
   * within its time, and makes the desk readable by `deskOf`.
   */
  readonly gate: RequestHandler;
  /** For posted forms behind the gate, after `readForm`: refuses those that this desk's pages did not make. */
  readonly checkForm: RequestHandler;
}

export interface DesksDeps {
  readonly store: DirectoryStore;
  readonly clock: Clock;
  /** For the forms' tokens. */
  readonly csrfKey: Buffer;
}

export function createDesks({ store, clock, csrfKey }: DesksDeps): Desks {
  const tokenOf = (desk: Desk): string => formToken(csrfKey, `desk ${desk.id} ${desk.browserHash}`);
  const path = (desk: Desk, rest = ""): string => `/desks/${desk.id}${rest}`;
  return {
    path,
    open: async ({ id: inviteId, academyId, jurisdictionId }, hash) => {
      const startedAt = clock.now();
      const desk = {
        ...{ academyId, jurisdictionId, id: randomToken(18), browserHash: hash, inviteId },
        ...{ startedAt, expiresAt: startedAt + deskLength },
      };
      await store.addDesk(desk);
      return desk;
    },
    gate: async (req, res, next) => {
      res.setHeader("Cache-Control", "private, no-store");
      const { desk: id } = req.params;
      const desk = typeof id === "string" && /^[\w-]{24}$/.test(id) ? await store.desk(id) : undefined;
      if (!desk) throw new DirectoryError("desk_unknown");
      if (desk.browserHash !== browserHash(req)) throw new DirectoryError("desk_of_another_browser");
      if (desk.expiresAt <= clock.now()) throw new DirectoryError("desk_expired");
      const locals = res.locals as DeskLocals;
      locals.desk = desk;
      locals.formToken = tokenOf(desk);
      locals.base = path(desk);
      next();
    },
    checkForm: (req, res, next) => {
      checkFormToken(req, tokenOf(deskOf(res)));
      next();
    },
  };
}

interface DeskLocals {
  desk?: Desk;
  formToken?: string;
  /** The desk's path, for links in its pages. */
  base?: string;
}

/** The desk of a request that came through the gate. */
export function deskOf(res: Response): Desk {
  const { desk } = res.locals as DeskLocals;
  if (!desk) throw new DirectoryError("desk_unknown");
  return desk;
}
