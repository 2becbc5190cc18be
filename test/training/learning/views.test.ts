import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { loadCatalogues } from "../../../src/foundation/i18n/index.js";
import { LearningError } from "../../../src/training/learning/index.js";
import { pathOf } from "./a-classroom.js";

const views = readdirSync(pathOf("views"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".hbs"))
  .map((name) => ({ name, text: readFileSync(pathOf(`views/${name}`), "utf8") }));
const css = readFileSync(pathOf("views/assets/tessera.css"), "utf8");
const withoutMustaches = (text: string): string => text.replace(/\{\{\{?[\s\S]*?\}?\}\}/g, "");

describe("the views", () => {
  it("are there", () => {
    expect(views.map(({ name }) => name)).to.include.members([
      "layouts/main.hbs",
      "learning/quiz.hbs",
      "partials/strip.hbs",
    ]);
  });

  for (const { name, text } of views) {
    it(`${name} holds no literal text, also not in an attribute that is read out`, () => {
      const markup = withoutMustaches(text);
      expect(markup.replace(/<[^>]*>/g, "").match(/\p{L}+/gu)).to.equal(null);
      for (const [, value] of markup.matchAll(/\s(?:aria-label|title|alt|placeholder)="([^"]*)"/g)) {
        expect(value).not.to.match(/\p{L}/u);
      }
    });

    it(`${name} has no inline style or script, which the content security policy would refuse`, () => {
      const markup = withoutMustaches(text);
      expect(markup).not.to.match(/\sstyle=|\son\w+=|<style/i);
      expect(markup.match(/<script(?![^>]*\ssrc=)/g)).to.equal(null);
    });
  }

  it("name only keys that the catalogue has", () => {
    const keys = new Set(loadCatalogues(pathOf("views/locales")).keys());
    const named = views.flatMap(({ text }) => [...text.matchAll(/\{\{t "([^"]+)"/g)].map(([, key]) => key!));
    expect(named).to.have.length.above(100);
    expect(named.filter((key) => !keys.has(key))).to.eql([]);
  });

  it("use every word of this room's catalogue, or its code does", () => {
    const code = readdirSync(pathOf("src/training/learning/http"))
      .map((name) => readFileSync(pathOf(`src/training/learning/http/${name}`), "utf8"))
      .join("\n");
    const all = views.map(({ text }) => text).join("\n") + code;
    const unused = loadCatalogues(pathOf("views/locales"))
      .keys()
      .filter((key) => key.startsWith("learning.") && !all.includes(`"${key}"`))
      // Put together in code: by the state of the module, by the test, …
      .filter(
        (key) =>
          !/^learning\.(module\.(beginning|underWay|complete)|result\.(passed|notYet)|notice\.\w+\.title|(class|review|course)\.found\.\w+|tests\.[\w-]+)$/.test(
            key,
          ),
      );
    expect(unused).to.eql([]);
  });

  it("have words for every error of this room: what went wrong and what is safe, and what to do next", () => {
    const translator = loadCatalogues(pathOf("views/locales")).negotiate(["en"]);
    for (const code of Object.keys(LearningError.statuses)) {
      for (const part of ["title", "text", "next"])
        expect(translator.has(`errors.${code}.${part}`), code).to.equal(true);
    }
  });
});

describe("the style sheet", () => {
  const declarations = [...css.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/([\w-]+)\s*:\s*([^;{}]+);/g)];

  it("uses logical properties only, so that it serves right-to-left as it is", () => {
    const physical =
      /^(left|right|top|bottom|width|height|(min|max)-(width|height)|(margin|padding|border|scroll-padding|scroll-margin|inset)-(left|right|top|bottom)(-\w+)?|border-(top|bottom)-(left|right)-radius)$/;
    expect(declarations).to.have.length.above(200);
    expect(
      declarations.map(([, property]) => property!).filter((property) => physical.test(property)),
    ).to.eql([]);
    const sided = declarations.filter(([, , value]) => /^(left|right)$/.test(value!.trim()));
    expect(sided.map(([all]) => all)).to.eql([]);
  });

  it("gives no box other sides at its start than at its end in shorthand", () => {
    const sides = declarations
      .filter(([, property]) => /^(margin|padding|inset)$/.test(property!))
      .map(([, , value]) =>
        value!
          .trim()
          .replace(/calc\([^()]*(\([^()]*\)[^()]*)*\)/g, "calc")
          .split(/\s+/),
      );
    expect(sides.filter(([, end, , start]) => start !== undefined && start !== end)).to.eql([]);
  });

  it("asks only for fonts that are shipped, and for nothing from elsewhere", () => {
    const urls = [...css.matchAll(/url\("([^"]+)"\)/g)].map(([, url]) => url!);
    expect(urls).to.have.length(11);
    const shipped = new Set(
      [
        "@fontsource/source-sans-3",
        "@fontsource-variable/source-serif-4",
        "@fontsource/noto-sans-arabic",
      ].flatMap((name) => readdirSync(pathOf(`node_modules/${name}/files`))),
    );
    for (const url of urls) {
      const file = /^\/assets\/fonts\/([\w-]+\.woff2)\?v=[\w-]+$/.exec(url)?.[1];
      expect(shipped.has(file ?? ""), url).to.equal(true);
    }
  });
});
