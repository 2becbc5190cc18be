import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The tool's sources as plain JavaScript, beside the same content and packages. */
export interface PlainTool {
  /** `test/kit/standby.ts` with all that it imports. */
  readonly script: string;
  remove(): void;
}

interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): unknown;
}

/** The loader's own, so that both read TypeScript alike. */
const esbuild = createRequire(createRequire(import.meta.url).resolve("tsx/package.json"))(
  "esbuild",
) as Esbuild;

const asNode = { platform: "node", format: "esm", target: "node20", logLevel: "error" };

/**
 * Takes the types out of the sources once, where the loader would in each process, and puts them and the packages into
 * one file: a tool that is started hundreds of times then needs a third of the processor's time for it. What each
 * source knows as its own address stays the same, and what is read by its address is there too.
 */
export function plainTool(): PlainTool {
  const folder = mkdtempSync(join(tmpdir(), "tessera-plain-"));
  const inSrc = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const standby = relative(root, fileURLToPath(new URL("standby.ts", import.meta.url)));
  const files = [...inSrc, standby];
  const sources = files.filter((file) => file.endsWith(".ts"));
  esbuild.buildSync({
    ...asNode,
    ...{ absWorkingDir: root, entryPoints: sources, outbase: ".", outdir: folder },
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  for (const file of sources) tellAddress(join(folder, file.replace(/\.ts$/, ".js")));
  for (const file of files.filter((one) => !one.endsWith(".ts"))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  for (const name of ["node_modules", "views", "curriculum", "xapi-profiles", "package.json"])
    symlinkSync(join(root, name), join(folder, name));
  return {
    script: inOneFile(folder, standby.replace(/ts$/, "js")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** In one file with others a source would no more know where it stands. */
function tellAddress(file: string): void {
  const source = readFileSync(file, "utf8");
  writeFileSync(file, source.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(file).href)));
}

function inOneFile(folder: string, entry: string): string {
  const script = join(folder, entry.replace(/js$/, "mjs"));
  const here = JSON.stringify(join(folder, entry));
  const banner = [
    'import { createRequire as requireFrom } from "node:module";',
    `const require = requireFrom(${here});`,
    `const __filename = ${here}, __dirname = ${JSON.stringify(dirname(join(folder, entry)))};`,
  ];
  esbuild.buildSync({
    ...asNode,
    ...{ absWorkingDir: folder, entryPoints: [entry], outfile: script, bundle: true },
    // It finds its binary by where it stands.
    external: ["better-sqlite3"],
    banner: { js: banner.join("\n") },
  });
  return script;
}
