import { expect } from "chai";
import { createLogger, days } from "../src/foundation/kernel/index.js";
import { createKeyRotation, createSealer } from "../src/foundation/keys/index.js";
import { createForwardings } from "../src/standards/lrs/index.js";
import { statusBit, type JsonObject } from "../src/standards/vc/index.js";
import { createUpkeep } from "../src/upkeep.js";
import { roomsBeside, type RoomsBeside } from "./kit/beside-tool.js";
import { shippedCurriculum, until } from "./kit/chromium.js";
import { fixedAt } from "./kit/clock.js";
import { statementsIn } from "./kit/finished-path.js";
import { inShort, type VerifiedAnswer } from "./kit/installations.js";
import { aTool, type Tool } from "./kit/tool.js";
import { Trainee } from "./kit/trainee.js";
import { aReceiver, type AReceiver } from "./standards/lrs/forwarding/a-receiver.js";

const board = { authority: "belmora", decidedBy: "Board of Police Education" };
const registry = { reason: "issued-in-error", decidedBy: "Registry" };

type Status = Readonly<Record<"statusListCredential" | "statusListIndex", string>>;
type Secured = JsonObject & { readonly id: string; readonly credentialStatus: Status };

describe("what a running tool does by itself, three months on", function () {
  this.timeout(120_000);
  const clock = fixedAt("2026-11-21T09:00:00.000Z");
  let tool: Tool;
  let beside: RoomsBeside;
  let receiver: AReceiver;
  let certificate: Secured;
  /** Belmora's, which it took back from a day in these three months on. */
  let recognition: Secured;
  /** The ids of the statements that there were before. */
  let earlier: Readonly<Record<"evidence" | "formative", readonly string[]>>;

  before(async () => {
    tool = await aTool({ clock, settings: { TESSERA_APPEAL_DAYS: "20" } });
    beside = await roomsBeside(tool, clock);
    certificate = await earned();
    recognition = await withdrawn();
    const id = certificate.id.split("/").at(-1)!;
    const announced = await beside.ground.certificates.announce(await academy(), id, registry);
    expect(announced.dueAt, "the operator's days to object").to.equal(clock.now() + days(20));
    await beside.recognition.addPartner({
      ...{ url: tool.origin, jurisdictionId: "XB", jurisdictionName: "Belmora" },
    });
    await beside.witnessing().partners.add(tool.origin);
    receiver = await aReceiver();
    await forward();
    earlier = { evidence: await idsOf("evidence"), formative: await idsOf("formative") };
    clock.advance(days(91));
    tool.app.start();
  });
  after(() => Promise.all([tool.close(), beside.close(), receiver.stop()]));

  const academy = () => beside.base.directory.chooseAcademy("northgate");
  const get = async (path: string, accept = "application/json"): Promise<Response> =>
    fetch(new URL(path, tool.origin), { headers: { accept } });
  const idsOf = async (kind: "evidence" | "formative"): Promise<string[]> =>
    (await statementsIn(tool.storage, await academy(), { classes: [kind] })).map(({ id }) => id);
  const verified = async (): Promise<VerifiedAnswer[]> => {
    const answer = await get(`/verify?url=${encodeURIComponent(certificate.id)}`);
    return ((await answer.json()) as { answers: VerifiedAnswer[] }).answers;
  };
  const comes = (what: string, check: () => Promise<boolean>) =>
    until(what, async () => ((await check()) ? true : undefined), 30_000);

  async function earned(): Promise<Secured> {
    const module = (await shippedCurriculum()).modules.find(({ id }) => id === "M01")!;
    const { sandboxOrigin } = tool;
    const trainee = new Trainee({ sandboxOrigin, userKey: "trainee-one", module });
    await trainee.complete();
    for (let tries = 0; (await tool.app.outbox.drain()).failed > 0; tries += 1) {
      expect(tries).to.be.below(20);
      clock.advance(5000);
    }
    const { html } = await trainee.browser.get(`${trainee.home!}/programmes`);
    const [, path] = /href="([^"]*\/certificates\/[\w-]+)"/.exec(html)!;
    return (await (await get(path!, "application/vc")).json()) as Secured;
  }
  async function withdrawn(): Promise<Secured> {
    const [agreement] = await beside.recognition.agreements("belmora");
    const { lists } = (await (await get("/recognitions.json")).json()) as {
      lists: { jurisdiction: string; decisions: { achievement: string; credential: string }[] }[];
    };
    const { decisions } = lists.find(({ jurisdiction }) => jurisdiction === "XB")!;
    const { credential } = decisions.find(({ achievement }) => achievement === agreement!.achievementId)!;
    const effective = clock.now() + days(30);
    await beside.recognition.withdraw(board, agreement!.id, { reason: "the law changed", effective });
    return JSON.parse(credential) as Secured;
  }
  async function forward(): Promise<void> {
    const { storage, config } = tool;
    const forwardings = createForwardings({
      ...{ store: storage.forwardings, outbox: storage.outbox, clock, newId: beside.base.newId },
      ...{ sealer: createSealer(config.secret), allowPrivate: true },
    });
    await forwardings.add({
      ...{ tenant: await academy(), name: "theirs", endpoint: receiver.address },
      ...{ credentials: { username: "key", password: "secret" }, filter: { verbs: [], activities: [] } },
    });
  }

  it("brings all evidence, and nothing formative, to the academy's own record store", async () => {
    expect(earlier.evidence).not.to.deep.equal([]);
    expect(earlier.formative).not.to.deep.equal([]);
    await comes("all evidence", () =>
      Promise.resolve(earlier.evidence.every((id) => receiver.taken.includes(id))),
    );
    expect(receiver.taken.filter((id) => earlier.formative.includes(id))).to.deep.equal([]);
  });

  it("puts a revocation into effect whose holder had their days to object", async () => {
    await comes("the revocation", async () => inShort(await verified()).includes("standing no own-revoked"));
  });

  it("makes the next key for launches when the last one is 90 days old", async () => {
    await comes("a second key", async () => {
      const { keys } = (await (await get("/lti/jwks")).json()) as { keys: unknown[] };
      return keys.length === 2;
    });
  });

  it("ends a recognition on the day from which it was taken back", async () => {
    const { statusListCredential: url, statusListIndex } = recognition.credentialStatus;
    await comes("its bit", async () => {
      const list = (await (await get(url)).json()) as { credentialSubject: { encodedList: string } };
      return statusBit(list.credentialSubject.encodedList, Number(statusListIndex));
    });
  });

  it("pulls what its partners recognise", async () => {
    await comes("the list", async () => {
      const [partner] = await tool.storage.recognition.partners();
      return (
        partner?.triedAt !== undefined && (await beside.recognition.partners())[0]?.failure === undefined
      );
    });
    const [{ id } = { id: "" }] = await tool.storage.recognition.partners();
    expect(await tool.storage.recognition.newestLists(id, clock.now())).to.have.length(1);
  });

  for (const [whose, of] of [
    ["an academy's", () => certificate],
    ["an authority's", () => recognition],
  ] as const)
    it(`keeps ${whose} status list in the log, of this day too`, async () => {
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      const key = `status-list ${of().credentialStatus.statusListCredential} ${day}`;
      await comes(key, async () => (await get(`/log/entry?key=${encodeURIComponent(key)}`)).status === 200);
    });

  it("co-signs its partners' logs, and takes their co-signatures", async () => {
    const origin = `${new URL(tool.origin).host}/log`;
    await comes(
      "a co-signature",
      async () => (await get(`/log/cosignature?origin=${origin}`)).status === 200,
    );
    await comes("theirs", async () => (await tool.storage.log.allCosignatures()).length > 0);
  });

  it("deletes the learning that is no evidence, and keeps the evidence", async () => {
    await comes("the end of it", async () => (await idsOf("formative")).length === 0);
    expect(await idsOf("evidence")).to.include.members([...earlier.evidence]);
  });

  it("goes on believing a certificate whose key was retired since: its log had it before", async () => {
    const { keyRings } = beside.ground;
    const of = { tenant: await academy(), keySet: "certificates", alg: "EdDSA" } as const;
    await createKeyRotation(keyRings).rotate(of, true);
    const answers = await verified();
    expect(inShort(answers)).to.include.members(["unaltered yes bothMatch", "issuer yes own"]);
    expect(answers.find(({ question }) => question === "issuer")?.text).to.include("Arvenia");
  });

  it("goes on with the next task when one can't be done, and says which", async () => {
    const lines: string[] = [];
    const logger = createLogger("warn", { write: (line) => void lines.push(line) });
    const away = { url: "http://localhost:1", origin: "away/log", keys: [], witnessKeys: [], addedAt: 0 };
    await tool.storage.log.savePartner(away);
    const { seenAt = 0 } = (await tool.storage.log.lastSeen(`${new URL(tool.origin).host}/log`)) ?? {};
    await beside.ground.log.append({
      ...{ kind: "credential", subject: "s", key: "something new", at: clock.now(), content: "{}" },
    });
    clock.advance(1000);
    const witnessing = beside.witnessing(logger);
    const programmes = { sweep: () => Promise.reject(new TypeError("the power went")) };
    await createUpkeep({ ...beside.base, logger }, beside.ground, { ...beside, programmes, witnessing })();
    const seen = await tool.storage.log.lastSeen(`${new URL(tool.origin).host}/log`);
    expect(seen?.seenAt).to.equal(clock.now()).and.be.above(seenAt);
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).to.deep.equal([
      "an hourly task could not be done: programmes",
      "a partner's log could not be witnessed",
    ]);
  });
});
