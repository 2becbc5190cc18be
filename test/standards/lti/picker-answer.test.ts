import { expect } from "chai";
import fc from "fast-check";
import type { Curriculum } from "../../../src/standards/curriculum/index.js";
import { demoCurriculum } from "../../training/learning/a-classroom.js";
import { aPicker, claims, Instructor, textOf, type Item, type Picker } from "./a-picker.js";

const graded = ["six-tests-quiz", "bus-from-castellan", "no-excuse-quiz"];

describe("the picker's answer", () => {
  let curriculum: Curriculum;
  let picker: Picker;
  before(async () => {
    curriculum = await demoCurriculum();
    picker = await aPicker(curriculum);
  });
  after(() => picker.close());
  afterEach(() => picker.change({ status: "active", gradeColumns: "module" }));

  const enter = (entering?: Parameters<Instructor["enter"]>[0]) => new Instructor(picker).enter(entering);
  const answered = async (pick: readonly string[], entering?: Parameters<Instructor["enter"]>[0]) => {
    const instructor = await enter(entering);
    await instructor.press({ do: "add", pick });
    return { instructor, ...(await instructor.answer()) };
  };

  it("is signed by the tool's key, for this platform and deployment, and holds its data as they came", async () => {
    const { header, payload } = await answered(["M01"]);
    const now = Math.floor(picker.clock.now() / 1000);
    expect(header).to.have.all.keys("alg", "kid", "typ");
    expect(header).to.include({ alg: "RS256", typ: "JWT" });
    expect(payload).to.include({
      ...{ iss: "client-1", aud: picker.platform.issuer, iat: now - 30, exp: now + 300 },
      [claims.type]: "LtiDeepLinkingResponse",
      [claims.version]: "1.3.0",
      [claims.deployment]: "deployment-1",
      [claims.data]: "csrf:77 é&<",
      [claims.message]: "“Human rights foundations for policing” was added.",
    });
    expect(payload.nonce).to.match(/^[\w-]{32}$/);
    expect((await answered(["M01"])).payload.nonce).not.to.equal(payload.nonce);
  });

  it("brings no data where none came", async () => {
    const errand = { data: undefined } as unknown as { data: string };
    expect((await answered(["M01"], { errand })).payload).not.to.have.property(claims.data);
  });

  it("goes to the platform by a form that nothing can break out of, and that may go nowhere else", async () => {
    const { instructor } = await answered(["M01"]);
    const { page } = instructor;
    expect(instructor.form()).to.include({ method: "POST", action: picker.returnUrl });
    expect(instructor.form().fields.map(([name]) => name)).to.deep.equal(["JWT"]);
    expect(page.html).to.contain('b&#x3D;&quot;2&quot;"').and.not.to.contain('b="2"');
    const policy = page.headers.get("content-security-policy") ?? "";
    const lms = new URL(picker.returnUrl).origin;
    expect(/form-action ([^;]*)/.exec(policy)?.[1]?.split(" ")).to.have.members(["'self'", lms, lms]);
    expect(policy).to.contain(`frame-ancestors ${lms}`);
    expect(page.headers.get("cache-control")).to.contain("no-store");
    expect(textOf(page.html)).to.contain("“Human rights foundations for policing” goes to your course");
    await instructor.browser.submit(page, instructor.form());
    expect(picker.arrived.at(-1)).to.equal(instructor.form().fields[0]![1]);
  });

  it("links a module: its title, what it leads to, and one column for its grade", async () => {
    const { items } = await answered(["M01"]);
    const [item] = items;
    expect(items).to.have.length(1);
    expect(item).to.deep.equal({
      type: "ltiResourceLink",
      url: `${picker.origin}/lti/launch`,
      title: "Human rights foundations for policing",
      text: item!.text,
      custom: { module: "M01" },
      lineItem: {
        ...{ scoreMaximum: 100, label: "Human rights foundations for policing" },
        ...{ resourceId: "M01", tag: "M01" },
      },
      iframe: { width: 1040, height: 800 },
    });
    expect(item!.text).to.equal(
      "Module, 76 minutes. States the six tests and applies them to an everyday power; Spots discrimination in a border check; Explains why no order or emergency excuses ill-treatment.",
    );
  });

  it("links single activities, of which the graded ones bring a column by their own id", async () => {
    const ids = curriculum.modules[0]!.activities.map(({ id }) => id);
    const { items } = await answered(ids.map((id) => `M01/${id}`));
    expect(items.map(({ custom }) => custom)).to.deep.equal(
      ids.map((activity) => ({ module: "M01", activity })),
    );
    for (const { custom, lineItem, title } of items) {
      const id = custom["activity"]!;
      if (!graded.includes(id)) expect(lineItem, id).to.equal(undefined);
      else
        expect(lineItem).to.deep.equal({ scoreMaximum: 100, label: title, resourceId: `M01/${id}`, tag: id });
    }
    expect(items.filter(({ lineItem }) => lineItem)).to.have.length(3);
  });

  it("links each module of a programme, and none twice", async () => {
    const one = await answered(["programme:hcp-induction"]);
    expect(one.items.map(({ custom }) => custom)).to.deep.equal([{ module: "M01" }]);
    const both = await answered(["M01/no-excuse", "programme:hcp-induction", "M01"]);
    expect(both.items.map(({ custom }) => custom)).to.deep.equal([
      { module: "M01" },
      { module: "M01", activity: "no-excuse" },
    ]);
    expect(both.payload[claims.message]).to.equal("2 links were added.");
  });

  it("brings no columns where the platform takes none, and says so before", async () => {
    const errand = { lineItems: false };
    const { items } = await answered(["M01", "M01/six-tests-quiz"], { errand });
    expect(items.map(({ lineItem }) => lineItem)).to.deep.equal([undefined, undefined]);
    expect(textOf((await enter({ errand })).page.html)).to.contain("takes no column along with a link");
  });

  it("brings no column for a whole module where each activity has its own", async () => {
    await picker.change({ gradeColumns: "activity" });
    const { items } = await answered(["M01", "M01/six-tests-quiz"]);
    expect(items.map(({ lineItem }) => lineItem?.["tag"])).to.deep.equal([undefined, "six-tests-quiz"]);
    expect(textOf((await enter()).page.html)).to.contain("3 columns, one a quiz or scenario");
  });

  it("brings a module's column all the same where the platform lets us make none", async () => {
    const site = await aPicker(curriculum, { registered: { at: 1, inviteId: "i", scopes: [] } });
    await site.change({ gradeColumns: "activity" });
    const instructor = await new Instructor(site).enter();
    await instructor.press({ do: "add", pick: "M01" });
    expect((await instructor.answer()).items[0]?.lineItem).to.include({ tag: "M01" });
    await site.close();
  });

  it("opens links where the platform accepts it and the instructor wants it", async () => {
    const opening = async (targets: readonly ("iframe" | "window")[], target?: string) => {
      const instructor = await enter({ errand: { targets } });
      const asked = instructor.page.html.includes('name="target"');
      await instructor.press({ do: "add", pick: ["M01"], ...(target ? { target } : {}) });
      const [item] = (await instructor.answer()).items;
      return [asked, item?.iframe !== undefined, item?.window];
    };
    expect(await opening(["iframe", "window"])).to.deep.equal([true, true, undefined]);
    expect(await opening(["window", "iframe"], "window")).to.deep.equal([
      true,
      false,
      { targetName: "_blank" },
    ]);
    expect(await opening(["window"])).to.deep.equal([false, false, { targetName: "_blank" }]);
    expect(await opening(["iframe"], "window")).to.deep.equal([false, true, undefined]);
    expect(await opening([])).to.deep.equal([false, false, undefined]);
  });

  it("brings one link where the platform takes one, whatever is sent", async () => {
    const { items } = await answered(["M01/six-tests", "M01", "programme:hcp-induction"], {
      errand: { multiple: false },
    });
    expect(items.map(({ custom }) => custom)).to.deep.equal([{ module: "M01" }]);
  });

  it("is empty when nothing is to be added, which closes the platform's dialog", async () => {
    const instructor = await enter();
    await instructor.press({ do: "nothing", pick: ["M01"] });
    const { items, payload } = await instructor.answer();
    expect(items).to.deep.equal([]);
    expect(payload).to.include({ [claims.message]: "Nothing was added.", [claims.data]: "csrf:77 é&<" });
    expect(instructor.heading()).to.equal("Nothing is added to your course");
  });

  it("is not made without a choice: the page says what to do, and keeps what was looked for", async () => {
    const instructor = await enter();
    await instructor.press({ do: "add", q: "bus" });
    expect(instructor.page.url).to.match(/\/pick\?q=bus&after=none#problems$/);
    expect(textOf(instructor.page.html)).to.contain("Nothing is chosen yet");
    await instructor.press({ do: "add", pick: ["M99", "M01/nothing", "programme:hcp-leader"] });
    expect(textOf(instructor.page.html)).to.contain("Nothing is chosen yet");
  });

  it("is not made of more than 50 links at once", async () => {
    const first = curriculum.modules[0]!;
    const modules = Array.from({ length: 60 }, (_, index) => ({ ...first, id: `M${100 + index}` }));
    const programme = { ...curriculum.programmes[0]!, modules: modules.map(({ id }) => id) };
    const large = await aPicker({ ...curriculum, modules, programmes: [programme] });
    const instructor = await new Instructor(large).enter();
    await instructor.press({ do: "add", pick: `programme:${programme.id}` });
    expect(textOf(instructor.page.html)).to.contain("That is too much at once");
    const ids = modules.map(({ id }) => id);
    await instructor.press({ do: "add", pick: ids.slice(0, 51) });
    expect(textOf(instructor.page.html)).to.contain("That is too much at once");
    expect(instructor.ticked()).to.have.members(ids.slice(0, 51));
    await instructor.press({ do: "add", pick: ids.slice(0, 50) });
    expect((await instructor.answer()).items).to.have.length(50);
    await large.close();
  });

  it("is made for no form but this visit's own", async () => {
    const [own, other] = [await enter(), await enter()];
    const token = other.form().fields.find(([name]) => name === "token")![1];
    await own.press({ do: "add", pick: "M01", token });
    expect([own.page.status, own.page.html.includes("form_expired")]).to.deep.equal([403, true]);
    const stranger = new Instructor(picker);
    stranger.page = other.page;
    await stranger.press({ do: "add", pick: "M01" });
    expect(stranger.page.status).to.equal(403);
  });

  it("is not made for a platform that was switched off meanwhile", async () => {
    const instructor = await enter();
    await picker.change({ status: "inactive" });
    await instructor.press({ do: "add", pick: "M01" });
    expect(instructor.page.status).to.equal(403);
    expect(instructor.page.html).to.contain("platform_inactive");
  });

  it("holds what was ticked and exists, however it was searched for before", async function () {
    this.timeout(120_000);
    const first = curriculum.modules[0]!;
    const twin = { ...first, id: "M02", activities: first.activities.slice(2) };
    const programmes = [{ ...curriculum.programmes[0]!, modules: ["M01", "M02"] }];
    const content = { ...curriculum, modules: [first, twin], programmes };
    const site = await aPicker(content);
    const links = [first, twin].flatMap(({ id, activities }) => [
      id,
      ...activities.map((one) => `${id}/${one.id}`),
    ]);
    const group = `programme:${programmes[0]!.id}`;
    const pickable = fc.constantFrom(...links, group, "M03", "M01/x", "__proto__", "m01", "");
    const step = fc.record({
      q: fc.oneof(fc.constantFrom("", "bus", "tests", "zebra"), fc.string({ maxLength: 12, unit: "binary" })),
      programme: fc.constantFrom("", "hcp-induction", "other"),
      competency: fc.constantFrom("", "non-discrimination", "rights-foundations"),
      minutes: fc.constantFrom("", "15", "60", "-1", "1e9"),
      // What of what is shown is turned over, from ticked to not ticked or back.
      turned: fc.array(fc.nat(40), { maxLength: 6 }),
      press: fc.constantFrom({ do: "search" }, { do: "clear" }, { turn: "2" }, { turn: "-5" }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 4 }), fc.array(pickable), async (steps, foreign) => {
        const instructor = await new Instructor(site).enter();
        for (const { turned, press, ...wanted } of steps) {
          const rows = instructor.rows();
          const turn = new Set(turned.map((place) => place % Math.max(1, rows.length)));
          const pick = rows.flatMap(({ id, ticked }, at) => (ticked === turn.has(at) ? [] : [id]));
          await instructor.press({ ...wanted, ...press, pick });
          // Nothing that was ticked is lost or added on the way, whatever the list shows now.
          expect(instructor.ticked()).to.have.members(pick);
        }
        const ticked = [...instructor.ticked(), ...foreign];
        await instructor.press({ do: "add", pick: ticked });
        const wanted = links.filter(
          (id) => ticked.includes(id) || (ticked.includes(group) && ["M01", "M02"].includes(id)),
        );
        if (wanted.length === 0) {
          expect(textOf(instructor.page.html)).to.contain("Nothing is chosen yet");
          return;
        }
        expect((await instructor.answer()).items.map(idOf)).to.deep.equal(wanted);
      }),
      { numRuns: 60 },
    );
    await site.close();
  });
});

function idOf({ custom }: Item): string {
  return [custom["module"], custom["activity"]].filter(Boolean).join("/");
}
