import { expect } from "chai";
import { createHash } from "node:crypto";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import { hours } from "../../../src/foundation/kernel/index.js";
import { aBatch, aStatement, uuid } from "./statements.js";

const tenant = { academyId: "academy-1", jurisdictionId: "XA" };
const anAttachment = (content: string) => ({
  sha2: createHash("sha256").update(content).digest("hex"),
  content: Buffer.from(content),
});

export function statementAttachmentContract(make: MakeDatabase): void {
  describe("attachments of statements", () => {
    const store = eachTestHasAStore(make);

    it("are kept once a content, byte for byte, and are their tenant's alone", async () => {
      const { statements } = store();
      const [one, empty] = [anAttachment("one\u0000\uffff"), anAttachment("")];
      await Promise.all(
        Array.from({ length: 10 }, () =>
          statements.appendStatements(aBatch([aStatement()], { attachments: [one, empty] })),
        ),
      );
      for (const { sha2, content } of [one, empty])
        expect(Buffer.from((await statements.findAttachment(tenant, sha2)) ?? "none")).to.deep.equal(content);
      expect(await statements.findAttachment(tenant, "0".repeat(64))).to.equal(undefined);
      for (const other of [
        { ...tenant, academyId: "academy-2" },
        { ...tenant, jurisdictionId: "XB" },
      ])
        expect(await statements.findAttachment(other, one.sha2)).to.equal(undefined);
    });

    it("are there as soon as their statements are, large ones too", async () => {
      const { statements } = store();
      const large = anAttachment("x".repeat(8_000_000));
      await statements.appendStatements(aBatch([aStatement()], { attachments: [large] }));
      expect((await statements.findAttachment(tenant, large.sha2))?.length).to.equal(8_000_000);
    });

    const naming = (...sha2s: string[]) => {
      const id = uuid();
      return aStatement({ id, text: JSON.stringify({ id, attachments: sha2s.map((sha2) => ({ sha2 })) }) });
    };
    const contentOf = async (sha2: string, of = tenant) => store().statements.findAttachment(of, sha2);
    const later = () => Date.now() + hours(24 * 365);

    it("go when no statement names them, and stay while one does, however it writes them", async () => {
      const { statements } = store();
      expect(await statements.removeUnnamedAttachments(later())).to.equal(0);
      const [named, capital, escaped, left, formative] = ["a", "b", "c", "d", "e"].map(anAttachment);
      const sha2 = `\\u00${escaped!.sha2.charCodeAt(0).toString(16)}${escaped!.sha2.slice(1)}`;
      const id = uuid();
      const written = aStatement({ id, text: `{"id":"${id}","attachments":[{"sha2":"${sha2}"}]}` });
      const registration = uuid();
      const answer = { ...naming(formative!.sha2), class: "formative" as const };
      await statements.appendStatements(
        aBatch([naming(named!.sha2), naming(capital!.sha2.toUpperCase()), written], {
          attachments: [named!, capital!, escaped!],
        }),
      );
      await statements.appendStatements(
        aBatch([{ ...answer, keys: { ...answer.keys, registration } }], { attachments: [formative!] }),
      );
      // A repeat is left as it is, so what came along with it is named by nothing.
      const same = naming(named!.sha2);
      await statements.appendStatements(aBatch([same]));
      await statements.appendStatements(aBatch([same], { attachments: [left!] }));
      expect(await contentOf(left!.sha2)).not.to.equal(undefined);
      expect(await statements.removeUnnamedAttachments(later())).to.equal(1);
      expect(await contentOf(left!.sha2)).to.equal(undefined);
      for (const one of [named, capital, escaped, formative])
        expect(Buffer.from((await contentOf(one!.sha2)) ?? "")).to.deep.equal(one!.content);
      await statements.removeFormative(tenant, registration);
      expect(await statements.removeUnnamedAttachments(later())).to.equal(1);
      expect(await contentOf(formative!.sha2)).to.equal(undefined);
    });

    it("are named by their own tenant's statements alone", async () => {
      const { statements } = store();
      const [one, other] = [anAttachment("one"), { ...tenant, academyId: "academy-2" }];
      const same = naming();
      for (const of of [tenant, other])
        await statements.appendStatements({ ...aBatch([same], { attachments: [one] }), ...of });
      await statements.appendStatements({ ...aBatch([naming(one.sha2)]), ...other });
      expect(await statements.removeUnnamedAttachments(later())).to.equal(1);
      expect(await contentOf(one.sha2)).to.equal(undefined);
      expect(await contentOf(one.sha2, other)).not.to.equal(undefined);
    });

    it("are there for every batch that was answered, however often orphans are looked for meanwhile", async () => {
      const { statements } = store();
      const contents = Array.from({ length: 6 }, (_, n) => anAttachment(`content ${n}`));
      const state = { writing: true };
      const sweeping = (async () => {
        while (state.writing) {
          await statements.removeUnnamedAttachments(later());
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const registration = uuid();
      for (let round = 0; round < 15; round += 1) {
        await Promise.all(
          contents.map(async (one) => {
            const answer = { ...naming(one.sha2), class: "formative" as const };
            const batch = aBatch([{ ...answer, keys: { ...answer.keys, registration } }], {
              attachments: [one],
            });
            expect(await statements.appendStatements(batch)).to.deep.equal({ kind: "stored" });
            expect(Buffer.from((await contentOf(one.sha2)) ?? "gone")).to.deep.equal(one.content);
          }),
        );
        // From here on nothing names them, so each is an orphan when it comes again.
        await statements.removeFormative(tenant, registration);
      }
      state.writing = false;
      await sweeping;
      await statements.removeUnnamedAttachments(later());
      for (const one of contents) expect(await contentOf(one.sha2)).to.equal(undefined);
    }).timeout(60_000);
  });
}
