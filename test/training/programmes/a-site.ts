import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger } from "../../../src/foundation/kernel/index.js";
import { createWebApp, ensureBrowser, type VisitRole } from "../../../src/foundation/web/index.js";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { aProgrammeRoom, pathOf, tenant, type Room } from "./a-programme.js";

/** The programmes' page over real HTTP: what a launch does is done by `/enter`. */
export interface Site extends Room {
  /** The address that begins a visit and leads to its programmes. */
  readonly door: (role: VisitRole, personId: string) => string;
  readonly close: () => Promise<void>;
}

export async function aSite(curriculum: Curriculum, moduleId = "M01"): Promise<Site> {
  const room = await aProgrammeRoom(curriculum);
  const { visits, routes, clock, newId, storage } = room;
  const app = createWebApp(
    {
      ...{ production: false, proxies: 0, layout: "main", clock, newId },
      viewsDirectory: pathOf("views"),
      catalogues: loadCatalogues(pathOf("views/locales")),
      logger: createLogger("silent"),
    },
    (express) => {
      express.get("/enter/:role/:person", async (req, res) => {
        const visit = await visits.begin({
          ...tenant,
          ...{ platformId: "platform-1", placementId: "placement-1", moduleId, locale: "en" },
          browserHash: ensureBrowser(req, res).hash,
          personId: req.params.person,
          role: req.params.role as VisitRole,
          frameOrigin: "http://127.0.0.1:1",
        });
        res.redirect(303, visits.path(visit, "/programmes"));
      });
      express.use("/visits/:visit/programmes", visits.gate, routes);
    },
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${String((server.address() as AddressInfo).port)}`;
  return {
    ...room,
    door: (role, personId) => `${origin}/enter/${role}/${personId}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await storage.close();
    },
  };
}
