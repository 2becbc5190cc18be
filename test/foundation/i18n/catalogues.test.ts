import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  I18nError,
  loadCatalogues,
  type Catalogues,
  type Translator,
} from "../../../src/foundation/i18n/index.js";

describe("the catalogues", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "tessera-words-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (name: string, content: unknown): void => {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
  };
  const load = (files: Record<string, unknown>): Catalogues => {
    for (const [name, content] of Object.entries(files)) write(name, content);
    return loadCatalogues(directory);
  };
  const english = (messages: unknown): Translator => load({ "en/a.json": messages }).negotiate([]);

  describe("a message", () => {
    it("is found by its path, in whichever room's file it stands", () => {
      const words = load({ "en/a.json": { a: { b: { c: "deep" } } }, "en/b.json": { b: "flat" } });
      expect(words.negotiate([]).t("a.b.c")).to.equal("deep");
      expect(words.negotiate([]).t("b")).to.equal("flat");
      expect([...words.keys()].sort()).to.deep.equal(["a.b.c", "b"]);
    });

    it("has ICU plurals, choices and numbers", () => {
      const words = english({
        tries: "{n, plural, =0 {no tries} one {# try} other {# tries}} left",
        done: "{done, select, true {done} other {open}}",
        share: "{part, number, percent}",
      });
      expect([0, 1, 2, 1200].map((n) => words.t("tries", { n }))).to.deep.equal([
        "no tries left",
        "1 try left",
        "2 tries left",
        "1,200 tries left",
      ]);
      expect(words.t("done", { done: true }) + words.t("done", { done: false })).to.equal("doneopen");
      expect(words.t("share", { part: 0.5 })).to.equal("50%");
    });

    it("has its language's plurals", () => {
      const many = "{n, plural, one {# punkt} few {# punkty} many {# punktów} other {# punktu}}";
      const words = load({ "en/a.json": { many: "" }, "pl/a.json": { many } }).negotiate(["pl"]);
      expect([1, 3, 5].map((n) => words.t("many", { n }))).to.deep.equal([
        "1 punkt",
        "3 punkty",
        "5 punktów",
      ]);
    });

    it("puts in a truth value or a number as it is, without commas around it", () => {
      const words = english({ is: "is {it}.", two: "{a} and {b}" });
      expect(words.t("is", { it: true })).to.equal("is true.");
      expect(words.t("is", { it: false })).to.equal("is false.");
      expect(words.t("two", { a: 0, b: 1 })).to.equal("0 and 1");
    });

    it("takes markup in itself and in its values for plain text", () => {
      const words = english({ tag: "<b>a</b> {value}" });
      expect(words.t("tag", { value: "<script>{x}</script>" })).to.equal("<b>a</b> <script>{x}</script>");
    });

    it("shows a gap for a value that was not given, so that an error's page never fails for it", () => {
      const words = english({
        a: "No academy “{slug}”",
        n: "{n, plural, one {# thing} other {# things}}",
        d: "{d, date}",
      });
      expect(words.t("a")).to.equal("No academy “…”");
      expect(words.t("a", { other: 1 })).to.equal("No academy “…”");
      expect(words.t("n")).to.be.a("string");
      expect(words.t("d")).to.be.a("string");
    });

    it("comes back as its key in brackets when it is missing", () => {
      const translator = english({ a: { b: "x" } });
      for (const key of ["nothing", "a", "a.b.c", "toString", "__proto__", ""]) {
        expect(translator.t(key), key).to.equal(`⟦${key}⟧`);
        expect(translator.has(key), key).to.equal(false);
      }
      expect(translator.has("a.b")).to.equal(true);
    });

    it("falls back to English where a language has not been translated yet", () => {
      const words = load({
        "en/a.json": { a: "one", b: "two {n}" },
        "fr/a.json": { a: "un" },
      }).negotiate(["fr"]);
      expect(words.t("a")).to.equal("un");
      expect(words.t("b", { n: 3 })).to.equal("two 3");
      expect(words.has("b")).to.equal(true);
      expect(words.t("c")).to.equal("⟦c⟧");
    });
  });

  describe("the language", () => {
    const chosen = (...wanted: string[]): string =>
      load({
        "en/a.json": {},
        "pt-BR/a.json": {},
        "pt/a.json": {},
        "fr/a.json": {},
        "ar/a.json": {},
      }).negotiate(wanted).locale;

    it("is the best of ours for what is asked for, most wanted first", () => {
      expect(chosen("en-GB")).to.equal("en");
      expect(chosen("fr-CA-x-y", "pt")).to.equal("fr");
      expect(chosen("xx", "fr")).to.equal("fr");
      expect(chosen("pt-BR")).to.equal("pt-BR");
      expect(chosen("pt-PT")).to.equal("pt");
    });

    it("is one that has every word of the rooms that a page is made from, so that no page mixes two", () => {
      const words = load({
        "en/a.json": { a: { x: "x", y: "y" } },
        "en/b.json": { b: "b" },
        "fr/a.json": { a: { x: "x", y: "y" } },
        "es/a.json": { a: { x: "x" } },
        "es/b.json": { b: "b" },
      });
      const locale = (wanted: string, ...rooms: string[]): string => words.negotiate([wanted], rooms).locale;
      expect([locale("fr-CA", "a"), locale("es", "b"), locale("es")]).to.deep.equal(["fr", "es", "es"]);
      expect([locale("fr", "a", "b"), locale("es", "a"), locale("fr", "c")]).to.deep.equal([
        "en",
        "en",
        "en",
      ]);
      expect(words.whole(["a"]).map((one) => one.locale)).to.have.members(["en", "fr"]);
      expect(words.rooms).to.have.members(["a", "b"]);
    });

    it("is found in any letter case and in the form that platforms use, pt_BR", () => {
      expect(chosen("PT_br")).to.equal("pt-BR");
      expect(chosen("FR")).to.equal("fr");
    });

    it("is English when nothing fits", () => {
      for (const wanted of [[], ["*"], [""], ["xx-YY"], ["-"], ["constructor"], ["e".repeat(5000)]]) {
        expect(chosen(...wanted), String(wanted)).to.equal("en");
      }
    });

    it("is written from right to left where its script is", () => {
      const words = load({
        ...Object.fromEntries(
          ["en", "ar", "he", "fa", "ps", "az", "az-Arab", "dv"].map((l) => [`${l}/a.json`, {}]),
        ),
      });
      const direction = (locale: string): string => words.negotiate([locale]).direction;
      expect(["ar", "he", "fa", "ps", "az-Arab", "dv"].map(direction)).to.deep.equal(Array(6).fill("rtl"));
      expect(["en", "az"].map(direction)).to.deep.equal(["ltr", "ltr"]);
    });
  });

  describe("when damaged are refused:", () => {
    const damaged: [string, Record<string, unknown>, object][] = [
      [
        "one key in two files",
        { "en/a.json": { x: { y: "1" } }, "en/b.json": { x: { y: "2" } } },
        { key: "x.y", file: "b.json" },
      ],
      ["one key written in two ways", { "en/a.json": { "x.y": "1", x: { y: "2" } } }, { key: "x.y" }],
      ["a message that is no text", { "en/a.json": { x: { y: 3 } } }, { key: "x.y", file: "a.json" }],
      ["a list of messages", { "en/a.json": { x: ["1"] } }, { key: "x", file: "a.json" }],
      ["a message that is null", { "en/a.json": { x: null } }, { key: "x", file: "a.json" }],
      ["a file that is no JSON", { "en/a.json": "{ x: 1" }, { file: "a.json", locale: "en" }],
      [
        "a message that is no ICU MessageFormat",
        { "en/a.json": { x: "{n, plural, one {a}" } },
        { key: "x", file: "a.json" },
      ],
      ["no English", { "fr/a.json": { x: "1" } }, { locale: "en" }],
      [
        "a directory that is no language",
        { "en/a.json": {}, "no_such language/a.json": {} },
        { locale: "no_such language" },
      ],
    ];
    for (const [what, files, data] of damaged) {
      it(what, () => {
        expect(() => load(files))
          .to.throw(I18nError, "catalogue_invalid")
          .with.property("data")
          .that.includes(data);
      });
    }

    it("a directory that is not there", () => {
      expect(() => loadCatalogues(join(directory, "nothing"))).to.throw(I18nError, "catalogue_invalid");
    });
  });
});
