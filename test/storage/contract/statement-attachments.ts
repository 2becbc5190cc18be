import { expect } from "chai";
import { createHash } from "node:crypto";
import { eachTestHasAStore, type MakeDatabase } from "./database.js";
import { aBatch, aStatement } from "./statements.js";

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
  });
}
