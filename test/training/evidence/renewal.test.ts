import { expect } from "chai";
import {
  loadProfile,
  matchPatterns,
  validateAgainstProfile,
  validateStatement,
} from "../../../src/standards/xapi/index.js";
import { certifiedStatementId, statementId } from "../../../src/training/evidence/index.js";
import { aRecord, profileDocument } from "./a-record.js";

const profile = loadProfile(profileDocument());
const ours = "https://w3id.org/tessera/xapi/policing-ethics";

const cycle = {
  ...{ certificateId: "c-1", credential: "https://tessera.example/certificates/c-1" },
  ...{ programmeId: "hcp-foundation", registration: "0e7c6c2e-6d6c-4a3e-9a53-0d8f6a3c5b11" },
};
const next = (id: string) => ({
  ...{ ...cycle, certificateId: id, credential: `https://tessera.example/certificates/${id}` },
});
const signed = {
  ...{ expiresAt: Date.parse("2028-11-21T09:00:00Z"), evidence: ["3f333df6-90a4-4fda-8dd3-9485d27cee36"] },
  ...{ sha256: "ab".repeat(32), bytes: 4321 },
};

describe("a certificate's cycle", () => {
  for (const end of ["certificate.expired", "certificate.revoked"] as const)
    it(`goes on with each refresher, each statement about the one before it, and ends once: ${end}`, async () => {
      const room = await aRecord();
      const first = room.anEvent("certificate.issued", { ...cycle, ...signed });
      const certified = certifiedStatementId(first.id, false);
      const renewed = room.anEvent("certificate.issued", {
        ...{ ...next("c-2"), ...signed, renewal: { moduleId: "R01", before: certified } },
      });
      const again = room.anEvent("certificate.issued", {
        ...{ ...next("c-3"), ...signed },
        renewal: { moduleId: "R01", before: certifiedStatementId(renewed.id, true) },
      });
      const ended = room.anEvent(end, {
        ...{ ...next("c-3"), issuedEventId: again.id, renewal: true, reason: "issued-in-error" },
      });
      for (const event of [first, renewed, again, ended, again]) await room.evidence.subscriber.handle(event);
      const all = await room.seen("evidence");
      expect(all).to.have.length(end === "certificate.expired" ? 4 : 5);
      for (const one of all) {
        expect(validateStatement(one), one.verb.id).to.deep.equal([]);
        const verdict = validateAgainstProfile(profile, one, (id) => all.find((other) => other.id === id));
        expect(verdict, one.verb.id).to.deep.include({ outcome: "success", findings: [] });
      }
      expect(matchPatterns(profile, all)).to.deep.equal({
        ...{ outcome: "success", pattern: `${ours}/patterns#credential-cycle` },
      });
      expect(all.slice(1, 4).map(({ context }) => (context.statement as { id: string }).id)).to.deep.equal([
        ...[
          certified,
          statementId(renewed.id, "certified-renewal"),
          statementId(again.id, "certified-renewal"),
        ],
      ]);
      await room.storage.close();
    });
});
