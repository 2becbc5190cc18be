import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { sealJson } from "../../../src/standards/vc/index.js";
import { aCertificate, aDidKey, aStranger, today, type Stranger } from "./a-stranger.js";
import { doorAt, inShort, type Page } from "./a-verifier.js";
import { bombs } from "./bombs.js";
import { hardDatasets, mib, packed, signedDataset, upload } from "./harm.js";

const longestMs = 5_000;
const mostMib = 200;
const hasProc = existsSync("/proc/self/clear_refs");

/**
 * Both figures of each promise, as the kernel tells them: the most memory that the process had at any moment (VmHWM),
 * beyond what it had before, and the time until its answer.
 */
(hasProc ? describe : describe.skip)(
  "what harm costs a verifier's process (needs Linux's /proc)",
  function () {
    this.timeout(60_000);
    let process: ChildProcess;
    let open: ReturnType<typeof doorAt>;
    let strict: ReturnType<typeof doorAt>;
    let stranger: Stranger;
    before(async () => {
      stranger = await aStranger();
      process = fork(fileURLToPath(new URL("door-process.ts", import.meta.url)), {
        execArgv: ["--import=tsx"],
      });
      const [ports] = (await once(process, "message")) as [{ open: number; strict: number }];
      open = doorAt(ports.open);
      strict = doorAt(ports.strict);
      // What is loaded late is loaded once: jsonld, and the thread for large documents with it.
      await open.ofText(await stranger.certificate());
      await open.ofText(signedDataset(hardDatasets["ring of 560"]));
    });
    after(async () => {
      process.disconnect();
      await once(process, "exit");
      await stranger.close();
    });

    function mibOf(line: "VmRSS" | "VmHWM"): number {
      const status = readFileSync(`/proc/${process.pid ?? 0}/status`, "utf8");
      return Number(new RegExp(`^${line}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? NaN) / 1024;
    }

    async function bounded<T>(work: () => Promise<T>, ms = longestMs): Promise<T> {
      // Forgets the peak that it had (proc(5)).
      writeFileSync(`/proc/${process.pid ?? 0}/clear_refs`, "5");
      const [begun, before] = [performance.now(), mibOf("VmRSS")];
      const result = await work();
      expect(performance.now() - begun, "milliseconds").to.be.lessThan(ms);
      expect(mibOf("VmHWM") - before, "MiB").to.be.lessThan(mostMib);
      return result;
    }
    const withList = async (encodedList: string): Promise<Page> => {
      stranger.json("/status/1", await stranger.list({}, { encodedList }));
      const text = await stranger.certificate();
      return bounded(() => open.ofText(text));
    };

    it("is seen: a process that holds 300 MiB has them at its peak", async () => {
      const holding = fork(fileURLToPath(new URL("holding.cjs", import.meta.url)), [String(300 * mib)]);
      const doorsOwn = process;
      process = holding;
      try {
        await once(holding, "message");
        expect(mibOf("VmHWM")).to.be.greaterThan(300);
      } finally {
        process = doorsOwn;
        holding.disconnect();
      }
    });

    it("a gzip bomb as status list", async () => {
      const page = await withList(packed(Buffer.alloc(300 * mib)));
      expect(inShort(page)).to.include({ unaltered: "yes bothMatch", standing: "unknown listMalformed" });
    });

    for (const [name, evidence] of Object.entries(hardDatasets)) {
      it(`a poisoned RDF dataset: ${name}`, async () => {
        const text = signedDataset(evidence);
        const page = await bounded(() => open.ofText(text));
        expect(inShort(page).unaltered).to.equal("unknown tooMuchWork");
      });
    }

    for (const length of ["announced", "not announced"] as const) {
      it(`a file of 100 MB, its length ${length}`, async () => {
        const { status, html } = await bounded(() => upload(open.base, length));
        expect(status).to.equal(413);
        expect(html).to.contain("too large for a certificate");
      });
    }

    it("a file of 100 MB at an address", async () => {
      const chunk = Buffer.alloc(mib, "x");
      stranger.pages.set("/large", (_req, res) => {
        let left = 100;
        const more = (): void => {
          while (left > 0 && !res.destroyed) {
            left -= 1;
            if (!res.write(chunk)) {
              res.once("drain", more);
              return;
            }
          }
          res.end();
        };
        more();
      });
      const page = await bounded(() => open.ofUrl(`${stranger.origin}/large`));
      expect(page.status).to.equal(422);
      expect(page.html).to.contain("too large");
    });

    for (const [name, make] of Object.entries(bombs)) {
      it(name, async () => {
        const bytes = new Uint8Array(make());
        const page = await bounded(() => open.ofFile(bytes, name.slice(0, name.indexOf(":"))));
        expect(page.status).to.be.oneOf([413, 422]);
        expect(page.answers).to.deep.equal({});
      });
    }

    it("forty of the largest files at once", async () => {
      const bytes = new Uint8Array(bombs["bomb.svg: a million attributes"]!());
      const all = Array.from({ length: 40 }, () => open.ofFile(bytes, "b.svg").catch(() => undefined));
      // Forty times 8 MiB are sent and read; how long that takes is not what is promised.
      const pages = await bounded(() => Promise.all(all), 50_000);
      const statuses = pages.flatMap((page) => (page ? [page.status] : []));
      // Who may not send yet is told so, or cut off while sending.
      expect(new Set(statuses)).to.deep.equal(new Set([413, 503]));
      const after = await open.ofText(await stranger.certificate());
      expect(inShort(after).unaltered).to.equal("yes bothMatch");
    });

    it("a did:web on a private address", async () => {
      const before = stranger.asked.length;
      for (const host of ["localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254"]) {
        const did = `did:web:${host}%3A${stranger.port}:far`;
        const { key } = aDidKey();
        const sealed = sealJson(aCertificate(did), { ...key, verificationMethod: `${did}#key-1` }, today);
        const page = await bounded(() => strict.ofText(JSON.stringify(sealed)));
        expect(inShort(page).unaltered, host).to.equal("unknown keysNotReached");
        expect(page.answers.unaltered?.words, host).to.contain("inside a private network");
      }
      expect(stranger.asked.length).to.equal(before);
    });

    it("a status list of a wrong length", async () => {
      for (const bytes of [0, 1024, 16 * 1024 - 1, 3 * mib]) {
        const page = await withList(packed(Buffer.alloc(bytes)));
        expect(inShort(page), String(bytes)).to.include({
          unaltered: "yes bothMatch",
          standing: "unknown listMalformed",
        });
      }
    });

    it("an index out of range", async () => {
      stranger.json("/status/1", await stranger.list());
      for (const index of ["131072", "999999999999999", "-1"]) {
        const text = await stranger.certificate({ credentialStatus: stranger.entry(index) });
        const page = await bounded(() => open.ofText(text));
        expect(inShort(page), index).to.include({
          unaltered: "yes bothMatch",
          standing: "unknown listIndex",
        });
      }
    });
  },
);
