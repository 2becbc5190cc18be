import { expect } from "chai";
import fc from "fast-check";
import { CertificatesError } from "../../../src/trust/certificates/index.js";
import { turnedRound, visualOrder } from "../../../src/trust/certificates/rendering/bidi.js";
import { createWorkshop } from "../../../src/trust/certificates/rendering/workshop.js";

/** Work that lasts until it is let go. */
function held() {
  const waiting: (() => void)[] = [];
  let begun = 0;
  return {
    work:
      (bytes = 10) =>
      (): Promise<Buffer> => {
        begun += 1;
        return new Promise((resolve) =>
          waiting.push(() => {
            resolve(Buffer.alloc(bytes));
          }),
        );
      },
    begun: () => begun,
    letGo: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      for (const go of waiting.splice(0)) go();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe("the workshop for pictures and paper", () => {
  it("has a thousand who ask at once wait or come again, and never makes more than two things at a time", async () => {
    const shop = createWorkshop({ hands: 2, waiting: 3 });
    const { work, begun, letGo } = held();
    const asked = Array.from({ length: 1000 }, (_, place) =>
      shop.make(String(place), work()).then(
        () => "made",
        (error: unknown) => (error instanceof CertificatesError ? error.code : String(error)),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun()).to.equal(2);
    await letGo();
    expect(begun()).to.equal(4);
    await letGo();
    await letGo();
    const results = await Promise.all(asked);
    expect(results.filter((one) => one === "made")).to.have.length(5);
    expect(results.filter((one) => one === "certificate_rendering_busy")).to.have.length(995);
  });

  it("makes a thing once for all who ask for it, and again only when it kept newer ones instead", async () => {
    const shop = createWorkshop({ keptBytes: 25 });
    const { work, begun, letGo } = held();
    const all = Array.from({ length: 50 }, () => shop.make("a", work()));
    await letGo();
    expect(new Set((await Promise.all(all)).map((one) => one.length))).to.deep.equal(new Set([10]));
    expect(begun()).to.equal(1);
    await shop.make("a", work());
    for (const key of ["b", "c"]) {
      const made = shop.make(key, work());
      await letGo();
      await made;
    }
    expect(begun()).to.equal(3);
    const again = shop.make("a", work());
    await letGo();
    await again;
    expect(begun()).to.equal(4);
  });

  it("goes on after something that failed", async () => {
    const shop = createWorkshop({ hands: 1 });
    for (let turn = 0; turn < 3; turn += 1) {
      const failed = await shop
        .make("a", () => Promise.reject(new TypeError("broken")))
        .catch((error: unknown) => error);
      expect(failed).to.be.instanceOf(TypeError);
    }
    expect((await shop.make("a", () => Promise.resolve(Buffer.from("x")))).toString()).to.equal("x");
  });
});

describe("the order of signs on paper", () => {
  const shown = (line: string, base: "ltr" | "rtl"): string[] =>
    visualOrder(line, base).map(({ text, direction }) => (direction === "rtl" ? `<${text}` : `>${text}`));

  it("is the order of writing where all runs to the right", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", maxLength: 60 }), (line) => {
        expect(
          visualOrder(line, "ltr")
            .map(({ text }) => text)
            .join(""),
        ).to.equal(line);
      }),
    );
  });

  it("keeps every sign, once", () => {
    const sign = fc.constantFrom(...Array.from("ab ش ق 12.:/()"));
    fc.assert(
      fc.property(
        fc.array(sign, { maxLength: 30 }),
        fc.constantFrom("ltr" as const, "rtl" as const),
        (signs, base) => {
          const all = visualOrder(signs.join(""), base)
            .map(({ text }) => text)
            .join("");
          expect(Array.from(all).sort()).to.deep.equal([...signs].sort());
        },
      ),
    );
  });

  it("puts numbers and addresses the right way round among words that run to the left", () => {
    expect(shown("نسخة 0.2.0 من", "rtl")).to.deep.equal(["< من", ">0.2.0", "<نسخة "]);
    expect(shown("على http://a.example/x1 هنا", "rtl")).to.deep.equal([
      "< هنا",
      ">http://a.example/x1",
      "<على ",
    ]);
    expect(shown("Layla ليلى 7", "ltr")).to.deep.equal([">Layla ", ">7", "<ليلى "]);
    expect(shown("A\u200f: 1", "rtl")).to.deep.equal([">1", "<: ", ">A"]);
  });

  it("turns brackets and what has no letters", () => {
    expect(turnedRound(". ")).to.equal(" .");
    expect(turnedRound("(ش)")).to.equal(")ش(");
  });
});
