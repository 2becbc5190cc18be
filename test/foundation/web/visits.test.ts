import { expect } from "chai";
import { createNewId, hours } from "../../../src/foundation/kernel/index.js";
import {
  createVisits,
  ensureBrowser,
  onlyRoles,
  readForm,
  sendPage,
  visitOf,
  type NewVisit,
  type Visit,
  type Visits,
} from "../../../src/foundation/web/index.js";
import type { Storage } from "../../../src/storage/index.js";
import { fixedAt, type FixedClock } from "../../kit/clock.js";
import { aStore } from "../../kit/store.js";
import { aSite, type Answer, type Site } from "./site.js";

const details = {
  academyId: "a",
  jurisdictionId: "XA",
  personId: "p",
  role: "trainee",
  platformId: "moodle",
  placementId: "pl",
  moduleId: "M01",
  locale: "en",
  frameOrigin: "https://lms.example",
} as const satisfies Omit<NewVisit, "browserHash">;

describe("a visit", () => {
  let clock: FixedClock;
  let store: Storage;
  let visits: Visits;
  let site: Site;
  beforeEach(async () => {
    clock = fixedAt("2026-03-01T08:00:00Z");
    store = await aStore(clock);
    visits = createVisits({ store: store.visits, clock, csrfKey: Buffer.alloc(32, 3) });
    site = await aSite(
      (app) => {
        app.get("/start", async (req, res) => {
          const { hash, kept } = ensureBrowser(req, res);
          const visit = await visits.begin({ ...details, browserHash: hash });
          res.json({ path: visits.path(visit, "/page"), kept, visit });
        });
        app.use("/visits/:visit", visits.gate);
        app.get("/visits/:visit/page", (_req, res) => sendPage(res, "page", { pageTitle: "x" }));
        app.get("/visits/:visit/who", (_req, res) => void res.json(visitOf(res)));
        app.get(
          "/visits/:visit/marks",
          onlyRoles("instructor", "administrator"),
          (_req, res) => void res.send("marks"),
        );
        app.post("/visits/:visit/save", readForm(), visits.checkForm, (_req, res) => void res.send("saved"));
        app.get("/visits/:visit/on", (_req, res) => res.redirect(303, "/there#place"));
        app.get("/outside", (_req, res) => void res.json(visitOf(res)));
      },
      { clock, views: { "page.hbs": "{{base}} {{formToken}}" } },
    );
  });
  afterEach(async () => {
    await site.close();
    await store.close();
  });

  interface Begun {
    readonly path: string;
    readonly visit: Visit;
    readonly cookie: string;
    readonly setCookie: string;
  }
  async function begin(cookie?: string): Promise<Begun> {
    const answer = await site.ask("/start", { headers: cookie ? { cookie } : {} });
    const [setCookie = ""] = answer.headers["set-cookie"] ?? [];
    return {
      ...(JSON.parse(answer.text) as Begun),
      setCookie,
      cookie: cookie ?? setCookie.split(";")[0] ?? "",
    };
  }
  const as = (cookie: string, path: string): Promise<Answer> => site.ask(path, { headers: { cookie } });
  const refused = (answer: Answer, status: number, code: string): void => {
    expect([answer.status, answer.text.includes(code)]).to.deep.equal([status, true]);
    expect(answer.headers["cache-control"]).to.contain("no-store");
    // A refusal must show in the course page; it holds nothing to click and nothing of the visit.
    expect(answer.headers["content-security-policy"]).to.contain("frame-ancestors *");
    expect(answer.text).not.to.contain("lms.example");
  };

  describe("whose browser keeps no cookie", () => {
    const bearer = (cookie: string) => ({ authorization: `Bearer ${cookie.split("=")[1] ?? ""}` });

    it("is open to its secret in the header, which then goes before a cookie", async () => {
      const [mine, other] = [await begin(), await begin()];
      expect((await site.ask(mine.path, { headers: bearer(mine.cookie) })).status).to.equal(200);
      const both = { ...bearer(other.cookie), cookie: mine.cookie };
      expect((await site.ask(mine.path, { headers: both })).status).to.equal(403);
    });

    for (const header of ["Bearer x", "Basic eDp5", "Bearer", `Bearer ${"x".repeat(43)} y`]) {
      it(`is not open to ${header.slice(0, 12)}`, async () => {
        const { path } = await begin();
        expect((await site.ask(path, { headers: { authorization: header } })).status).to.equal(403);
      });
    }

    it("still asks every form for its token", async () => {
      const { path, cookie } = await begin();
      const save = (body: string) => site.post(path.replace("/page", "/save"), body, bearer(cookie));
      expect((await save("token=x")).status).to.equal(403);
      const page = await site.ask(path, { headers: bearer(cookie) });
      const token = /\/visits\/\S+ ([\w-]+)/.exec(page.text)?.[1] ?? "";
      expect((await save(`token=${token}`)).text).to.equal("saved");
    });

    it("tells the script that carries it where a redirect leads, with its fragment", async () => {
      const { path, cookie } = await begin();
      const at = path.replace("/page", "/on");
      const carried = await site.ask(at, { headers: { ...bearer(cookie), "tessera-carrier": "1" } });
      expect([carried.status, carried.headers["tessera-location"]]).to.deep.equal([200, "/there#place"]);
      expect(carried.headers.location).to.equal(undefined);
      for (const headers of [bearer(cookie), { cookie, "tessera-carrier": "1" }]) {
        const plain = await site.ask(at, { headers });
        expect([plain.status, plain.headers.location]).to.deep.equal([303, "/there#place"]);
      }
    });
  });

  it("begins at its errand, at its activity, or at the module's page", async () => {
    const { visit } = await begin();
    const at = `/visits/${visit.id}`;
    expect(visits.home(visit)).to.equal(at);
    expect(visits.home({ ...visit, activityId: "tests" })).to.equal(`${at}/activities/tests`);
    expect(visits.home({ ...visit, errand: { kind: "review", personId: "p" } })).to.equal(`${at}/review`);
  });

  it("names its browser by a cookie with exactly these attributes", async () => {
    const { setCookie } = await begin();
    expect(setCookie).to.match(
      /^__Host-tessera-browser=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=None; Partitioned$/,
    );
  });

  it("gives a browser one cookie only, and knows it again", async () => {
    const first = await begin();
    const second = await begin(first.cookie);
    expect(second.setCookie).to.equal("");
    expect(second).to.include({ kept: true });
    expect(second.visit.browserHash).to.equal(first.visit.browserHash);
    expect(first.cookie).not.to.contain(first.visit.browserHash);
    expect(JSON.stringify(await store.visits.findVisit(first.visit.id))).not.to.contain(
      first.cookie.split("=")[1],
    );
  });

  it("gives a new cookie for one that it never made", async () => {
    for (const cookie of [
      "__Host-tessera-browser=short",
      "tessera-browser=" + "a".repeat(43),
      `__Host-tessera-browser="${"a".repeat(43)}"`,
      "=;=;;",
      `x__Host-tessera-browser=${"a".repeat(43)}`,
    ]) {
      expect((await begin(cookie)).setCookie, cookie).to.contain("__Host-tessera-browser=");
    }
  });

  it("has an id of 144 random bits in its address, and lasts a training day", async () => {
    const { path, visit } = await begin();
    expect(path).to.equal(`/visits/${visit.id}/page`);
    expect(visit.id).to.match(/^[\w-]{24}$/);
    expect([visit.startedAt, visit.expiresAt]).to.deep.equal([clock.now(), clock.now() + hours(10)]);
  });

  it("is open to its own browser, among other cookies too", async () => {
    const { path, cookie, visit } = await begin();
    for (const sent of [cookie, `a=b; ${cookie}`, `a=b;${cookie};c=d`]) {
      const answer = await as(sent, path);
      expect(answer.status).to.equal(200);
      expect(answer.text).to.contain(`/visits/${visit.id} `);
    }
    expect(JSON.parse((await as(cookie, path.replace("page", "who"))).text)).to.deep.equal(visit);
  });

  it("may be framed by its platform alone, and is kept in no cache", async () => {
    const { path, cookie } = await begin();
    const { headers } = await as(cookie, path);
    expect(headers["content-security-policy"]).to.match(/frame-ancestors https:\/\/lms\.example$/);
    expect(headers["cache-control"]).to.equal("private, no-store");
    const missing = await as(cookie, path.replace("page", "nothing"));
    expect(missing.headers["content-security-policy"]).to.match(/frame-ancestors https:\/\/lms\.example$/);
    expect(missing.headers["cache-control"]).to.equal("private, no-store");
  });

  it("is closed to another browser, to one without the cookie, and to one that sends the cookie's hash", async () => {
    const { path, visit } = await begin();
    const other = await begin();
    for (const cookie of [other.cookie, "", `__Host-tessera-browser=${visit.browserHash}`]) {
      refused(await as(cookie, path), 403, "visit_of_another_browser");
    }
  });

  it("is unknown by an id that does not exist or can't be one", async () => {
    const { cookie, visit } = await begin();
    const { id } = visit;
    const ids = [
      "a".repeat(24),
      id.slice(1),
      `${id}x`,
      id.toLowerCase() + "A",
      "%00".repeat(8),
      "..%2f",
      "__proto__",
      "%24ne",
      `${id}%0a`,
      "x".repeat(5000),
    ];
    for (const wrong of ids) refused(await as(cookie, `/visits/${wrong}/page`), 404, "visit_unknown");
    expect((await as(cookie, "/visits/%ff/page")).status).to.equal(400);
  });

  it("ends when its time is over, and not a millisecond before", async () => {
    const { path, cookie } = await begin();
    clock.advance(hours(10) - 1);
    expect((await as(cookie, path)).status).to.equal(200);
    clock.advance(1);
    refused(await as(cookie, path), 410, "visit_expired");
    expect(await store.visits.purgeVisits(clock.now() + 1)).to.equal(1);
    refused(await as(cookie, path), 404, "visit_unknown");
  });

  it("opens a page to its roles only", async () => {
    const { path, cookie, visit } = await begin();
    const answer = await as(cookie, path.replace("page", "marks"));
    expect([answer.status, answer.text.includes("role_not_allowed")]).to.deep.equal([403, true]);
    const instructor = await visits.begin({ ...details, role: "instructor", browserHash: visit.browserHash });
    expect((await as(cookie, visits.path(instructor, "/marks"))).text).to.equal("marks");
  });

  it("does not exist outside its gate", async () => {
    expect((await site.ask("/outside")).status).to.equal(404);
  });

  describe("takes in a form", () => {
    const tokenOf = async ({ cookie, path }: Begun): Promise<string> =>
      /\/visits\/\S+ ([\w-]+)/.exec((await as(cookie, path)).text)?.[1] ?? "";
    const send = (to: Begun, cookie: string, body: string, headers = {}): Promise<Answer> =>
      site.post(to.path.replace("page", "save"), body, { cookie, ...headers });

    it("that its own page made", async () => {
      const begun = await begin();
      const token = await tokenOf(begun);
      expect(token).to.match(/^[\w-]{43}$/);
      expect((await send(begun, begun.cookie, `token=${token}&a=1`)).text).to.equal("saved");
    });

    it("but none without a token, or with a wrong, repeated or foreign one", async () => {
      const begun = await begin();
      const sibling = await begin(begun.cookie);
      const stranger = await begin();
      const token = await tokenOf(begun);
      const wrong = [
        "",
        "token=",
        `token=${token}x`,
        `token=${token.slice(1)}`,
        `token=${token}&token=${token}`,
        `token[]=${token}`,
        `Token=${token}`,
        `token=${token}%00`,
        `token=${await tokenOf(sibling)}`,
        `token=${await tokenOf(stranger)}`,
        `token=${begun.visit.id}`,
        `token=${"é".repeat(43)}`,
      ];
      for (const body of wrong) {
        const answer = await send(begun, begun.cookie, body);
        expect([answer.status, answer.text.includes("form_expired")], body).to.deep.equal([403, true]);
      }
      for (const type of ["multipart/form-data; boundary=x", "text/plain", "application/json"]) {
        expect((await send(begun, begun.cookie, `token=${token}`, { "content-type": type })).status).to.equal(
          403,
        );
      }
    });

    it("but none from another browser, even with the right token", async () => {
      const begun = await begin();
      const stranger = await begin();
      const token = await tokenOf(begun);
      refused(await send(begun, stranger.cookie, `token=${token}`), 403, "visit_of_another_browser");
      refused(await send(begun, "", `token=${token}`), 403, "visit_of_another_browser");
    });
  });

  it("has ids that nobody can foresee", async () => {
    const newId = createNewId(clock);
    const all = await Promise.all(
      Array.from({ length: 200 }, () => visits.begin({ ...details, browserHash: newId() })),
    );
    expect(new Set(all.map(({ id }) => id)).size).to.equal(200);
  });
});
