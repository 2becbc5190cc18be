import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { beforeVisits } from "../src/doors.js";
import { loadCatalogues } from "../src/foundation/i18n/index.js";
import { createVisits, ensureBrowser } from "../src/foundation/web/index.js";
import { aSite } from "./foundation/web/site.js";
import { fixedAt } from "./kit/clock.js";
import { aStore } from "./kit/store.js";
import { aTool, type Tool } from "./kit/tool.js";

/** How many requests of one address a minute each door lets in, and what it says to those. */
const doors = [
  ["/lti/login", 1200, 400],
  ["/oauth/token", 120, 405],
  ["/verify?url=nothing", 240, 400],
  ["/certificates/none", 600, 404],
] as const;

describe("what anyone may knock at", function () {
  this.timeout(60_000);
  const clock = fixedAt("2026-11-21T09:00:00Z");
  let tool: Tool;
  before(async () => {
    tool = await aTool({ clock });
  });
  after(() => tool.close());

  const knock = async (path: string, method = "GET"): Promise<number> =>
    (await fetch(`${tool.origin}${path}`, { method, headers: { accept: "application/json" } })).status;
  const knocks = async (path: string, times: number): Promise<Set<number>> => {
    const statuses = new Set<number>();
    for (let at = 0; at < times; at += 50) {
      const some = Array.from({ length: Math.min(50, times - at) }, () => knock(path));
      for (const status of await Promise.all(some)) statuses.add(status);
    }
    return statuses;
  };

  for (const [path, most, status] of doors)
    it(`lets ${most} a minute in at ${path}, and those of the next minute`, async () => {
      expect([...(await knocks(path, most))]).to.deep.equal([status]);
      expect(await knock(path)).to.equal(429);
      expect(await knock("/lti/launch"), "another door").to.equal(200);
      clock.advance(60_000);
      expect(await knock(path)).to.equal(status);
    });

  it("counts a login by whichever way it comes in", async () => {
    clock.advance(60_000);
    await knocks("/lti/login", 1200);
    expect(await knock("/lti/login/")).to.equal(429);
    expect(await knock("/lti/login", "HEAD")).to.equal(429);
  });
});

describe("a visit's pages", () => {
  it("speak the language that the platform said at the launch, before the browser's", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tessera-languages-"));
    for (const locale of ["en", "fr", "es"]) {
      mkdirSync(join(folder, locale));
      writeFileSync(join(folder, locale, "room.json"), JSON.stringify({ room: { word: locale } }));
    }
    const catalogues = loadCatalogues(folder);
    const clock = fixedAt("2026-11-21T09:00:00Z");
    const storage = await aStore(clock);
    const visits = createVisits({ store: storage.visits, clock, csrfKey: Buffer.alloc(32, 7) });
    const site = await aSite(
      (app) => {
        app.get("/enter/:locale", async (req, res) => {
          const visit = await visits.begin({
            ...{ academyId: "a", jurisdictionId: "XA", personId: "p", role: "trainee", moduleId: "M01" },
            ...{ platformId: "platform", placementId: "placement", frameOrigin: "https://lms.example" },
            ...{ browserHash: ensureBrowser(req, res).hash, locale: req.params.locale },
          });
          res.send(visits.path(visit));
        });
        app.use("/visits/:visit", ...beforeVisits(visits, catalogues));
        app.get("/visits/:visit", (_req, res) => void res.send((res.locals as { lang: string }).lang));
      },
      { catalogues, clock },
    );
    const spoken = async (launched: string, browser: string): Promise<string> => {
      const entered = await site.ask(`/enter/${launched}`);
      const cookie = entered.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
      return (await site.ask(entered.text, { headers: { cookie, "accept-language": browser } })).text;
    };
    expect(await spoken("fr", "es")).to.equal("fr");
    expect(await spoken("tlh", "es")).to.equal("es");
    expect(await spoken("tlh", "tlh")).to.equal("en");
    await site.close();
    await storage.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
