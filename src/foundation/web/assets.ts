import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

const require = createRequire(import.meta.url);
const filesOf = (name: string): string => join(dirname(require.resolve(`${name}/package.json`)), "files");

/** Where the assets lie. */
export const assetRoots = {
  own: fileURLToPath(new URL("../../../views/assets", import.meta.url)),
  fonts: [filesOf("@fontsource/source-sans-3"), filesOf("@fontsource-variable/source-serif-4")],
} as const;

/** Serves `/assets`: our own styles and modules, and the fonts under `/assets/fonts`. */
export function assetRoutes(): Router {
  const router = express.Router();
  const options = { index: false, redirect: false, immutable: true, maxAge: "365d" } as const;
  for (const root of assetRoots.fonts) router.use("/fonts", express.static(root, options));
  // Frames have an opaque or another origin in some platforms; fonts are fetched in CORS mode.
  router.use(
    express.static(assetRoots.own, {
      ...options,
      setHeaders: (res) => res.setHeader("X-Content-Type-Options", "nosniff"),
    }),
  );
  return router;
}
