import { expect } from "chai";
import { addItem, aSandbox, bearer, itemsUrl, scopes, type SandboxUnderTest } from "./a-sandbox.js";

const itemType = "application/vnd.ims.lis.v2.lineitem+json";
const containerType = "application/vnd.ims.lis.v2.lineitemcontainer+json";

describe("the sandbox's line item service", () => {
  let tested: SandboxUnderTest;
  beforeEach(async () => {
    tested = await aSandbox();
  });
  afterEach(() => tested.stop());

  const send = async (
    url: string,
    method: string,
    options: { headers?: Record<string, string>; body?: string; scope?: string } = {},
  ): Promise<Response> =>
    fetch(url, {
      method,
      headers: { authorization: await bearer(tested, options.scope), ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
  const list = async (query = ""): Promise<{ label: string; id: string }[]> => {
    const response = await send(`${itemsUrl(tested)}${query}`, "GET", { headers: { accept: containerType } });
    return (await response.json()) as { label: string; id: string }[];
  };
  const codeOf = async (response: Response): Promise<string> =>
    ((await response.json()) as { code: string }).code;

  it("creates a line item: 201, and its id is its address with the type_id", async () => {
    const response = await send(itemsUrl(tested), "POST", {
      headers: { "content-type": itemType },
      body: JSON.stringify({ label: "M01", scoreMaximum: 50, tag: "grade", resourceId: "M01" }),
    });
    expect(response.status).to.equal(201);
    expect(response.headers.get("content-type")).to.include(itemType);
    expect(await response.json()).to.deep.equal({
      id: `${tested.origin}/ags/lineitems/1?type_id=1`,
      label: "M01",
      scoreMaximum: 50,
      tag: "grade",
      resourceId: "M01",
    });
  });

  it("lists them all, or by link, resource and tag", async () => {
    await addItem(tested, { label: "a", tag: "grade", resourceId: "r" });
    await addItem(tested, { label: "b", resourceLinkId: undefined });
    expect((await list()).map(({ label }) => label)).to.deep.equal(["a", "b"]);
    expect((await list("&resource_link_id=rl-m01")).map(({ label }) => label)).to.deep.equal(["a"]);
    expect((await list("&tag=grade")).map(({ label }) => label)).to.deep.equal(["a"]);
    expect((await list("&resource_id=r")).map(({ label }) => label)).to.deep.equal(["a"]);
    expect(await list("&tag=other")).to.deep.equal([]);
  });

  it("pages by limit and from, with a Link header as bad as Moodle's", async () => {
    for (const label of ["a", "b", "c"]) await addItem(tested, { label });
    const first = await send(`${itemsUrl(tested)}&limit=2`, "GET");
    const link = Buffer.from(first.headers.get("link") ?? "", "latin1").toString("utf8");
    expect(await first.json()).to.have.length(2);
    expect(link).to.equal(`<${tested.origin}/ags/lineitems?type_id=1&amp;limit=2&amp;from=2>; rel=“next”`);
    const last = await send(`${itemsUrl(tested)}&limit=2&from=2`, "GET");
    expect(await last.json()).to.have.length(1);
    expect(last.headers.get("link")).to.include("from=0").and.not.include("next");
  });

  it("refuses a page beyond the end, and a limit that is no number", async () => {
    for (const query of ["&limit=2&from=7", "&limit=many"]) {
      expect(await codeOf(await send(`${itemsUrl(tested)}${query}`, "GET"))).to.equal(
        "sandbox_page_out_of_range",
      );
    }
  });

  it("shows, replaces and removes one", async () => {
    const url = await addItem(tested);
    const shown = await send(url, "GET", { headers: { accept: itemType } });
    expect(await shown.json()).to.include({ id: url, label: "Module M01" });
    const replaced = await send(url, "PUT", {
      headers: { "content-type": itemType },
      body: JSON.stringify({ label: "New", scoreMaximum: 10 }),
    });
    expect(await replaced.json()).to.deep.equal({ id: url, label: "New", scoreMaximum: 10 });
    expect((await send(url, "DELETE")).status).to.equal(204);
    for (const method of ["GET", "DELETE"]) {
      const gone = await send(url, method);
      expect(gone.status).to.equal(404);
      expect(await codeOf(gone)).to.equal("sandbox_line_item_unknown");
    }
  });

  const bodies: [string, string][] = [
    ["no JSON", "label=M01"],
    ["no label", JSON.stringify({ scoreMaximum: 100 })],
    ["an empty label", JSON.stringify({ label: " ", scoreMaximum: 100 })],
    ["no maximum", JSON.stringify({ label: "M01" })],
    ["a maximum of zero", JSON.stringify({ label: "M01", scoreMaximum: 0 })],
    ["another course's link", JSON.stringify({ label: "M01", scoreMaximum: 1, resourceLinkId: "other" })],
  ];
  for (const [what, body] of bodies) {
    it(`refuses a line item with ${what}, and changes nothing`, async () => {
      const url = await addItem(tested);
      for (const [target, method] of [
        [itemsUrl(tested), "POST"],
        [url, "PUT"],
      ] as const) {
        const response = await send(target, method, { headers: { "content-type": itemType }, body });
        expect(response.status).to.equal(400);
        expect(await codeOf(response)).to.equal("sandbox_line_item_malformed");
      }
      expect((await list()).map(({ label }) => label)).to.deep.equal(["Module M01"]);
    });
  }

  it("takes one exact media type in Accept, or none, or the wildcard", async () => {
    const status = async (accept: string): Promise<number> =>
      (await send(itemsUrl(tested), "GET", { headers: { accept } })).status;
    expect(await status(containerType)).to.equal(200);
    expect(await status("*/*")).to.equal(200);
    for (const accept of ["application/json", itemType, `${containerType}, application/json`]) {
      expect(await status(accept), accept).to.equal(400);
    }
  });

  it("takes one exact media type in Content-Type, whatever its charset", async () => {
    const status = async (type: string): Promise<number> =>
      (
        await send(itemsUrl(tested), "POST", {
          headers: { "content-type": type },
          body: JSON.stringify({ label: "M01", scoreMaximum: 100 }),
        })
      ).status;
    expect(await status(`${itemType};charset=utf-8`)).to.equal(201);
    for (const type of ["application/json", containerType, "text/plain"]) {
      expect(await status(type), type).to.equal(400);
    }
  });

  it("asks for a token: without one, with an invented one, or as another scheme it is 401", async () => {
    for (const authorization of [undefined, "Bearer invented", "Basic dTpw"]) {
      const response = await fetch(itemsUrl(tested), {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(response.status).to.equal(401);
      expect(response.headers.get("www-authenticate")).to.equal("Bearer");
      expect(await codeOf(response)).to.equal("sandbox_token_missing");
    }
  });

  it("lets a read-only token list and show, and nothing else: 403", async () => {
    const url = await addItem(tested);
    const scope = scopes.readOnly;
    expect((await send(itemsUrl(tested), "GET", { scope })).status).to.equal(200);
    expect((await send(url, "GET", { scope })).status).to.equal(200);
    const headers = { "content-type": itemType };
    for (const [target, method] of [
      [itemsUrl(tested), "POST"],
      [url, "PUT"],
      [url, "DELETE"],
    ] as const) {
      const response = await send(target, method, {
        scope,
        headers,
        ...(method === "DELETE" ? {} : { body: "{}" }),
      });
      expect(response.status, method).to.equal(403);
      expect(await codeOf(response)).to.equal("sandbox_token_scope");
    }
    expect((await send(itemsUrl(tested), "GET", { scope: scopes.score })).status).to.equal(403);
  });

  it("knows no service at an address whose type_id was lost or spoilt", async () => {
    const url = await addItem(tested);
    for (const spoilt of [url.replace("?type_id=1", ""), `${url}/scores`, `${tested.origin}/ags/results`]) {
      const response = await send(spoilt, "GET");
      expect(response.status).to.equal(400);
      expect(await codeOf(response)).to.equal("sandbox_service_unknown");
    }
  });
});
