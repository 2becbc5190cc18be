import { expect } from "chai";
import { unescapeHtml } from "../kit/http-browser.js";
import { addItem, aSandbox, postScore, type SandboxUnderTest } from "./a-sandbox.js";
import { launch, lti, open } from "./an-added-tool.js";

const ags = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";

describe("the way from the sandbox's gradebook to the work", () => {
  let tested: SandboxUnderTest;
  beforeEach(async () => {
    tested = await aSandbox();
  });
  afterEach(() => tested.stop());

  const review = "/course/launch?as=instructor&review=trainee-one";

  it("is a link beside each grade, which opens the course page with the review in its frame", async () => {
    await postScore(tested, await addItem(tested), { comment: "2 of 3 <done>" });
    const { html } = await open(tested, "/gradebook");
    expect(html).to.include("2 of 3 &lt;done&gt;");
    const [, href = ""] =
      /<a class="small" href="([^"]+)" aria-label="Look at the work of Trainee one/.exec(html) ?? [];
    const page = await open(tested, unescapeHtml(href));
    expect(page.html).to.include("You are looking at the work of: Trainee one");
    const [, src = ""] = /<iframe class="tool" src="([^"]+)"/.exec(page.html) ?? [];
    const { claims } = await launch(tested, unescapeHtml(src));
    expect(claims[lti("message_type")]).to.equal("LtiSubmissionReviewRequest");
  });

  it("names whose work it is, by whom it is looked at, the link and its one column", async () => {
    const item = await addItem(tested);
    const { claims } = await launch(tested, review);
    const user = (key: string) => tested.sandbox.gradebook().users.find((one) => one.key === key);
    expect(claims.sub).to.equal(user("instructor")?.id);
    expect(claims[lti("for_user")]).to.deep.include({
      user_id: user("trainee-one")?.id,
      given_name: user("trainee-one")?.givenName,
    });
    expect(claims[lti("resource_link")]).to.include({ id: "rl-m01" });
    expect(claims[ags]).to.include({ lineitem: item });
    expect(claims[lti("custom")]).to.deep.equal({ module: "M01" });
  });

  it("goes where the column's submissionReview says, with its custom parameters", async () => {
    const url = `${tested.launchUrl}?review=1`;
    await addItem(tested, { submissionReview: { url, custom: { show: "all" } } });
    const { login, claims } = await launch(tested, review);
    expect(login.get("target_link_uri")).to.equal(url);
    expect(claims[lti("target_link_uri")]).to.equal(url);
    expect(claims[lti("custom")]).to.deep.equal({ module: "M01", show: "all" });
  });

  it("is closed to trainees, and for nobody unknown", async () => {
    const path = review.replace("instructor", "trainee-two");
    expect((await open(tested, path)).status).to.equal(403);
    expect((await open(tested, review.replace("trainee-one", "nobody"))).status).to.equal(404);
  });
});

describe("an anonymous launch from the sandbox", () => {
  let tested: SandboxUnderTest;
  before(async () => {
    tested = await aSandbox();
  });
  after(() => tested.stop());

  for (const path of [
    "/course/launch?as=trainee-one",
    "/course/launch?as=instructor&review=trainee-one",
    "/course/pick?as=instructor&tool=sandbox-client",
  ]) {
    it(`has no name and no mail address anywhere: ${path}`, async () => {
      const { users } = tested.sandbox.gradebook();
      const canaries = users.flatMap(({ givenName, familyName, mail }) => [givenName, familyName, mail]);
      const told = (claims: object): boolean => canaries.some((one) => JSON.stringify(claims).includes(one));
      expect(told((await launch(tested, path)).claims)).to.equal(true);
      const { claims } = await launch(tested, `${path}&privacy=anonymous`);
      expect(told(claims)).to.equal(false);
      expect(claims.sub).to.match(/^[0-9a-f]{32}$/);
    });
  }

  it("comes from a course page with the same switch", async () => {
    const { html } = await open(tested, "/course?as=trainee-one&privacy=anonymous");
    expect(unescapeHtml(html)).to.include('src="/course/launch?as=trainee-one&privacy=anonymous"');
  });
});
