import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { CurriculumModule } from "../../src/standards/curriculum/index.js";
import { until } from "./chromium.js";
import { twoFreePorts } from "./ports.js";
import type { ToolProcess, ToolStarter } from "./tool-process.js";
import { Trainee } from "./trainee.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a command of the terminal came to. */
export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An answer of the verifier in short: `XB yes partial` of a jurisdiction, else `standing yes valid`. */
export interface VerifiedAnswer {
  readonly question: string;
  readonly answer: string;
  readonly reason: string;
  readonly text: string;
  readonly asOf?: string;
  readonly recognition?: Readonly<Record<string, unknown>> & { readonly jurisdiction: string };
}

export const inShort = (answers: readonly VerifiedAnswer[]): string[] =>
  answers.map(({ question, answer, reason, recognition }) =>
    [recognition?.jurisdiction ?? question, answer, reason].join(" "),
  );

export interface InstallationOptions {
  /** Has the invented jurisdictions and the sandbox LMS. */
  readonly demonstration: boolean;
  /** DIDs of roots to trust, made of this installation's own port; absent: as the tool does by itself. */
  readonly port?: number;
  readonly roots?: readonly string[];
}

/** The DID of an authority of the installation on this port. */
export const authorityDid = (port: number, slug: string): string =>
  `did:web:localhost%3A${String(port)}:authorities:${slug}`;

/** An installation with a folder of its own, served by a process that can be ended and started again. */
export class Installation {
  readonly origin: string;
  readonly sandboxOrigin: string;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ToolProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    settings: Readonly<Record<string, string>>,
    private readonly starter: ToolStarter,
  ) {
    this.origin = `http://localhost:${String(port)}`;
    this.sandboxOrigin = `http://127.0.0.1:${String(port + 1)}`;
    this.#environment = {
      TESSERA_URL: this.origin,
      TESSERA_DATABASE: `file:${join(folder, "tessera.db")}`,
      TESSERA_LTI_CONFIG: join(folder, "lti-config"),
      ...settings,
    };
  }

  /** Nothing runs yet. */
  static async prepare(
    starter: ToolStarter,
    { demonstration, roots, port }: InstallationOptions,
  ): Promise<Installation> {
    const folder = await mkdtemp(join(tmpdir(), "tessera-installation-"));
    const onOff = demonstration ? "on" : "off";
    const settings: Record<string, string> = { TESSERA_DEMONSTRATION: onOff, TESSERA_SANDBOX: onOff };
    if (roots) {
      settings.TESSERA_TRUST_ROOTS = join(folder, "roots.json");
      await writeFile(settings.TESSERA_TRUST_ROOTS, JSON.stringify(roots));
    }
    return new Installation(folder, port ?? (await twoFreePorts()), settings, starter);
  }

  get database(): string {
    return join(this.folder, "tessera.db");
  }

  async start(): Promise<void> {
    this.#process = await this.starter.start(this.#environment);
    expect(await this.#process.ready, this.#process.output()).to.equal(true);
  }

  /** SIGTERM, and the exit code. */
  async stop(): Promise<number | null> {
    return (await this.#process?.stop()) ?? null;
  }

  async remove(): Promise<void> {
    await this.#process?.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** `tessera …` beside it, with the same settings. */
  async tessera(...words: readonly string[]): Promise<Told> {
    const { PATH = "", HOME = "" } = process.env;
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        ["src/cli/tessera.js", ...words],
        { cwd: root, env: { PATH, HOME, ...this.#environment } },
        (error, stdout, stderr) => {
          const code = error ? error.code : 0;
          if (typeof code === "number") resolve({ code, stdout, stderr });
          else reject(new Error(`tessera ${words.join(" ")} ended by ${String(error?.signal)}`));
        },
      );
    });
  }

  /** As `tessera`, for what has to succeed; answers stdout. */
  async does(...words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tessera(...words);
    expect(code, `tessera ${words.join(" ")}\n${stdout}${stderr}`).to.equal(0);
    return stdout;
  }

  /** What its public page says of a certificate, as a program asks. */
  async verified(certificate: string, on?: string): Promise<VerifiedAnswer[]> {
    const query = new URLSearchParams({ url: certificate, ...(on === undefined ? {} : { on }) });
    const answer = await fetch(`${this.origin}/verify?${query.toString()}`, {
      headers: { accept: "application/json" },
    });
    const text = await answer.text();
    expect(answer.status, text).to.equal(200);
    return (JSON.parse(text) as { answers: VerifiedAnswer[] }).answers;
  }

  /** A trainee goes the whole way through a module; answers the address of the certificate that comes of it. */
  async certificateBy(userKey: string, module: CurriculumModule): Promise<string> {
    const trainee = new Trainee({ sandboxOrigin: this.sandboxOrigin, userKey, module });
    await trainee.complete();
    return until(
      "the certificate",
      async () => {
        const { html } = await trainee.browser.get(`${trainee.home ?? ""}/programmes`);
        const [, path] = /href="([^"]*\/certificates\/[\w-]+)"/.exec(html) ?? [];
        return path === undefined ? undefined : new URL(path, this.origin).href;
      },
      60_000,
    );
  }
}
