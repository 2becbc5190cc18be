import { expect } from "chai";
import { systemClock } from "../../../src/foundation/kernel/index.js";
import { createDocuments, type Documents, type Place } from "../../../src/standards/lrs/documents.js";
import type { StoredDocument } from "../../../src/standards/lrs/index.js";
import { eachTestHasAStore, newId, open, type MakeDatabase, type TestDatabase } from "./database.js";
import { arvenia, atOnce, belmora } from "./samples.js";

const aDocument = (changes: Partial<StoredDocument> = {}): StoredDocument => ({
  ...{ ...arvenia, id: newId(), space: "space", documentId: "bookmark", revision: newId(), updatedAt: 1000 },
  ...{ contentType: "text/plain", sha1: "0".repeat(40), content: "aGVsbG8=" },
  ...changes,
});

const place: Place = {
  ...{
    tenant: arvenia,
    resource: "state",
    activity: "https://example.org/a",
    agent: "mbox:mailto:a@example.org",
  },
  documentId: "bookmark",
};

const json = (value: unknown) => ({
  contentType: "application/json",
  bytes: Buffer.from(JSON.stringify(value)),
});

async function keysAt(documents: Documents): Promise<string[]> {
  const { content = "" } = (await documents.read(place)) ?? {};
  return Object.keys(JSON.parse(Buffer.from(content, "base64").toString()) as object).sort();
}

const anything = (): void => undefined;

export function lrsDocumentsContract(make: MakeDatabase): void {
  describe("documents of the record store", () => {
    const store = eachTestHasAStore(make);

    it("writes where nothing is, once, and in place of the revision that is named", async () => {
      const { lrsDocuments } = store();
      const document = aDocument({ registration: newId() });
      const made = await atOnce(10, () => lrsDocuments.saveDocument(document, undefined));
      expect(made.filter(Boolean)).to.have.length(1);
      expect(await lrsDocuments.document(document.id)).to.deep.equal(document);
      const next = { ...document, revision: newId(), content: "YnllCg==", updatedAt: 2000 };
      expect(await lrsDocuments.saveDocument(next, newId())).to.equal(false);
      expect(await lrsDocuments.saveDocument(next, document.revision)).to.equal(true);
      expect(await lrsDocuments.document(document.id)).to.deep.equal(next);
    });

    it("lists a space by the time of change, and one registration of it", async () => {
      const { lrsDocuments } = store();
      const registration = newId();
      await lrsDocuments.saveDocument(aDocument({ documentId: "late", updatedAt: 3000 }), undefined);
      await lrsDocuments.saveDocument(aDocument({ documentId: "a b\u{1F600}$.", registration }), undefined);
      await lrsDocuments.saveDocument(aDocument({ space: "other" }), undefined);
      await lrsDocuments.saveDocument(aDocument(belmora), undefined);
      const space = { ...arvenia, space: "space" };
      expect(await lrsDocuments.listDocuments(space)).to.deep.equal([
        { documentId: "a b\u{1F600}$.", updatedAt: 1000 },
        { documentId: "late", updatedAt: 3000 },
      ]);
      expect(await lrsDocuments.listDocuments({ ...space, registration })).to.have.length(1);
    });

    it("removes one revision, or a whole space of one tenant", async () => {
      const { lrsDocuments } = store();
      const [one, other] = [aDocument(), aDocument({ documentId: "2" })];
      const [foreign, elsewhere] = [aDocument(belmora), aDocument({ space: "other" })];
      for (const each of [one, other, foreign, elsewhere]) await lrsDocuments.saveDocument(each, undefined);
      expect(await lrsDocuments.removeDocument(one.id, newId())).to.equal(false);
      expect(await lrsDocuments.removeDocument(one.id, one.revision)).to.equal(true);
      expect(await lrsDocuments.removeDocument(one.id, one.revision)).to.equal(false);
      await lrsDocuments.removeDocuments({ ...arvenia, space: "space" });
      expect(await lrsDocuments.document(other.id)).to.equal(undefined);
      expect(await lrsDocuments.document(foreign.id)).to.deep.equal(foreign);
      expect(await lrsDocuments.document(elsewhere.id)).to.deep.equal(elsewhere);
    });

    it("gives an assertion to one of many, and forgets tokens and assertions that ran out", async () => {
      const { directory } = store();
      const assertion = { ...arvenia, id: newId(), expiresAt: 5000 };
      const used = await atOnce(10, () => directory.useAssertion(assertion));
      expect(used.filter(Boolean)).to.have.length(1);
      const token = {
        ...{ ...arvenia, id: newId(), clientKey: "key", credential: "c", scopes: ["state"] },
        expiresAt: 5000,
      };
      await directory.addOAuthToken(token);
      await directory.purgeOAuth(5000);
      expect(await directory.oauthToken(token.id)).to.deep.equal(token);
      expect(await directory.useAssertion(assertion)).to.equal(false);
      await directory.purgeOAuth(5001);
      expect(await directory.oauthToken(token.id)).to.equal(undefined);
      expect(await directory.useAssertion(assertion)).to.equal(true);
    });

    it("replaces a client's credentials, but not those of one that was ended", async () => {
      const { directory } = store();
      const client = { ...arvenia, key: newId(), secretHash: "h", name: "n", scopes: ["all"], createdAt: 1 };
      await directory.addApiClient(client);
      expect(await directory.replaceApiClient({ ...client, secretHash: "i" })).to.equal(true);
      expect(await directory.apiClient(client.key)).to.deep.equal({ ...client, secretHash: "i" });
      await directory.endApiClient(client.key, 50);
      expect(await directory.replaceApiClient(client)).to.equal(false);
      expect((await directory.apiClient(client.key))?.secretHash).to.equal("i");
      expect(await directory.replaceApiClient({ ...client, key: "nobody" })).to.equal(false);
    });
  });

  describe("merges into one document from two processes", () => {
    let database: TestDatabase;
    before(() => (database = make()));
    after(() => database.drop());

    it("keep every key of fifty at once", async function () {
      this.timeout(60_000);
      const storages = [await open(database), await open(database)];
      const sides = storages.map(({ lrsDocuments }) =>
        createDocuments({ store: lrsDocuments, clock: systemClock, newId }),
      );
      const keys = Array.from({ length: 50 }, (_, number) => `k${number}`).sort();
      await Promise.all(
        keys.map((key, number) => sides[number % 2]!.merge(place, json({ [key]: number }), anything)),
      );
      expect(await keysAt(sides[0]!)).to.deep.equal(keys);
      await Promise.all(storages.map((storage) => storage.close()));
    });
  });
}
