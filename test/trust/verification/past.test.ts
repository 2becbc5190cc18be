import { expect } from "chai";
import { encodeStatusList } from "../../../src/standards/vc/index.js";
import type { JurisdictionAnswer, RecognitionQuery } from "../../../src/trust/recognition/index.js";
import { aStranger, type Stranger } from "./a-stranger.js";
import { aVerifier, inShort, type FrontDoor } from "./a-verifier.js";

const march = Date.parse("2026-05-03T23:59:59.999Z");

describe("a certificate on a day in the past", () => {
  let stranger: Stranger;
  let door: FrontDoor;
  const asked: RecognitionQuery[] = [];
  const belmora: JurisdictionAnswer = {
    ...{ jurisdiction: "XB", name: "Belmora", answer: "yes", reason: "partial", asOf: march },
    authority: { did: "did:web:b.example", name: "Belmora Police Council" },
    ...{ recognisedAs: "Custody certificate", localLevel: "2", equivalence: "partial" },
    ...{ compensationMeasure: "a day on Belmora's custody law", legalBasis: "Act 7, section 3" },
    ...{ from: Date.parse("2026-04-01T00:00:00Z"), until: Date.parse("2027-04-01T00:00:00Z") },
  };
  const castellan: JurisdictionAnswer = {
    ...{ jurisdiction: "XC", name: "Castellan", answer: "no", reason: "none", asOf: march },
  };
  before(async () => {
    stranger = await aStranger();
    door = await aVerifier({
      recognition: {
        about: (query) => {
          asked.push(query);
          return Promise.resolve([belmora, castellan]);
        },
      },
    });
  });
  after(async () => {
    await Promise.all([door.close(), stranger.close()]);
  });
  beforeEach(() => void asked.splice(0));

  it("is answered for that day: its dates, its standing by the list of then, and its recognition", async () => {
    const then = "/status/1?timestamp=2026-05-03T23%3A59%3A59.999Z";
    const dates = { validFrom: "2026-05-03T08:00:00Z", validUntil: "2026-05-03T09:00:00Z" };
    stranger.json(then, await stranger.list(dates));
    const page = await door.ofText(await stranger.certificate(), "2026-05-03");
    expect(inShort(page)).to.include({
      unaltered: "yes bothMatch",
      dates: "yes within",
      standing: "yes clear",
      "recognised XB": "yes partial",
      "recognised XC": "no none",
    });
    expect(page.html).to.contain("On 3 May 2026").and.to.contain("as far as it is known now");
    expect(page.answers.standing?.words).to.contain(
      "True on 3 May 2026, as known on 21 November 2026, 11:20",
    );
    expect(asked[0]).to.include({ on: march, achievementId: "https://far.example/achievements/custody" });
    stranger.json(then, await stranger.list(dates, { encodedList: encodeStatusList([5]) }));
    expect(inShort(await door.ofText(await stranger.certificate(), "2026-05-03")).standing).to.equal(
      "no withdrawn",
    );
  });

  it("is unknown in its standing where only today's list can be had", async () => {
    const text = await stranger.certificate();
    stranger.json("/status/1?timestamp=2026-06-03T23%3A59%3A59.999Z", await stranger.list());
    expect(inShort(await door.ofText(text, "2026-06-03")).standing).to.equal("unknown listOnlyToday");
    expect(inShort(await door.ofText(text, "2026-07-03")).standing).to.equal("unknown listNotReached");
    stranger.json(
      "/status/1?timestamp=2026-08-05T12%3A00%3A00.000Z",
      await stranger.list({ validFrom: "2026-08-04T10:59:59Z", validUntil: "2026-08-04T12:00:00Z" }),
    );
    const moment = "2026-08-05T12:00:00Z";
    expect(inShort(await door.ofText(text, moment)).standing).to.equal("unknown listOnlyToday");
  });

  it("says what had not begun, and what had ended", async () => {
    expect(inShort(await door.ofText(await stranger.certificate(), "2026-03-13")).dates).to.equal(
      "no notYet",
    );
    const text = await stranger.certificate({ validUntil: "2026-04-01T00:00:00Z" });
    expect(inShort(await door.ofText(text, "2026-03-31")).dates).to.equal("yes within");
    expect(inShort(await door.ofText(text, "2026-04-01")).dates).to.equal("no expired");
  });

  it("is today for today, and is refused for days to come and for what is no day", async () => {
    const text = await stranger.certificate();
    const today = await door.ofText(text, "2026-11-21");
    expect(inShort(today)).to.include({ dates: "yes daysLeft", standing: "yes clear" });
    for (const [on, words] of [
      ["2026-11-22", "still to come"],
      ["2027-03-03", "still to come"],
      ["2026-02-30", "no day that can be asked"],
      ["yesterday", "no day that can be asked"],
    ] as const) {
      const page = await door.ofText(text, on);
      expect([page.status, page.html.includes(words)], on).to.deep.equal([400, true]);
    }
  });

  it("says per jurisdiction as what it is recognised, at which level, on which condition, and how long", async () => {
    const page = await door.ofText(await stranger.certificate());
    expect(page.answers["recognised XB"]?.words).to.contain(
      "Belmora Police Council recognises it in part, as Custody certificate, level 2, once this is done: a day on" +
        " Belmora's custody law. From 1 April 2026 until 1 April 2027. Legal basis: Act 7, section 3.",
    );
    expect(page.html).to.contain("Does Castellan recognise it?");
    const altered = (await stranger.certificate()).replace("Custody officers", "Chief inspectors");
    expect(inShort(await door.ofText(altered)).recognised).to.equal("unknown altered");
    const { proof, ...rest } = JSON.parse(await stranger.certificate()) as { proof: object[] };
    const half = await door.ofText(JSON.stringify({ ...rest, proof: [proof[1]!] }));
    expect(inShort(half)["recognised XB"]).to.equal("unknown unproven");
  });
});
