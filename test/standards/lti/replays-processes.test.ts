import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { aScene, type Scene } from "../../kit/beside-sandbox.js";
import { describeWith } from "../../kit/needs.js";
import { ToolStarter, type Environment, type ToolProcess } from "../../kit/tool-process.js";
import { mongoDatabase } from "../../storage/contract/database.js";
import { names, TestPlatform } from "./a-platform.js";
import { loginForm } from "./a-tool.js";
import { messageKinds, type MessageKind } from "./message-kinds.js";

const posts = 100;

describeWith("mongodb", "a launch that is posted a hundred times at once, to two processes", (server) => {
  let starter: ToolStarter;
  let scene: Scene;
  let platform: TestPlatform;
  const tools: ToolProcess[] = [];

  before(async function () {
    this.timeout(120_000);
    platform = await TestPlatform.start();
    starter = new ToolStarter(0);
    scene = await aScene({ database: mongoDatabase(server), processes: 2 });
    await register(platform, scene.environments[0]!);
    // One after the other: the first one lays the database out.
    for (const environment of scene.environments) {
      const tool = await starter.start(environment);
      tools.push(tool);
      expect(await tool.ready, tool.output()).to.equal(true);
    }
  });

  after(async () => {
    await Promise.all(tools.map((tool) => tool.kill()));
    await scene.close();
    await starter.close();
    await platform.stop();
  });

  for (const kind of messageKinds) {
    it(`works exactly once: ${kind.name}`, async () => {
      const { cookie, state, nonce } = await begin();
      const id_token = await platform.sign(claimsOf(kind, nonce));
      const ports = scene.environments.map(({ TESSERA_PORT }) => TESSERA_PORT!);
      const answers = await Promise.all(
        Array.from({ length: posts }, (_, index) =>
          post(`http://127.0.0.1:${ports[index % ports.length]}/lti/launch`, { state, id_token }, cookie),
        ),
      );
      const codes = await Promise.all(
        answers.filter(({ status }) => status !== 303).map(async (answer) => (await answer.json()) as object),
      );
      expect(codes).to.have.length(posts - 1);
      for (const refusal of codes) expect(refusal).to.include({ code: "state_unknown" });
    }).timeout(60_000);
  }

  async function begin(): Promise<{ cookie: string; state: string; nonce: string }> {
    const form = loginForm({ origin: scene.origin, platform });
    const first = await post(`${scene.origin}/lti/login`, form);
    const cookie = (first.headers.get("set-cookie") ?? "").split(";")[0]!;
    const answer = await post(`${scene.origin}/lti/login?again=1`, form, cookie);
    const { searchParams } = new URL(answer.headers.get("location") ?? "about:blank");
    return { cookie, state: searchParams.get("state") ?? "", nonce: searchParams.get("nonce") ?? "" };
  }

  function claimsOf(kind: MessageKind, nonce: string): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return {
      ...{ iss: platform.origin, aud: "client-1", sub: "user-1", iat: now, exp: now + 60, nonce },
      [names.version]: "1.3.0",
      [names.messageType]: "LtiResourceLinkRequest",
      [names.deploymentId]: "deployment-1",
      [names.targetLinkUri]: `${scene.origin}/lti/launch`,
      [names.roles]: [names.learner],
      [names.resourceLink]: { id: "link-1" },
      [names.custom]: { module: "M01" },
      ...kind.claims({ platform }),
    };
  }
});

/** Where the tools read who is registered. */
async function register(platform: TestPlatform, environment: Environment): Promise<void> {
  const { origin } = platform;
  const registration = {
    ...{ name: "Test platform", academy: "northgate", issuer: origin, clientId: "client-1" },
    ...{ deployments: ["deployment-1"], authorizationUrl: `${origin}/auth`, tokenUrl: `${origin}/token` },
    jwksUrl: `${origin}/jwks`,
  };
  const file = join(environment["TESSERA_LTI_CONFIG"]!, "platforms", "test.json");
  await writeFile(file, JSON.stringify(registration));
}

function post(url: string, form: Record<string, string>, cookie?: string): Promise<Response> {
  return fetch(url, {
    ...{ method: "POST", redirect: "manual", body: new URLSearchParams(form) },
    headers: { accept: "application/json", ...(cookie === undefined ? {} : { cookie }) },
  });
}
