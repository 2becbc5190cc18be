import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { createLogger, createNewId, type Clock } from "../../../src/foundation/kernel/index.js";
import { createOutbound, type Outbound } from "../../../src/foundation/outbound/index.js";
import { createWebApp } from "../../../src/foundation/web/index.js";
import {
  createProofWorker,
  createResolver,
  createVerifier,
  verificationRoutes,
  type ProofWorker,
  type VerifierDeps,
} from "../../../src/trust/verification/index.js";
import { fixedAt } from "../../kit/clock.js";

const views = fileURLToPath(new URL("../../../views", import.meta.url));

export interface VerifierOptions {
  readonly clock?: Clock;
  /** Default: true, since strangers are servers on loopback. */
  readonly allowPrivate?: boolean;
  readonly outbound?: Outbound;
  readonly worker?: ProofWorker;
  readonly origin?: string;
  readonly local?: (url: string) => Promise<string | undefined>;
  readonly own?: VerifierDeps["own"];
  readonly issuers?: VerifierDeps["issuers"];
  readonly most?: number;
  readonly recognition?: VerifierDeps["recognition"];
  readonly history?: VerifierDeps["history"];
  readonly trust?: VerifierDeps["trust"];
  readonly challenges?: VerifierDeps["challenges"];
}

/** An answer as the page shows it. */
export interface Shown {
  readonly answer: string;
  readonly reason: string;
  readonly words: string;
  readonly jurisdiction: string | undefined;
}

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** By question; empty when the page is not one of answers. */
  readonly answers: Readonly<Record<string, Shown>>;
}

export type FrontDoor = Awaited<ReturnType<typeof aVerifier>>;

/** Those of some options that are there. */
function given<Name extends keyof VerifierOptions>(
  options: VerifierOptions,
  names: readonly Name[],
): Partial<Pick<VerifierDeps, Name & keyof VerifierDeps>> {
  const there = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(there.map((name) => [name, options[name]])) as object;
}

/** The verifier's pages on a real server, with everything real behind them. */
export async function aVerifier(options: VerifierOptions = {}) {
  const { clock = fixedAt("2026-11-21T12:00:00Z"), allowPrivate = true } = options;
  const outbound = options.outbound ?? createOutbound({ allowPrivate, userAgent: "Tessera/test" });
  const worker = options.worker ?? createProofWorker();
  const resolver = createResolver({
    ...{ outbound, allowPrivate, clock },
    origin: options.origin,
    local: options.local ?? (() => Promise.resolve(undefined)),
  });
  const verifier = createVerifier({
    ...{ resolver, clock },
    check: worker.check,
    issuers: options.issuers ?? (() => Promise.resolve(undefined)),
    ...given(options, ["own", "most", "recognition", "history", "trust", "challenges"]),
  });
  const catalogues = loadCatalogues(`${views}/locales`);
  const lines: string[] = [];
  const app = createWebApp(
    {
      ...{ production: false, proxies: 0, layout: "main", clock, newId: createNewId(clock) },
      logger: createLogger("info", { write: (line) => void lines.push(line) }),
      catalogues,
      viewsDirectory: views,
    },
    (express) => void express.use("/verify", verificationRoutes({ verifier, catalogues, clock })),
  );
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const port = (server.address() as AddressInfo).port;
  return {
    ...{ verifier, port, ...doorAt(port) },
    log: () => lines.join(""),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await Promise.all([worker.close(), outbound.close()]);
    },
  };
}

/** The verifier's pages as whoever comes to them sees them, wherever they are served. */
export function doorAt(port: number) {
  const base = `http://127.0.0.1:${port}`;
  const send = async (path: string, init: RequestInit = {}): Promise<Page> =>
    pageOf(await fetch(`${base}/verify${path}`, { redirect: "manual", ...init }));
  return {
    ...{ base, send },
    ofUrl: (url: string, on = ""): Promise<Page> => send(`?${new URLSearchParams({ url, on }).toString()}`),
    ofText: (text: string, on = ""): Promise<Page> =>
      send("", { method: "POST", body: new URLSearchParams({ text, on }) }),
    ofFile: (content: string | Uint8Array<ArrayBuffer>, name = "certificate.json"): Promise<Page> => {
      const form = new FormData();
      form.set("url", "");
      form.set("file", new Blob([content]), name);
      form.set("text", "");
      return send("", { method: "POST", body: form });
    },
    ofCode: (certificate: string, code: string): Promise<Page> =>
      send("/holder", { method: "POST", body: new URLSearchParams({ certificate, code }) }),
  };
}

const row =
  /<li data-question="(\w+)" data-answer="(\w+)" data-reason="([\w-]+)"(?: data-jurisdiction="(\w+)")?>[\s\S]*?<b>[^<]*<\/b><span class="small muted">([\s\S]*?)<\/span>/g;

async function pageOf(response: Response): Promise<Page> {
  const html = await response.text();
  const answers: Record<string, Shown> = {};
  for (const [, question = "", answer = "", reason = "", jurisdiction, words = ""] of html.matchAll(row)) {
    // Each jurisdiction has an answer of its own.
    const name = jurisdiction === undefined ? question : `${question} ${jurisdiction}`;
    answers[name] = { answer, reason, jurisdiction, words: unescape(words) };
  }
  return { status: response.status, headers: response.headers, html, answers };
}

function unescape(text: string): string {
  return text
    .replaceAll("&#x27;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** Each answer in short: `yes bothMatch`. */
export function inShort({ answers }: Page): Record<string, string> {
  return Object.fromEntries(
    Object.entries(answers).map(([question, { answer, reason }]) => [question, `${answer} ${reason}`]),
  );
}
