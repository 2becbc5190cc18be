import type { ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

const require = createRequire(import.meta.url);
const filesOf = (name: string): string => join(dirname(require.resolve(`${name}/package.json`)), "files");

/** Where the assets lie. */
export const assetRoots = {
  own: fileURLToPath(new URL("../../../views/assets", import.meta.url)),
  fonts: [
    filesOf("@fontsource/source-sans-3"),
    filesOf("@fontsource-variable/source-serif-4"),
    filesOf("@fontsource/noto-sans-arabic"),
  ],
  /** Reads QR codes where the browser can't. */
  modules: [join(dirname(require.resolve("jsqr/package.json")), "dist")],
} as const;

/**
 * Serves `/assets`: our own styles and modules, the fonts under `/assets/fonts`, and others' modules under
 * `/assets/modules`. What is asked for by its version
 * (`?v=`, which the `asset` helper adds) is kept for ever, all else is asked for again.
 */
export function assetRoutes(): Router {
  const router = express.Router();
  const options = {
    index: false,
    redirect: false,
    cacheControl: false,
    setHeaders: (res: ServerResponse) => {
      const versioned = /\?v=[\w-]+$/.test(res.req.url ?? "");
      res.setHeader("Cache-Control", versioned ? "public, max-age=31536000, immutable" : "no-cache");
    },
  } as const;
  for (const root of assetRoots.fonts) router.use("/fonts", express.static(root, options));
  for (const root of assetRoots.modules) router.use("/modules", express.static(root, options));
  router.use(express.static(assetRoots.own, options));
  return router;
}
