import { expect } from "chai";
import { aSandbox, type SandboxUnderTest } from "./a-sandbox.js";
import { addTool, bearerOf, launch, registrationOf, scopes, type Flavour } from "./an-added-tool.js";

interface Roster {
  readonly context: { readonly id: string };
  readonly members: readonly {
    readonly user_id: string;
    readonly roles: readonly string[];
    readonly name?: string;
  }[];
}

const mediaType = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
const nrps = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

describe("the sandbox's roster", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  const get = async (
    url: string,
    by: { readonly clientId?: string; readonly flavour?: Flavour; readonly accept?: string } = {},
  ): Promise<Response> => {
    const { clientId = "sandbox-client", flavour = "moodle", accept = mediaType } = by;
    const authorization = await bearerOf(tested, clientId, flavour, scopes.members);
    return fetch(url, { headers: { authorization, accept } });
  };
  const addressIn = async (path: string): Promise<string> => {
    const { claims } = await launch(tested, path);
    return (claims[nrps] as { context_memberships_url: string }).context_memberships_url;
  };
  const nextOf = (response: Response): string | undefined =>
    /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
  const walk = async (first: string, by: Parameters<typeof get>[1] = {}): Promise<Roster["members"][]> => {
    const pages: Roster["members"][] = [];
    for (let url: string | undefined = first; url !== undefined;) {
      const response = await get(url, by);
      pages.push(((await response.json()) as Roster).members);
      url = nextOf(response);
    }
    return pages;
  };

  it("stands in a launch, and has a whole class: ids, short roles, names, mail", async () => {
    const response = await get(await addressIn("/course/launch?as=instructor"));
    expect(response.headers.get("content-type")).to.include(mediaType);
    const { context, members } = (await response.json()) as Roster;
    expect(context.id).to.equal("course-1");
    const inRole = (role: string) => members.filter(({ roles }) => roles.includes(role));
    expect([inRole("Learner").length, inRole("Instructor").length]).to.deep.equal([24, 2]);
    const { users } = tested.sandbox.gradebook();
    expect(members.map(({ user_id: id }) => id)).to.have.members(users.map(({ id }) => id));
    expect(members[0]).to.deep.include({
      status: "Active",
      given_name: users[0]?.givenName,
      email: users[0]?.mail,
    });
  });

  it("pages by limit, each member once", async () => {
    const url = await addressIn("/course/launch?as=instructor");
    const pages = await walk(`${url}&limit=10`);
    expect(pages.map(({ length }) => length)).to.deep.equal([10, 10, 6]);
    expect(new Set(pages.flat().map(({ user_id: id }) => id)).size).to.equal(26);
  });

  it("gives one role alone, which Moodle's next page has forgotten", async () => {
    const url = await addressIn("/course/launch?as=instructor");
    const response = await get(`${url}&role=Learner&limit=20`);
    expect(((await response.json()) as Roster).members).to.have.length(20);
    expect(nextOf(response)).to.include("limit=20").and.not.include("role");
  });

  it("wants its media type, its scope and its type_id", async () => {
    const url = await addressIn("/course/launch?as=instructor");
    expect((await get(url, { accept: "application/json" })).status).to.equal(400);
    expect((await get(url.replace(/\?.*/, ""))).status).to.equal(400);
    expect((await fetch(url, { headers: { accept: mediaType } })).status).to.equal(401);
    const authorization = await bearerOf(tested, "sandbox-client", "moodle", scopes.score);
    expect((await fetch(url, { headers: { accept: mediaType, authorization } })).status).to.equal(403);
  });

  it("is another tool's own: nobody else's token opens it", async () => {
    const clientId = await addTool(tested, "moodle");
    const url = await addressIn("/course/launch?as=instructor");
    expect((await get(url, { clientId })).status).to.equal(403);
  });

  it("has names and mail only as far as the tool may see them", async () => {
    const clientId = await addTool(
      tested,
      "canvas",
      registrationOf(
        tested,
        {},
        {
          "https://canvas.instructure.com/lti/privacy_level": "anonymous",
        },
      ),
    );
    const url = await addressIn(`/course/pick?as=instructor&course=canvas-1&tool=${clientId}`);
    const { members } = (await (await get(url, { clientId, flavour: "canvas" })).json()) as Roster;
    expect(members[0]).to.have.keys("status", "user_id", "roles");
  });

  it("in Canvas's flavour pages by itself, keeps the role, and says roles as URIs", async () => {
    const clientId = await addTool(tested, "canvas");
    const by = { clientId, flavour: "canvas" } as const;
    const url = await addressIn(`/course/pick?as=instructor&course=canvas-1&tool=${clientId}`);
    expect((await walk(url, by)).map(({ length }) => length)).to.deep.equal([10, 10, 6]);
    const learners = (await walk(`${url}?role=Learner`, by)).flat();
    expect(learners).to.have.length(24);
    expect(learners[0]?.roles).to.deep.equal(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]);
  });

  it("in Canvas's flavour is for programs that say what they are", async () => {
    const clientId = await addTool(tested, "canvas");
    const url = await addressIn(`/course/pick?as=instructor&course=canvas-1&tool=${clientId}`);
    const authorization = await bearerOf(tested, clientId, "canvas", scopes.members);
    const headers = { authorization, accept: mediaType, "user-agent": "" };
    expect((await fetch(url, { headers })).status).to.equal(403);
  });
});
