import { Ajv } from "ajv";
import { expect } from "chai";
import fc from "fast-check";
import { readQuery } from "../../../src/standards/curriculum/case/query.js";
import { aFramework, origin, service, shippedCurriculum, type AFramework, type Rec } from "./a-framework.js";

interface Discovery {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly get: {
          readonly responses: Readonly<
            Record<
              string,
              {
                readonly content: {
                  readonly "application/json": { readonly schema: { readonly $ref: string } };
                };
              }
            >
          >;
        };
      }
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly required?: string[] }>> };
}

/** What the standard asks of each payload (information model §7.1). */
const mandatory: Readonly<Record<string, string>> = {
  CFDocument: "identifier uri lastChangeDateTime creator title CFPackageURI",
  CFPckgDocument: "identifier uri lastChangeDateTime creator title",
  CFItem: "identifier uri lastChangeDateTime fullStatement CFDocumentURI",
  CFPckgItem: "identifier uri lastChangeDateTime fullStatement",
  CFAssociation: "identifier uri lastChangeDateTime associationType originNodeURI destinationNodeURI",
  CFPckgAssociation: "identifier uri lastChangeDateTime associationType originNodeURI destinationNodeURI",
  CFAssociationSet: "CFItem CFAssociations",
  CFItemType: "identifier uri lastChangeDateTime title description hierarchyCode",
  CFItemTypeSet: "CFItemTypes",
  CFDocumentSet: "CFDocuments",
  CFPackage: "CFDocument",
  CFRubric: "identifier uri lastChangeDateTime",
  CFRubricCriterion: "identifier uri lastChangeDateTime",
  CFRubricCriterionLevel: "identifier uri lastChangeDateTime",
  LinkURI: "title identifier uri",
  LinkGenURI: "title identifier uri",
  imsx_StatusInfo: "imsx_codeMajor imsx_severity",
};

describe("the CASE service", function () {
  this.timeout(30_000);
  let framework: AFramework;
  let discovery: Discovery;
  let ajv: Ajv;
  before(async () => {
    framework = await aFramework(await shippedCurriculum());
    discovery = await framework.get<Discovery>("/discovery/imscasev1p1_openapi3_v1p0.json");
    ajv = new Ajv({ strict: false, allErrors: true });
    ajv.addFormat("uri", (text) => URL.canParse(text));
    ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    ajv.addFormat("int32", { type: "number", validate: (value) => Number.isInteger(value) });
    ajv.addSchema({ ...discovery, $id: "case" });
  });
  after(() => framework.close());

  /** Whether a body is what the service's own description says of an answer. */
  function isAsDescribed(body: unknown, path: string, status = "200"): void {
    const { $ref } = discovery.paths[path]!.get.responses[status]!.content["application/json"].schema;
    const validate = ajv.getSchema(`case${$ref}`)!;
    expect(validate(body), `${path}: ${ajv.errorsText(validate.errors)}`).to.equal(true);
  }

  it("describes itself where the standard says, with all that the standard asks for", () => {
    expect(discovery.openapi).to.match(/^3\./);
    expect(discovery.servers).to.deep.equal([{ url: `${origin}${service}` }]);
    for (const [name, members] of Object.entries(mandatory)) {
      expect(discovery.components.schemas[name]?.required, name).to.have.members(members.split(" "));
    }
  });

  it("answers with nothing but what it describes", async () => {
    const listed = await framework.get("/CFDocuments");
    isAsDescribed(listed, "/CFDocuments");
    const all = await framework.wholePackage();
    const ids = {
      CFDocuments: [all.CFDocument],
      CFPackages: [all.CFDocument],
      CFItems: all.CFItems,
      CFItemAssociations: all.CFItems,
      CFAssociations: all.CFAssociations,
      CFItemTypes: all.CFDefinitions.CFItemTypes,
      CFRubrics: all.CFRubrics,
    };
    expect(Object.keys(discovery.paths)).to.have.members([
      "/CFDocuments",
      ...Object.keys(ids).map((name) => `/${name}/{sourcedId}`),
    ]);
    for (const [name, records] of Object.entries(ids)) {
      expect(records, name).not.to.have.length(0);
      for (const { identifier } of records)
        isAsDescribed(await framework.get(`/${name}/${identifier}`), `/${name}/{sourcedId}`);
    }
  });

  const unknown = "00000000-0000-4000-8000-000000000000";
  const refusals: readonly (readonly [path: string, status: number, codeMinor: string])[] = [
    [`/CFItems/${unknown}`, 404, "unknownobject"],
    [`/CFSubjects/${unknown}`, 404, "unknownobject"],
    [`/CFNothing/${unknown}`, 404, "unknownobject"],
    ["/CFSubjects/x", 404, "invalid_uuid"],
    ["/CFItems", 404, "unknownobject"],
    ["/CFItems/not-an-id", 404, "invalid_uuid"],
    ["/CFItems/__proto__", 404, "invalid_uuid"],
    ["/CFItems/%E0%A4%A", 404, "invalid_uuid"],
    [`/CFItems/${"a".repeat(4000)}`, 404, "invalid_uuid"],
    ["/CFDocuments?limit=0", 400, "invalid_selection_field"],
    ["/CFDocuments?limit=ten", 400, "invalid_selection_field"],
    ["/CFDocuments?limit=9999999999", 400, "invalid_selection_field"],
    ["/CFDocuments?limit=1&limit=2", 400, "invalid_selection_field"],
    ["/CFDocuments?offset=-1", 400, "invalid_selection_field"],
    ["/CFDocuments?fields=", 400, "invalid_selection_field"],
    ["/CFDocuments?fields=title,,uri", 400, "invalid_selection_field"],
    ["/CFDocuments?filter=", 400, "invalid_selection_field"],
    ["/CFDocuments?filter=title", 400, "invalid_selection_field"],
    ["/CFDocuments?filter=nothing%3D'1'", 400, "invalid_selection_field"],
    [
      "/CFDocuments?filter=title%3D'a'%20AND%20title%3D'b'%20OR%20title%3D'c'",
      400,
      "invalid_selection_field",
    ],
    ["/CFDocuments?sort=title&orderBy=up", 400, "invalid_sort_field"],
  ];
  for (const [path, status, codeMinor] of refusals)
    it(`says ${codeMinor} to ${path.slice(0, 60)}`, async () => {
      const answer = await framework.ask(path);
      expect(answer.status).to.equal(status);
      expect(answer.headers["access-control-allow-origin"]).to.equal("*");
      expect(answer.headers["cache-control"]).to.equal("no-store");
      const body = JSON.parse(answer.text) as object;
      isAsDescribed(body, "/CFDocuments", "400");
      expect(body).to.deep.include({
        ...{ imsx_codeMajor: "failure", imsx_severity: "error" },
        imsx_codeMinor: {
          imsx_codeMinorField: [
            { imsx_codeMinorFieldName: "TargetEndSystem", imsx_codeMinorFieldValue: codeMinor },
          ],
        },
      });
    });

  it("says no more than that something failed, where something fails before it", async () => {
    const broken = await aFramework(await shippedCurriculum(), {
      before: () => {
        throw new TypeError("the counter of /var/lib/tessera.db is gone");
      },
    });
    const answer = await broken.ask("/CFDocuments");
    await broken.close();
    expect([answer.status, answer.headers["access-control-allow-origin"]]).to.deep.equal([500, "*"]);
    isAsDescribed(JSON.parse(answer.text), "/CFDocuments", "500");
    expect(answer.text).to.include('"internal_server_error"').and.not.to.include("tessera.db");
  });

  it("changes nothing for anyone", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const answer = await framework.ask("/CFDocuments", {}, method);
      expect([answer.status, answer.headers.allow]).to.deep.equal([405, "GET, HEAD, OPTIONS"]);
      expect(JSON.parse(answer.text)).to.include({ imsx_codeMajor: "unsupported" });
    }
  });

  it("lets programs of any site read, also those that send a token", async () => {
    const asked = await framework.ask("/CFDocuments", { origin: "https://other.example" }, "OPTIONS");
    expect(asked.status).to.equal(204);
    expect(asked.headers).to.include({ "access-control-allow-origin": "*" });
    expect(asked.headers["access-control-allow-headers"]).to.include("Authorization");
    const answer = await framework.ask("/CFDocuments", { authorization: "Bearer anything" });
    expect(answer.status).to.equal(200);
    expect(answer.headers["access-control-expose-headers"]).to.include("X-Total-Count");
    expect(answer.headers["set-cookie"]).to.equal(undefined);
  });

  it("takes an id in capitals too, and gives nothing again to who has it", async () => {
    const { CFItems } = await framework.wholePackage();
    const path = `/CFItems/${CFItems[0]!.identifier}`;
    const first = await framework.ask(path);
    const again = await framework.ask(path, {
      "if-none-match": first.headers.etag,
    });
    expect([again.status, again.text]).to.deep.equal([304, ""]);
    expect(first.headers["cache-control"]).to.equal("public, max-age=300");
    const capitals = await framework.ask(`/CFItems/${CFItems[0]!.identifier.toUpperCase()}`);
    expect(capitals.text).to.equal(first.text);
    const head = await framework.ask(path, {}, "HEAD");
    expect([head.status, head.text, head.headers.etag]).to.deep.equal([200, "", first.headers.etag]);
  });

  const filters: readonly (readonly [filter: string, found: number])[] = [
    ["version='0.2.0'", 1],
    ["version!='0.2.0'", 0],
    ["version>'0.1.9' AND lastChangeDateTime>'2016-12-12T00:00:00Z'", 1],
    ["version='9' OR title~'ETHICS'", 1],
    ["language='EN'", 1],
    ["CFPackageURI.title~'curriculum'", 1],
    ["CFPackageURI.nothing='x'", 0],
    ["subject='law'", 0],
    ["subject!='law'", 1],
    ["title~'\"<script>'", 0],
  ];
  for (const [filter, found] of filters)
    it(`finds ${found} by ${filter}`, async () => {
      const answer = await framework.ask(`/CFDocuments?filter=${encodeURIComponent(filter)}`);
      const { CFDocuments } = JSON.parse(answer.text) as { CFDocuments: Rec[] };
      expect([answer.status, CFDocuments.length]).to.deep.equal([200, found]);
      expect(answer.headers["x-total-count"]).to.equal(String(found));
    });

  it("gives the fields that are asked for, and all where there is none of that name", async () => {
    const fieldsOf = async (query: string): Promise<string[]> => {
      const { CFDocuments } = await framework.get(`/CFDocuments?${query}`);
      return Object.keys(CFDocuments[0]!);
    };
    expect(await fieldsOf("fields=identifier,version,subject")).to.have.members(["identifier", "version"]);
    expect(await fieldsOf("fields=identifier&fields=version")).to.have.members(["identifier", "version"]);
    expect(await fieldsOf("fields=identifier,nothing")).to.deep.equal(await fieldsOf(""));
    expect(await fieldsOf("fields=__proto__")).to.deep.equal(await fieldsOf(""));
  });

  it("says how many there are, and where the pages around this one are", async () => {
    const at = `${origin}${service}/CFDocuments`;
    const first = await framework.ask("/CFDocuments?limit=1&sort=title");
    expect(first.headers.link).to.equal(
      `<${at}?limit=1&sort=title&offset=0>; rel="first", <${at}?limit=1&sort=title&offset=0>; rel="last"`,
    );
    const beyond = await framework.ask("/CFDocuments?limit=1&offset=7");
    expect(beyond.headers["x-total-count"]).to.equal("1");
    expect(JSON.parse(beyond.text)).to.deep.equal({ CFDocuments: [] });
    expect(beyond.headers.link).to.include(`<${at}?limit=1&offset=0>; rel="prev"`);
  });
});

describe("a selection of CASE records", () => {
  const records = [{ title: "b", version: "2" }, { title: "A", version: "1" }, { title: "c" }];
  const titles = (query: Record<string, string>): unknown[] =>
    readQuery(query)
      .choose(records)
      .map(({ title }) => title);

  it("is in the order that is asked for, whatever the case, and as it was where there is no such field", () => {
    expect(titles({ sort: "title" })).to.deep.equal(["A", "b", "c"]);
    expect(titles({ sort: "title", orderBy: "desc" })).to.deep.equal(["c", "b", "A"]);
    expect(titles({ sort: "version" })).to.deep.equal(["c", "A", "b"]);
    expect(titles({ sort: "nothing", orderBy: "desc" })).to.deep.equal(["b", "A", "c"]);
  });

  it("finds in a list any of the values that are given, or the whole of it", () => {
    const list = [{ subject: ["law", "ethics", "duty"] }];
    const found = (filter: string): number => readQuery({ filter }).choose(list).length;
    expect(found("subject='law'")).to.equal(0);
    expect(found("subject='law,ethics,duty'")).to.equal(1);
    expect(found("subject~'LAW'")).to.equal(1);
    expect(found("subject~'law,ethics'")).to.equal(1);
    expect(found("subject~'sport'")).to.equal(0);
  });

  it("is refused or made, whatever is asked: it never fails otherwise", () => {
    const anything = fc.dictionary(
      fc.constantFrom("limit", "offset", "sort", "orderBy", "filter", "fields"),
      fc.oneof(fc.string(), fc.array(fc.string()), fc.constant("title~'a' AND version='1'")),
    );
    fc.assert(
      fc.property(anything, (query) => {
        try {
          expect(readQuery(query).choose(records)).to.be.an("array");
        } catch (error) {
          expect(error).to.have.property("status", 400);
        }
      }),
    );
  });
});
