import { expect } from "chai";
import { anIssuer, wanted, type AnIssuer } from "./an-issuer.js";

describe("a credential's reservation", function () {
  this.timeout(30_000);
  let issuer: AnIssuer;
  beforeEach(async () => (issuer = await anIssuer()));
  afterEach(() => issuer.close());

  it("is one for one cause, however many ask at once and from wherever", async () => {
    const { issuing, another, academy, storage } = issuer;
    const processes = [issuing, another(), another(), another()];
    const records = await Promise.all(
      Array.from({ length: 200 }, (_, n) => processes[n % 4]!.reserve(academy, wanted("entitlements/1"))),
    );
    for (const record of records) expect(record).to.deep.equal(records[0]);
    expect(await storage.credentials.credentials(academy)).to.deep.equal([records[0]]);
    expect(records[0]).to.include({ state: "reserved", withdrawn: 0, version: 1, statusList: "north-1-1" });
    expect(records[0]).to.not.have.property("text");
  });

  it("gives each cause an id and a place of its own", async () => {
    const { issuing, academy } = issuer;
    const records = await Promise.all(
      Array.from({ length: 300 }, (_, n) => issuing.reserve(academy, wanted(`entitlements/${n}`))),
    );
    expect(new Set(records.map(({ id }) => id)).size).to.equal(300);
    expect(new Set(records.map(({ statusIndex }) => statusIndex)).size).to.equal(300);
    const places = records.map(({ statusIndex }) => statusIndex);
    expect(Math.min(...places)).to.be.at.least(0);
    expect(Math.max(...places))
      .to.be.below(131_072)
      .and.above(300);
    expect(places).not.to.deep.equal(places.toSorted((one, other) => one - other));
  });

  it("draws again when another credential stands there", async () => {
    const draws = [7, 7, 7, 8];
    const issuing = issuer.another({ chooseIndex: () => draws.shift() ?? 0 });
    expect(await issuing.reserve(issuer.academy, wanted("a"))).to.include({ statusIndex: 7 });
    expect(await issuing.reserve(issuer.academy, wanted("b"))).to.include({
      ...{ statusIndex: 8, statusList: "north-1-1" },
    });
  });

  it("goes on in the next list after twenty clashes", async () => {
    const issuing = issuer.another({ chooseIndex: () => 7 });
    const lists: string[] = [];
    for (const cause of ["a", "b", "c"])
      lists.push((await issuing.reserve(issuer.academy, wanted(cause))).statusList);
    expect(lists).to.deep.equal(["north-1-1", "north-1-2", "north-1-3"]);
  });

  it("of one cause at two academies is two, in lists of their own", async () => {
    const other = await issuer.directory.ensureAcademy({
      ...{ slug: "south", name: "South", jurisdictionId: "XB", demonstration: true },
    });
    const one = await issuer.issuing.reserve(issuer.academy, wanted("a"));
    const two = await issuer.issuing.reserve(other, wanted("a"));
    expect(one.id).not.to.equal(two.id);
    expect(two).to.include({ statusList: "south-1", jurisdictionId: "XB" });
    expect(await issuer.issuing.findByCause(other, "a")).to.deep.equal(two);
    expect(await issuer.issuing.all(other)).to.deep.equal([two]);
    expect(await issuer.issuing.ownedBy(issuer.academy, "person-1")).to.deep.equal([one]);
  });
});
