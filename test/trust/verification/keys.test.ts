import { expect } from "chai";
import { digestMultibase, type JsonObject } from "../../../src/standards/vc/index.js";
import type { VerifierDeps } from "../../../src/trust/verification/index.js";
import { aStranger, today, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

describe("a certificate's key", () => {
  let stranger: Stranger;
  let doors: FrontDoor[];
  beforeEach(async () => {
    [stranger, doors] = [await aStranger(), []];
  });
  afterEach(async () => {
    await Promise.all([...doors, stranger].map((one) => one.close()));
  });
  const door = async (history?: VerifierDeps["history"]): Promise<FrontDoor> => {
    const opened = await aVerifier(history ? { history } : {});
    doors.push(opened);
    return opened;
  };
  const changeKey = async (more: JsonObject, document: JsonObject = {}): Promise<void> => {
    const answer = await fetch(`${stranger.origin}/far/did.json`);
    const now = (await answer.json()) as JsonObject & { verificationMethod: [JsonObject] };
    stranger.json("/far/did.json", {
      ...{ ...now, ...document },
      verificationMethod: [{ ...now.verificationMethod[0], ...more }],
    });
  };
  const unaltered = async (at: FrontDoor, text: string) => inShort(await at.ofText(text)).unaltered;

  it("that its issuer has for another purpose makes no certificate", async () => {
    const text = await stranger.certificate();
    await changeKey({}, { assertionMethod: [], authentication: [`${stranger.did}#key-1`] });
    const page = await (await door()).ofText(text);
    expect(inShort(page).unaltered).to.equal("no keyPurpose");
    expect(page.answers.unaltered?.words).to.contain("for other purposes");
  });

  it("is not asked for what a signature for another purpose signs", async () => {
    const signed = JSON.parse(await stranger.certificate()) as { proof: JsonObject[] };
    const proof = signed.proof.map((one) => ({ ...one, proofPurpose: "authentication" }));
    expect(await unaltered(await door(), JSON.stringify({ ...signed, proof }))).to.equal("no purposeWrong");
  });

  for (const member of ["revoked", "expires"]) {
    it(`that was retired (${member}) before it was used makes none`, async () => {
      const text = await stranger.certificate();
      await changeKey({ [member]: new Date(today - 1000).toISOString() });
      const page = await (await door()).ofText(text);
      expect(inShort(page).unaltered).to.equal("no keyRetired");
      expect(page.answers.unaltered?.words).to.contain("retired on 21 November 2026");
    });
  }

  it("that was retired later counts only for what a log had before", async () => {
    const text = await stranger.certificate();
    const end = today + 60_000;
    await changeKey({ revoked: new Date(end).toISOString() });
    const { id } = JSON.parse(text) as { id: string };
    const loggedAt = (at: number, digest = digestMultibase(text)): VerifierDeps["history"] => ({
      retiredAt: () => Promise.resolve(undefined),
      loggedAt: (url, asked) => Promise.resolve(url === id && asked === digest ? at : undefined),
    });
    expect(await unaltered(await door(), text)).to.equal("unknown keyRetiredNotLogged");
    expect(await unaltered(await door(loggedAt(end)), text)).to.equal("unknown keyRetiredNotLogged");
    expect(await unaltered(await door(loggedAt(end - 1)), text)).to.equal("yes bothMatch");
    expect(await unaltered(await door(loggedAt(end - 1, "uOther")), text)).to.equal(
      "unknown keyRetiredNotLogged",
    );
  });

  it("whose end only the history knows is as retired", async () => {
    const text = await stranger.certificate();
    const history = {
      retiredAt: (did: string, method: string) =>
        Promise.resolve(method === `${stranger.did}#key-1` && did === stranger.did ? today : undefined),
      loggedAt: () => Promise.resolve(undefined),
    };
    expect(await unaltered(await door(history), text)).to.equal("no keyRetired");
  });

  it("that was retired before a status list was signed makes that list none", async () => {
    stranger.json("/status/1", await stranger.list());
    const text = await stranger.certificate();
    const history = {
      retiredAt: () => Promise.resolve(today - 41 * 60_000),
      loggedAt: () => Promise.resolve(today - 42 * 60_000),
    };
    const page = await (await door(history)).ofText(text);
    expect(inShort(page)).to.include({ unaltered: "no keyRetired", standing: "unknown altered" });
    await changeKey({}, { assertionMethod: [`${stranger.did}#key-1`] });
    expect(inShort(await (await door()).ofText(text)).standing).to.equal("yes clear");
  });
});
