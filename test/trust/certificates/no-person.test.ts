import { createHash } from "node:crypto";
import { expect } from "chai";
import type { EventOf, Subscriber } from "../../../src/foundation/events/index.js";
import { CanarySearch } from "../../kit/canaries.js";
import { anAchiever, anOffice, untilDone, type Office } from "./an-office.js";
import { insideOf } from "./pdf-parts.js";

const issued = 1000;
const known = 100_000;
/** Paper and pictures of so many of them: each holds the same signed text as the others. */
const drawn = 9;

/** As forces number their people. */
const serviceNumber = (place: number): string => `XA-${String(40_000_000 + place * 37)}`;

interface Holder {
  readonly id: string;
  readonly text: string;
  readonly canaries: readonly string[];
}

/** Everything in one text that could be a number, a hash or an encoding of one. */
const tokensOf = (text: string): string[] => text.match(/[\w+/=$-]{6,}/g) ?? [];

/** Each way in which a service number could be hidden in something that is published. */
function disguises(number: string): string[] {
  const plain = [number, number.toLowerCase(), number.replace("-", ""), number.slice(3)];
  const hashes = [number, number.slice(3)].flatMap((text) =>
    ["sha256", "sha1", "md5"].flatMap((algorithm) => {
      const digest = createHash(algorithm).update(text).digest();
      const hex = digest.toString("hex");
      return [hex, `${algorithm}$${hex}`, digest.toString("base64"), digest.toString("base64url")];
    }),
  );
  return [...plain, ...hashes, Buffer.from(number).toString("base64"), Buffer.from(number).toString("hex")];
}

describe(`${String(issued)} certificates`, function () {
  this.timeout(600_000);
  let office: Office;
  const holders: Holder[] = [];
  before(async () => {
    office = await anOffice();
    const { entitled, ...first } = await anAchiever(office, serviceNumber(0));
    await first.save();
    await untilDone(office);
    for (let place = 1; place <= issued; place += 1) holders.push(await issueTo(place, entitled));
  });
  after(() => office.close());

  async function issueTo(place: number, like: EventOf<"programme.entitled">): Promise<Holder> {
    const { directory, tenant, newId, certificates, issuing } = office;
    const person = await directory.admit(tenant, "platform-1", serviceNumber(place));
    const name = `Quillfeather${String(place)} Ó Tuathaláin`;
    const mail = `officer${String(place)}@police.example`;
    await directory.names.remember(tenant, person.id, name);
    const registration = newId();
    const data = { ...like.data, personId: person.id, entitlementId: newId(), registration };
    const event = { ...like, id: newId(), lane: newId(), data };
    const context = { requestId: undefined, attempt: 1, signal: new AbortController().signal };
    await (certificates.subscriber satisfies Subscriber).handle(event, context);
    const [record] = await issuing.ownedBy(tenant, person.id);
    const secrets = [person.id, person.pseudonym, person.platformUserId, registration, data.entitlementId];
    return {
      id: record!.id,
      text: record!.text!,
      canaries: [name, `Quillfeather${String(place)}`, mail, ...secrets],
    };
  }

  const fetched = async (id: string, query: string): Promise<Buffer> => {
    const response = await fetch(`${office.origin}/certificates/${id}${query}`);
    expect(response.status, query).to.equal(200);
    return Buffer.from(await response.arrayBuffer());
  };

  it("hold nothing of their holders: no name, mail, id, pseudonym or service number, in any encoding", async () => {
    for (const { id, text, canaries } of holders) {
      const search = new CanarySearch(canaries);
      const token = (await fetched(id, "?as=jwt")).toString("latin1");
      const payload = Buffer.from(token.split(".")[1]!, "base64url").toString("utf8");
      const places = [
        ["text", text],
        ["token", token],
        ["payload", payload],
      ] as const;
      expect(search.found(places), id).to.deep.equal([]);
      expect(search.found([["control", text.replace("issuer", canaries[0]!)]])).to.deep.equal(["control"]);
    }
  });

  it(`nor do ${String(drawn)} of them as pictures and as paper in each language, in any byte, packed or not`, async () => {
    for (const [place, { id, canaries }] of holders.slice(0, drawn).entries()) {
      const search = new CanarySearch(canaries);
      const lang = ["en", "fr", "es"][place % 3]!;
      const parts: [string, Buffer][] = [];
      for (const query of ["?as=png", "?as=svg", `?as=pdf&lang=${lang}`, "/evidence"]) {
        const file = await fetched(id, query);
        const inside = query.includes("pdf") ? insideOf(file) : [file];
        // A PDF writes text that is no ASCII in two bytes a sign.
        for (const part of inside)
          parts.push([query, part], [`${query} wide`, Buffer.from(part.filter((byte) => byte !== 0))]);
      }
      expect(search.found(parts), id).to.deep.equal([]);
    }
  });

  it(`match none of ${String(known)} known service numbers, plain, encoded or hashed, and have no place for a salt`, () => {
    const tokens = new Set<string>();
    for (const { text } of holders) {
      expect(text).to.not.match(/"(salt|hashed|identityHash|identityType|identifier|licenseNumber|email)"/);
      for (const token of tokensOf(text)) tokens.add(token);
    }
    expect(tokens.size).to.be.greaterThan(issued);
    const matches: string[] = [];
    for (let place = 0; place < known; place += 1) {
      if (disguises(serviceNumber(place)).some((text) => tokens.has(text)))
        matches.push(serviceNumber(place));
    }
    expect(matches).to.deep.equal([]);
    // The search can find: a certificate as one should not be is named.
    const leak = JSON.stringify({
      identityHash: `sha256$${createHash("sha256").update(serviceNumber(7)).digest("hex")}`,
    });
    const leaked = new Set(tokensOf(leak));
    expect(disguises(serviceNumber(7)).some((text) => leaked.has(text))).to.equal(true);
  });
});
