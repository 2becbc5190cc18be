import { expect } from "chai";
import { connect, createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { createOutbound, type Outbound } from "../../../src/foundation/outbound/index.js";
import { contexts, sealJson, secure } from "../../../src/standards/vc/index.js";
import { aCertificate, aDidKey, aStranger, today, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor, type Page } from "./a-verifier.js";
import { formHead, formType, hardDatasets, mib, packed, signedDataset, upload } from "./harm.js";

/** The verifier is a target too: whatever it is given, it answers within 5 s and 200 MB. */
describe("the verifier's front door, when harm is meant", function () {
  this.timeout(30_000);
  let stranger: Stranger;
  let door: FrontDoor;
  const close: (() => unknown)[] = [];
  beforeEach(async () => {
    [stranger, door] = await Promise.all([aStranger(), aVerifier()]);
    // What is loaded late is loaded once, and is no matter of these bounds.
    await door.ofText(await stranger.certificate());
    stranger.asked.length = 0;
  });
  afterEach(async () => {
    await Promise.all([door.close(), stranger.close(), ...close.splice(0).map((end) => end())]);
  });

  /** Does it, and holds it to the bounds. */
  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    const [begun, before] = [performance.now(), process.memoryUsage().rss];
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 10);
    try {
      return await work();
    } finally {
      clearInterval(watch);
      expect(performance.now() - begun, "milliseconds").to.be.lessThan(5000);
      expect((peak - before) / mib, "MiB").to.be.lessThan(200);
    }
  }

  /** What goes to a public host by its name comes from the stranger's server; all else takes the strict way out. */
  function internet(hosts: Readonly<Record<string, string>>): Outbound {
    const [near, strict] = [true, false].map((allowPrivate) =>
      createOutbound({ allowPrivate, userAgent: "Tessera/test" }),
    ) as [Outbound, Outbound];
    return {
      fetch: (url, options) => {
        const { host, pathname, protocol } = new URL(url);
        const origin = protocol === "https:" ? hosts[host] : undefined;
        return origin ? near.fetch(`${origin}${pathname}`, options) : strict.fetch(url, options);
      },
      close: async () => {
        await Promise.all([near.close(), strict.close()]);
      },
    };
  }
  const production = async (hosts: Readonly<Record<string, string>> = {}): Promise<FrontDoor> => {
    const strict = await aVerifier({ allowPrivate: false, outbound: internet(hosts) });
    close.push(strict.close);
    return strict;
  };
  const withList = async (encodedList: string): Promise<Page> => {
    stranger.json("/status/1", await stranger.list({}, { encodedList }));
    const text = await stranger.certificate();
    return bounded(() => door.ofText(text));
  };

  it("a gzip bomb as status list is no list", async () => {
    const page = await withList(packed(Buffer.alloc(300 * mib)));
    expect(inShort(page)).to.include({ unaltered: "yes bothMatch", standing: "unknown listMalformed" });
  });

  it("an answer that unpacks without end is not read to its end", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * mib, " "));
    const text = await stranger.certificate();
    for (const path of ["/status/1", "/manifest", "/far/did.json"]) {
      stranger.pages.set(path, (_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end(bomb));
    }
    const page = await bounded(() => door.ofText(text));
    expect(inShort(page).unaltered).to.equal("unknown keysNotReached");
    expect(page.answers.unaltered?.words).to.contain("too large");
  });

  it("a status list that is too short, or has no such place, tells nothing", async () => {
    const short = await withList(packed(Buffer.alloc(1024)));
    expect(inShort(short).standing).to.equal("unknown listMalformed");
    expect(inShort(await withList("uH4sI")).standing).to.equal("unknown listMalformed");
    expect(inShort(await withList("x".repeat(100_000))).standing).to.equal("unknown listMalformed");
    stranger.json("/status/1", await stranger.list());
    for (const index of ["131072", "999999999999999", "9".repeat(400), "-1", "1.5", "0x10", ""]) {
      const text = await stranger.certificate({ credentialStatus: stranger.entry(index) });
      const page = await bounded(() => door.ofText(text));
      expect(inShort(page), index).to.include({ unaltered: "yes bothMatch", standing: "unknown listIndex" });
    }
  });

  describe("a dataset made to be hard to canonicalise", () => {
    for (const [name, evidence] of Object.entries(hardDatasets)) {
      it(`is given up on: ${name}`, async () => {
        const text = signedDataset(evidence);
        const page = await bounded(() => door.ofText(text));
        expect(inShort(page).unaltered).to.equal("unknown tooMuchWork");
      });
    }

    it("holds nobody else up for long", async () => {
      const [text, good] = [signedDataset(hardDatasets["ring of 560"]), await stranger.certificate()];
      const hardOnes = Array.from({ length: 4 }, () => door.ofText(text));
      await new Promise((resolve) => setTimeout(resolve, 300));
      const page = await bounded(() => door.ofText(good));
      expect(inShort(page).unaltered).to.equal("yes bothMatch");
      for (const hardOne of await Promise.all(hardOnes)) expect(hardOne.status).to.equal(200);
    });
  });

  it("terms that are not known here are not fetched", async () => {
    const { did, key } = aDidKey();
    const context = [contexts.credentialsV2, `${stranger.origin}/context`];
    const page = await bounded(() =>
      door.ofText(
        JSON.stringify({
          ...aCertificate(did, { "@context": context }),
          proof: {
            ...{
              type: "DataIntegrityProof",
              cryptosuite: "eddsa-rdfc-2022",
              proofPurpose: "assertionMethod",
            },
            ...{ created: "2026-11-21T12:00:00Z", verificationMethod: key.verificationMethod },
            proofValue: `z${"1".repeat(64)}`,
          },
        }),
      ),
    );
    expect(inShort(page).unaltered).to.equal("unknown termsUnknown");
    expect(stranger.asked).to.deep.equal([]);
  });

  it("JSON as deep as it is long is refused", async () => {
    for (const text of [
      '{"a":'.repeat(60_000),
      "[".repeat(500_000),
      `${'{"a":'.repeat(40)}1${"}".repeat(40)}`,
    ]) {
      const page = await bounded(() => door.ofText(text));
      expect(page.status).to.equal(422);
    }
  });

  describe("a file of 100 MB", () => {
    it("is refused by its announced length", async () => {
      const { status, html } = await bounded(() => upload(door.base, "announced"));
      expect(status).to.equal(413);
      expect(html).to.contain("too large for a certificate");
    });
    it("is refused when it announces none", async () => {
      const { status } = await bounded(() => upload(door.base, "not announced"));
      expect(status).to.equal(413);
    });
    it("is refused as pasted text too", async () => {
      const body = `text=${"x".repeat(3 * mib)}`;
      const page = await bounded(() =>
        door.send("", {
          method: "POST",
          body,
          headers: { "Content-Type": "application/x-www-form-urlencoded" },
        }),
      );
      expect(page.status).to.equal(413);
      expect(page.html).to.contain("too large for a certificate");
    });

    it("ends the connection of one who goes on sending slowly", async () => {
      const socket = connect(door.port, "127.0.0.1");
      socket.on("error", () => undefined);
      let answered = "";
      socket.on("data", (part: Buffer) => (answered += part.toString()));
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.write(
        `POST /verify HTTP/1.1\r\nHost: x\r\nContent-Type: ${formType}\r\nContent-Length: ${100 * mib}\r\n\r\n${formHead}`,
      );
      const drip = setInterval(() => socket.write("x"), 50);
      await bounded(() => closed);
      clearInterval(drip);
      expect(answered).to.match(/^HTTP\/1.1 413 /);
    });
  });

  describe("in production", () => {
    it("no private address is asked, however it is named", async () => {
      const strict = await production();
      const hosts = ["localhost", "127.0.0.1", "10.0.0.1", "169.254.169.254", "0x7f000001", "127.1"];
      for (const host of hosts) {
        const did = `did:web:${host}%3A${stranger.port}:far`;
        const { key } = aDidKey();
        const sealed = sealJson(aCertificate(did), { ...key, verificationMethod: `${did}#key-1` }, today);
        const page = await bounded(() => strict.ofText(JSON.stringify(sealed)));
        expect(inShort(page).unaltered, host).to.equal("unknown keysNotReached");
        expect(page.answers.unaltered?.words, host).to.contain("inside a private network");
        const byUrl = await bounded(() => strict.ofUrl(`https://${host}:${stranger.port}/c`));
        expect(byUrl.status).to.equal(422);
        expect(byUrl.html).to.contain("inside a private network");
      }
      expect(stranger.asked).to.deep.equal([]);
    });

    it("plain http is not asked, nor anything that is no web address", async () => {
      const strict = await production();
      const plain = await strict.ofUrl(`http://127.0.0.1:${stranger.port}/c`);
      expect(plain.status).to.equal(422);
      for (const url of ["file:///etc/passwd", "javascript:1", "nonsense", "//x", "data:,x"]) {
        expect((await strict.ofUrl(url)).status, url).to.equal(400);
      }
      expect((await strict.ofUrl("https://a:b@far.example/")).status).to.equal(422);
      expect(stranger.asked).to.deep.equal([]);
    });

    it("no redirect leads to a private address", async () => {
      const strict = await production({ "far.example": stranger.origin });
      const text = await stranger.certificate();
      stranger.pages.set("/c", (_req, res) => res.end(text));
      expect((await strict.ofUrl("https://far.example/c")).status).to.equal(200);
      const { port } = stranger;
      for (const target of [
        `https://127.0.0.1:${port}/c`,
        `https://localhost:${port}/c`,
        "https://[::1]/c",
      ]) {
        stranger.asked.length = 0;
        stranger.pages.set("/r", (_req, res) => res.writeHead(302, { Location: target }).end());
        const page = await bounded(() => strict.ofUrl("https://far.example/r"));
        expect(page.status).to.equal(422);
        expect(page.html).to.contain("could not be fetched");
        expect(stranger.asked).to.deep.equal(["/r"]);
      }
      stranger.pages.set("/r", (_req, res) =>
        res.writeHead(302, { Location: `http://127.0.0.1:${port}/c` }).end(),
      );
      expect((await strict.ofUrl("https://far.example/r")).status).to.equal(422);
    });

    it("a status list or seal on a private address is not asked for", async () => {
      const { did, key } = aDidKey();
      const strict = await production();
      const host = `https://localhost:${stranger.port}`;
      const document = aCertificate(did, {
        credentialStatus: {
          ...stranger.entry("5"),
          statusListCredential: `${host}/status/1`,
        },
        evidence: [{ id: `${host}/manifest`, type: ["Evidence"] }],
        relatedResource: [{ id: `${host}/manifest`, digestMultibase: "uEiA" }],
      });
      const text = JSON.stringify(await secure(document, key, today));
      const page = await bounded(() => strict.ofText(text));
      expect(inShort(page)).to.include({
        unaltered: "yes bothMatch",
        standing: "unknown listNotReached",
        evidence: "unknown notReached",
      });
      expect(stranger.asked).to.deep.equal([]);
    });
  });

  describe("a server that never answers is waited for once, and not long", () => {
    const silent = (): void => undefined;

    it("when it has the status list and the seal", async () => {
      const text = await stranger.certificate();
      stranger.pages.set("/status/1", silent);
      stranger.pages.set("/manifest", (_req, res) => res.writeHead(200).flushHeaders());
      const page = await bounded(() => door.ofText(text));
      expect(inShort(page)).to.deep.include({
        unaltered: "yes bothMatch",
        standing: "unknown listNotReached",
        evidence: "unknown notReached",
      });
      expect(page.answers.standing?.words).to.contain("did not answer in time");
    });
    it("when it has the keys, or the certificate itself", async () => {
      const text = await stranger.certificate();
      for (const path of ["/far/did.json", "/c"]) stranger.pages.set(path, silent);
      const [keyless, unread] = await Promise.all([
        bounded(() => door.ofText(text)),
        bounded(() => door.ofUrl(`${stranger.origin}/c`)),
      ]);
      expect(inShort(keyless).unaltered).to.equal("unknown keysNotReached");
      expect(unread.status).to.equal(422);
      expect(unread.html).to.contain("did not answer in time");
    });
    it("nor is it given the time anew for what it brings late", async () => {
      const held = await aVerifier({
        worker: { check: () => new Promise(() => undefined), close: () => Promise.resolve() },
      });
      close.push(held.close);
      const text = await stranger.certificate();
      stranger.pages.set("/c", (_req, res) => void setTimeout(() => res.end(text), 1000));
      const page = await bounded(() => held.ofUrl(`${stranger.origin}/c`));
      expect(inShort(page).unaltered).to.equal("unknown tooMuchWork");
    });
  });

  it("a server that speaks no HTTP is no server", async () => {
    const sockets: Socket[] = [];
    const odd = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      socket.write("HTTP/1.1 200 OK\r\nX-A: ");
      const pour = setInterval(() => socket.write("b".repeat(10_000)), 1);
      socket.once("close", () => clearInterval(pour));
    });
    await new Promise<void>((done) => odd.listen(0, "127.0.0.1", done));
    close.push(() => {
      for (const socket of sockets) socket.destroy();
      odd.close();
    });
    const address = odd.address();
    const port = typeof address === "object" ? address?.port : 0;
    const page = await bounded(() => door.ofUrl(`http://127.0.0.1:${String(port)}/c`));
    expect(page.status).to.equal(422);
  });

  it("nobody is asked more than six times for one certificate", async () => {
    for (const n of [1, 2, 3]) {
      for (const hop of [0, 1, 2, 3]) {
        const next = `/l${n}/${hop + 1}`;
        stranger.pages.set(`/l${n}/${hop}`, (_req, res) => res.writeHead(302, { Location: next }).end());
      }
    }
    const credentialStatus = [1, 2, 3].map((n) => ({
      ...stranger.entry("5"),
      statusListCredential: `${stranger.origin}/l${n}/0`,
    }));
    const text = await stranger.certificate({ credentialStatus });
    const page = await bounded(() => door.ofText(text));
    expect(page.answers.standing?.answer).to.equal("unknown");
    expect(stranger.asked.length).to.be.at.most(6);
    const many = await stranger.certificate({
      credentialStatus: Array.from({ length: 50 }, () => stranger.entry("5")),
    });
    expect(inShort(await door.ofText(many)).standing).to.equal("unknown listsTooMany");
  });

  it("who asks with many at once is told to wait, and everybody else is served", async () => {
    const few = await aVerifier({ most: 3 });
    close.push(few.close);
    stranger.pages.set("/slow", () => undefined);
    const slow = Array.from({ length: 8 }, () => few.ofUrl(`${stranger.origin}/slow`));
    const pages = await bounded(() => Promise.all(slow));
    const statuses = pages.map(({ status }) => status);
    expect(statuses.filter((status) => status === 503)).to.have.length(5);
    expect(statuses.filter((status) => status === 422)).to.have.length(3);
    expect((await few.send("")).status).to.equal(200);
    expect((await few.ofUrl(`${stranger.origin}/none`)).status).to.equal(422);
  });
});
