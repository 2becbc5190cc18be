import { expect } from "chai";
import { WebError, errorWords, sendPage, type PageModel } from "../../../src/foundation/web/index.js";
import { KnownError } from "../../../src/foundation/kernel/index.js";
import { aSite, type Site } from "./site.js";

interface GreetingPage extends PageModel {
  readonly name: string;
}

const nasty = `<script>alert("1")</script>' onx='{{name}} {name} &amp;`;

describe("a page", () => {
  let site: Site;
  before(async () => {
    site = await aSite(
      (app) => {
        app.get("/", (_req, res) =>
          sendPage<GreetingPage>(res, "test/greeting", { pageTitle: nasty, name: nasty }, 201),
        );
        app.get("/words", (_req, res) => {
          res.json([
            errorWords(res, new WebError("not_found")),
            errorWords(
              res,
              new KnownError("test_words", 400, { list: ["a", "b"], n: 2, yes: false, none: undefined }),
            ),
          ]);
        });
        app.get("/attribute", (_req, res) =>
          sendPage<GreetingPage>(res, "test/attribute", { pageTitle: "x", name: nasty }),
        );
        app.get("/choice", (_req, res) =>
          sendPage<GreetingPage>(res, "test/choice", { pageTitle: "x", name: "yes" }),
        );
        app.get("/missing", (_req, res) => sendPage(res, "test/missing", { pageTitle: "x" }));
        app.get("/asset", (_req, res) => sendPage(res, "test/asset", { pageTitle: "x" }));
      },
      {
        words: {
          test: { greeting: "Good morning, {name}!", markup: "1 < 2 & <b>3</b>" },
          errors: {
            test_words: {
              title: "{list}",
              text: "{n, plural, one {#} other {# things}}",
              next: "{yes}{none}",
            },
          },
        },
        views: {
          "test/greeting.hbs":
            '<p>{{t "test.greeting" name=name}}</p><i>{{name}}</i><b>{{t "test.markup"}}</b>',
          "test/attribute.hbs": `<a title="{{t "test.greeting" name=name}}" alt='{{name}}'></a>`,
          "test/choice.hbs": '{{#if (eq name "yes")}}same{{else}}other{{/if}}',
          "test/missing.hbs": '{{t "test.nothing"}}',
          "test/asset.hbs": '{{asset "sandbox.css"}}',
        },
      },
    );
  });
  after(() => site.close());

  it("shows values as text, wherever they come in", async () => {
    const { status, headers, text } = await site.ask("/");
    expect([status, headers["content-type"]]).to.deep.equal([201, "text/html; charset=utf-8"]);
    expect(text).not.to.contain("<script>");
    expect(text.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/g)).to.have.length(3);
    expect(text).to.contain("<b>1 &lt; 2 &amp; &lt;b&gt;3&lt;/b&gt;</b>");
    expect(text).to.contain('<html lang="en" dir="ltr">');
  });

  it("lets no value out of an attribute", async () => {
    const { text } = await site.ask("/attribute");
    expect(text.match(/<a title="[^"<>]*" alt='[^'<>]*'><\/a>/g)).to.have.length(1);
  });

  it("compares, and shows a key without words as one", async () => {
    expect((await site.ask("/choice")).text).to.contain("same");
    expect((await site.ask("/missing")).text).to.contain("⟦test.nothing⟧");
  });

  it("names its assets by their content", async () => {
    expect((await site.ask("/asset")).text).to.match(/\/assets\/sandbox\.css\?v(=|&#x3D;)[\w-]{12}/);
  });

  it("has an error's words with its data filled in", async () => {
    const [known, filled] = JSON.parse((await site.ask("/words")).text) as Record<string, string>[];
    expect(known?.title).to.equal("There is no such page");
    expect(filled).to.deep.equal({ title: "a, b", text: "2 things", next: "false…" });
  });
});
