import type { Directory } from "../../foundation/directory/index.js";
import { eventClass, isPersonal, type AnyEvent, type EventType } from "../../foundation/events/index.js";
import type { Tenant } from "../../foundation/kernel/index.js";
import type { Curriculum } from "../../standards/curriculum/index.js";
import { LrsError, type Lrs, type StatementStore } from "../../standards/lrs/index.js";
import { validateAgainstProfile, type Profile } from "../../standards/xapi/index.js";
import { EvidenceError } from "./errors.js";
import { checkSeal, sealStatements, type Seal } from "./seal.js";
import { namesOf, settingOf } from "./setting.js";
import { cycleEndId, type Json } from "./statement-parts.js";
import { statementsOf } from "./statements.js";

export interface EvidenceDeps {
  readonly lrs: Lrs;
  /** Where the stored texts are read, to commit to them. */
  readonly statements: Pick<StatementStore, "findStatement">;
  readonly directory: Directory;
  readonly curriculum: Curriculum;
  /** The profile that every statement must follow. */
  readonly profile: Profile;
  /** The tool's public origin. */
  readonly origin: string;
}

export interface Evidence {
  /**
   * Writes the statements of each event that has any, those of one event together. The same event always gives the
   * same statements, so a redelivery changes nothing. What ends a credential cycle that has ended gives none. A statement that breaks the profile is a permanent failure
   * (EvidenceError).
   */
  readonly subscriber: {
    readonly name: "evidence";
    readonly types: readonly EventType[];
    readonly handle: (event: AnyEvent) => Promise<void>;
  };
  /**
   * Commits to stored statements, in this order, with a fresh salt for each.
   * @throws EvidenceError `evidence_not_written` when one is not stored yet: try again later
   */
  seal(tenant: Tenant, statementIds: readonly string[]): Promise<Seal>;
  /** `missing`: a statement is gone or was voided; `differs`: what is there is not what was committed to. */
  checkSeal(tenant: Tenant, seal: Seal): Promise<"whole" | "differs" | "missing">;
}

export function createEvidence(deps: EvidenceDeps): Evidence {
  const { lrs, statements, directory, curriculum, profile, origin } = deps;
  const authority = {
    objectType: "Agent",
    name: "Tessera",
    account: { homePage: origin, name: "tessera" },
  } as const;
  const content = namesOf(curriculum);
  return {
    subscriber: {
      name: "evidence",
      types: (Object.keys(eventClass) as EventType[]).filter((type) => eventClass[type] !== "internal"),
      handle: async (event) => {
        const statementClass = eventClass[event.type];
        if (statementClass === "internal" || !isPersonal(event)) return;
        const end = endOf(event);
        if (end !== undefined && (await isWritten(event, end, statements))) return;
        const written = statementsOf(event, await settingOf(event, { directory, content, origin }));
        refuseBreach(profile, written);
        try {
          await lrs.append(event, { text: JSON.stringify(written), authority, class: statementClass });
        } catch (cause) {
          // Another certificate's end was quicker.
          if (end !== undefined && (await isWritten(event, end, statements))) return;
          // The same statement would be refused each time, and hold up its lane for a day.
          if (!(cause instanceof LrsError)) throw cause;
          throw new EvidenceError("statement_refused", { reason: cause.code }, { cause });
        }
      },
    },
    seal: (tenant, statementIds) => sealStatements(statements, tenant, statementIds),
    checkSeal: (tenant, seal) => checkSeal(statements, tenant, seal),
  };
}

/** The statement by which an event ends a credential cycle, if it does. */
function endOf(event: AnyEvent): string | undefined {
  const ends = event.type === "certificate.revoked" || event.type === "certificate.expired";
  return ends ? cycleEndId(event.data.registration) : undefined;
}

async function isWritten(
  { academyId, jurisdictionId }: Tenant,
  id: string,
  statements: EvidenceDeps["statements"],
): Promise<boolean> {
  const options = { voided: false, classes: ["evidence"] } as const;
  return (await statements.findStatement({ academyId, jurisdictionId }, id, options)) !== undefined;
}

/** References within the batch are followed; what an earlier event wrote was judged then. */
function refuseBreach(profile: Profile, written: readonly Json[]): void {
  for (const statement of written) {
    const { outcome, findings } = validateAgainstProfile(profile, statement, (id) =>
      written.find((one) => one["id"] === id),
    );
    if (outcome === "success") continue;
    const rules = findings.map(({ path, rule }) => `${path}: ${rule}`);
    throw new EvidenceError("statement_breaks_profile", { rules: rules.length > 0 ? rules : [outcome] });
  }
}
