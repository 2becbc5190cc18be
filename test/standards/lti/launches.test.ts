import { expect } from "chai";
import type { Visit } from "../../../src/foundation/web/index.js";
import { names } from "./a-platform.js";
import { aTool, type Answered, type LtiTool } from "./a-tool.js";

const vocabulary = "http://purl.imsglobal.org/vocab/lis/v2";

describe("a good launch", () => {
  let tool: LtiTool;
  beforeEach(async () => {
    tool = await aTool();
  });
  afterEach(() => tool.stop());

  async function launch(change: Record<string, unknown> = {}): Promise<Answered> {
    const login = await tool.login();
    return tool.launch(login, await tool.platform.sign(tool.claims(login, change)));
  }

  async function visitAfter(change: Record<string, unknown> = {}): Promise<Visit> {
    const login = await tool.login();
    const answer = await tool.launch(login, await tool.platform.sign(tool.claims(login, change)));
    expect(answer.status, answer.code).to.equal(303);
    const page = await tool.send("GET", answer.headers.get("location") ?? "", { cookie: login.cookie });
    return JSON.parse(page.text) as Visit;
  }

  // The guide's nine valid launches, each as an instructor and as a trainee.
  const variants: readonly (readonly [string, (role: string) => Record<string, unknown>])[] = [
    ["plain", (role) => ({ [names.roles]: [role] })],
    [
      "multiple roles",
      (role) => ({
        [names.roles]: [role, `${vocabulary}/institution/person#Staff`, `${vocabulary}/membership#Member`],
      }),
    ],
    ["short role", (role) => ({ [names.roles]: [role.split("#")[1]] })],
    ["unknown role", (role) => ({ [names.roles]: [role, "http://roles.example/vocab#Astronaut"] })],
    ["empty roles", () => ({ [names.roles]: [] })],
    ["email only", (role) => ({ [names.roles]: [role], email: "a@b.example" })],
    ["names only", (role) => ({ [names.roles]: [role], name: "A B", given_name: "A", family_name: "B" })],
    ["no personal data", (role) => ({ [names.roles]: [role], [names.presentation]: null })],
    [
      "email without context",
      (role) => ({ [names.roles]: [role], email: "a@b.example", [names.context]: undefined }),
    ],
  ];
  for (const [variant, change] of variants) {
    for (const [role, uri] of [
      ["instructor", names.instructor],
      ["trainee", names.learner],
    ] as const) {
      it(`(${variant}) opens as ${role}`, async () => {
        // Without roles nobody is more than a trainee.
        const expected = variant === "empty roles" ? "trainee" : role;
        const visit = await visitAfter(change(uri));
        expect(visit).to.deep.include({ role: expected, moduleId: "M01", frameOrigin: tool.platform.origin });
      });
    }
  }

  const roles: readonly (readonly [string, readonly string[], string])[] = [
    [
      "a Moodle administrator",
      [
        names.instructor,
        `${vocabulary}/system/person#Administrator`,
        `${vocabulary}/institution/person#Administrator`,
      ],
      "administrator",
    ],
    ["a course's administrator", [`${vocabulary}/membership#Administrator`], "administrator"],
    [
      "an administrator of the institution alone",
      [`${vocabulary}/institution/person#Administrator`],
      "administrator",
    ],
    [
      "an administrator who learns here",
      [names.learner, `${vocabulary}/system/person#Administrator`],
      "trainee",
    ],
    [
      "an instructor of the institution who learns here",
      [names.learner, `${vocabulary}/institution/person#Instructor`],
      "trainee",
    ],
    ["an instructor of the institution alone", [`${vocabulary}/institution/person#Instructor`], "trainee"],
    ["a teaching assistant", [`${vocabulary}/membership/Instructor#TeachingAssistant`], "instructor"],
    ["a content developer", [`${vocabulary}/membership#ContentDeveloper`], "instructor"],
    ["a mentor", [`${vocabulary}/membership#Mentor`], "trainee"],
    ["who teaches and learns", [names.learner, names.instructor], "instructor"],
    ["a learner without credit", [`${vocabulary}/membership/Learner#NonCreditLearner`], "trainee"],
    [
      "someone with an invented role",
      ["Administrator-ish", "#Instructor", "x/membership#Instructor"],
      "trainee",
    ],
  ];
  for (const [who, sent, role] of roles) {
    it(`makes ${who} a visitor as ${role}`, async () => {
      expect((await visitAfter({ [names.roles]: sent })).role).to.equal(role);
    });
  }

  it("knows the same person again, by a pseudonym that tells nothing", async () => {
    const [first, second] = [await visitAfter(), await visitAfter()];
    expect(second.personId).to.equal(first.personId);
    expect((await visitAfter({ sub: "user-2" })).personId).not.to.equal(first.personId);
    const person = await tool.directory.person(first.personId);
    expect(person.pseudonym).to.match(/^[\w-]{20}$/);
    expect(JSON.stringify(person)).not.to.include("@");
  });

  it("keeps no name and no mail address anywhere", async () => {
    const visit = await visitAfter({
      name: "Canary Name",
      email: "canary@mail.example",
      given_name: "Canary",
    });
    const kept = [visit, await tool.directory.person(visit.personId), tool.log];
    expect(JSON.stringify(kept).toLowerCase()).not.to.include("canary");
  });

  it("takes audiences as a list when azp names us, and keys in Moodle's lower case", async () => {
    const visit = await visitAfter({
      aud: ["client-1", "other"],
      azp: "client-1",
      [names.custom]: { Module: "$Unknown.variable", module: "M01" },
    });
    expect(visit.moduleId).to.equal("M01");
  });

  it("takes a deeper target when login and launch agree on it", async () => {
    const target = `${tool.origin}/modules/M01?from=course`;
    const login = await tool.login({ target_link_uri: target });
    expect(login.asked.searchParams.get("redirect_uri")).to.equal(`${tool.origin}/lti/launch`);
    const token = tool.claims(login, { [names.targetLinkUri]: target });
    expect((await tool.launch(login, await tool.platform.sign(token))).status).to.equal(303);
  });

  it("takes the platform's language, and a way back only to the platform", async () => {
    const home = `${tool.platform.origin}/course/1`;
    const good = await visitAfter({ [names.presentation]: { locale: "pt_br", return_url: home } });
    expect(good).to.deep.include({ locale: "pt-br", returnUrl: home });
    const bad = await visitAfter({
      [names.presentation]: { locale: "../..", return_url: "https://elsewhere.example/" },
    });
    expect(bad.locale).to.equal("en");
    expect(bad.returnUrl).to.equal(undefined);
  });

  it("bears claims that would change an object's prototype", async () => {
    const login = await tool.login();
    const claims = JSON.stringify(tool.claims(login)).replace(
      /^\{/,
      '{"__proto__":{"sub":"root"},"constructor":{},',
    );
    const token = await tool.platform.sign(JSON.parse(claims) as Record<string, unknown>);
    expect((await tool.launch(login, token)).status).to.equal(303);
    expect(({} as { sub?: string }).sub).to.equal(undefined);
  });

  it("puts nothing secret into the address that it leads to", async () => {
    const location = (await launch()).headers.get("location") ?? "";
    expect(location).to.match(/^\/visits\/[\w-]{24}$/);
    // The id alone opens nothing: the browser's cookie is missing.
    expect((await tool.send("GET", location)).code).to.equal("visit_of_another_browser");
  });

  const endpoint = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
    [names.endpoint]: { scope: names.scopes, lineitems: `${tool.platform.origin}/lineitems`, ...change },
  });
  const targetsAfter = async (change: Record<string, unknown>) => {
    const { personId } = await visitAfter(change);
    return tool.storage.lti.gradeTargets(personId, "M01");
  };

  it("remembers where a trainee's grade goes", async () => {
    const [target] = await targetsAfter(endpoint());
    expect(target).to.deep.include({
      lineItemsUrl: `${tool.platform.origin}/lineitems`,
      scopes: names.scopes,
    });
  });

  it("remembers no grade's way of an instructor, without the score scope, or to a foreign host", async () => {
    expect(await targetsAfter({ ...endpoint(), [names.roles]: [names.instructor] })).to.deep.equal([]);
    for (const change of [{ scope: [names.scopes[0]] }, { lineitems: "https://elsewhere.example/items" }]) {
      for (const target of await targetsAfter({
        ...endpoint(change),
        sub: `user ${JSON.stringify(change)}`,
      })) {
        expect(target.scopes).to.deep.equal([]);
        expect(target).not.to.have.any.keys("lineItemsUrl", "lineItemUrl");
      }
    }
    expect(tool.log.join("")).to.include("foreign origin");
  });
});
