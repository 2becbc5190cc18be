import { expect } from "chai";
import express, { type Request, type RequestHandler, type Response } from "express";
import { uuidPattern } from "../../../src/foundation/kernel/index.js";
import { behind, mountDoors, readForm, WebError, type Door } from "../../../src/foundation/web/index.js";
import { aSite, type Answer, type Site } from "./site.js";

const showRequest = (req: Request, res: Response): void => {
  const { params, baseUrl, url, originalUrl, path, query, method } = req;
  res.json({ params, baseUrl, url, originalUrl, path, query, method, route: (req.route as Door).path });
};

const onlyWithKey: RequestHandler = (req, _res, next) => {
  if (req.query["key"] !== "right") throw new WebError("role_not_allowed");
  next();
};

/** The same doors stand in a room's router, as in the app. */
const doors: readonly Door[] = [
  { method: "GET", path: "/plain", handlers: [showRequest] },
  { method: "POST", path: "/form", handlers: [readForm(), (req, res) => void res.json(req.body)] },
  {
    method: "GET",
    path: "/throws",
    handlers: [
      () => {
        throw new WebError("visit_expired");
      },
    ],
  },
  { method: "GET", path: "/later", handlers: [() => Promise.reject(new WebError("visit_expired"))] },
  { method: "GET", path: "/told", handlers: [(_req, _res, next) => next(new WebError("visit_expired"))] },
  { method: "GET", path: "/guarded", handlers: [onlyWithKey, showRequest] },
];
const ofVisits: readonly Door[] = [
  { method: "GET", path: "/", handlers: [showRequest] },
  { method: "GET", path: "/page", handlers: [showRequest] },
];
const unmounted: Door = { method: "GET", path: "/nowhere-else", handlers: [showRequest] };
const silent: Door = { method: "GET", path: "/silent", handlers: [(_req, _res, next) => next()] };

describe("a door", () => {
  let site: Site;
  let routed: Site;
  before(async () => {
    const mount = (app: express.Express): void => {
      const room = express.Router();
      mountDoors(room, doors);
      app.use("/room", room);
      const pages = express.Router({ mergeParams: true });
      mountDoors(pages, ofVisits);
      app.use("/visits/:visit", pages);
    };
    const opened = [
      ...behind("/room", [], [...doors, unmounted, silent]),
      ...behind("/visits/:visit", [], ofVisits),
    ];
    [site, routed] = await Promise.all([aSite(mount, { doors: opened }), aSite(mount)]);
  });
  after(() => Promise.all([site.close(), routed.close()]));

  it("is found without the routes", async () => {
    expect((await site.ask("/room/nowhere-else")).status).to.equal(200);
    expect((await routed.ask("/room/nowhere-else")).status).to.equal(404);
  });

  const addresses = [
    "/room/plain",
    "/room/plain?a=1&a=2&b=%2F",
    "/room/plain?",
    "/room/guarded",
    "/room/guarded?key=right",
    "/visits/abc-_9",
    "/visits/abc?x=1",
    "/visits/abc/page",
    "/room/throws",
    "/room/later",
    "/room/told",
  ];
  /** What of an answer is no other each time. */
  const told = ({ status, headers, text }: Answer) => ({
    status,
    type: headers["content-type"],
    policy: headers["content-security-policy"],
    text: text.replaceAll(String(headers["x-request-id"]), "(id)"),
  });
  it("answers as the same route does in its router", async () => {
    for (const address of addresses)
      expect(told(await site.ask(address)), address).to.deep.equal(told(await routed.ask(address)));
    const [own, other] = await Promise.all([site, routed].map((one) => one.post("/room/form", "a=1&b=x+y")));
    expect(told(own!)).to.deep.equal(told(other!));
    expect(JSON.parse(own!.text)).to.deep.equal({ a: "1", b: "x y" });
  });

  it("leaves to the routes what is not asked for in so many letters", async () => {
    for (const address of [
      "/room/plain/",
      "/ROOM/plain",
      "/visits/a%20b/page",
      "/visits/abc/",
      "/visits//page",
    ])
      expect(told(await site.ask(address)), address).to.deep.equal(told(await routed.ask(address)));
    expect((await site.ask("/room/plain", { method: "HEAD" })).status).to.equal(200);
    expect((await site.ask("/room/plain", { method: "POST" })).status).to.equal(404);
    for (const address of ["/room/__proto__", "/visits/:visit", "/visits/:", "/constructor"])
      expect((await site.ask(address)).status, address).to.equal((await routed.ask(address)).status);
  });

  it("has what stands around every route: a number, security headers, the error page", async () => {
    for (const address of ["/room/plain", "/room/later"]) {
      const { headers } = await site.ask(address);
      expect(headers["x-request-id"]).to.match(uuidPattern);
      expect(headers).to.include({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
      expect(headers["content-security-policy"]).to.include("frame-ancestors 'none'");
    }
    expect((await site.ask("/room/later")).status).to.equal(410);
    expect((await site.ask("/room/silent")).status, "nobody answers").to.equal(404);
  });

  it("stands in the log by its pattern, as its router has it", async () => {
    const id = String((await site.ask("/visits/canary/page?canary")).headers["x-request-id"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const lines = site.log.filter((line) => line.includes(id));
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.include({ route: "/page", status: 200, method: "GET" });
    expect(lines[0]).not.to.include("canary");
  });
});
