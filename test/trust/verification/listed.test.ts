import { expect } from "chai";
import { listedIssuer } from "../../../src/trust/verification/index.js";

const [now, day] = [Date.parse("2027-06-01T12:00:00Z"), 86_400_000];
const did = "did:web:far.example:academies:far";
const issuer = { did, name: "Far Academy", from: now - day };
const mandate = { root: "did:web:root.example:authorities:root", from: now - day };
const authority = { did: "did:web:far.example:authorities:board", name: "Board" };
const list = {
  ...{ authority, issuers: [issuer], mandates: [mandate], signedAt: now - day, validUntil: now + day },
};
const asked = (change: Partial<typeof list> = {}, on = now) =>
  listedIssuer(did, [{ jurisdiction: "Dorvale", list: { ...list, ...change } }], on);

describe("an academy on another jurisdiction's list", () => {
  it("may issue by that authority's word, as old as its list is", () => {
    expect(asked()).to.deep.equal({
      ...{ name: "Far Academy", jurisdiction: "Dorvale", demonstration: false },
      listed: { by: "Board", asOf: list.signedAt },
    });
    expect(listedIssuer("did:web:far.example:academies:other", [{ jurisdiction: "D", list }], now)).to.equal(
      undefined,
    );
  });

  it("may as long as the list holds, and not from its last moment on", () => {
    expect(asked({ validUntil: now + 1 })).not.to.equal(undefined);
    expect(asked({ validUntil: now })).to.equal(undefined);
  });

  it("may from its first day on the list, and not from its last", () => {
    expect(asked({ issuers: [{ ...issuer, from: now }] })).not.to.equal(undefined);
    expect(asked({ issuers: [{ ...issuer, from: now + 1 }] })).to.equal(undefined);
    const ended = (until: number) => asked({ issuers: [{ ...issuer, until } as typeof issuer] });
    expect(ended(now + 1)).not.to.equal(undefined);
    expect(ended(now)).to.equal(undefined);
  });

  it("may while the authority has a mandate, and not without one that holds", () => {
    expect(asked({ mandates: [] })).to.equal(undefined);
    expect(asked({ mandates: [{ ...mandate, from: now + 1 }] })).to.equal(undefined);
    const ended = (until: number) => asked({ mandates: [{ ...mandate, until } as typeof mandate] });
    expect(ended(now + 1)).not.to.equal(undefined);
    expect(ended(now)).to.equal(undefined);
    expect(asked({ mandates: [{ ...mandate, from: now + 1 }, mandate] })).not.to.equal(undefined);
  });

  it("is found on the list that names it, past lists that do not hold", () => {
    const stale = { jurisdiction: "Arvenia", list: { ...list, validUntil: now } };
    const found = listedIssuer(did, [stale, { jurisdiction: "Dorvale", list }], now);
    expect(found?.jurisdiction).to.equal("Dorvale");
  });
});
