import { lastPeriod, windowOf } from "../life.js";
import { attestedFor } from "../attestations.js";
import { entryOf, type ProgrammePlan } from "../rules.js";
import { longDate, type Scene } from "./scene.js";
import type { ProgrammeState } from "./state.js";

/** How a certificate is kept up, as its holder reads it. Days are in UTC. */
export interface RenewalModel {
  readonly state: "valid" | "open" | "lapsed" | "ended";
  readonly opens: string;
  readonly until: string;
  /** The last day on which a refresher still renews it. */
  readonly closes: string;
  readonly title: string;
  readonly minutes: number;
  /** The refresher, where it is the launched module and open. */
  readonly href?: string;
  /** Nothing of the refresher is written yet. */
  readonly unwritten: boolean;
  /** What is to be done again once it has ended. */
  readonly repeats: readonly { readonly title: string; readonly only: string; readonly href?: string }[];
}

export function renewalModel(
  { programme }: ProgrammePlan,
  state: ProgrammeState | "rules",
  { own, curriculum, visit, words, href }: Scene,
): RenewalModel | undefined {
  const entitlement = own && entryOf(own.standing.entitlements, programme.id);
  const module = curriculum.modules.find(({ id }) => id === programme.refresher?.module);
  if (!entitlement || !module || !isTimed(state)) return undefined;
  const { opensAt, endsAt, closesAt } = windowOf(lastPeriod(entitlement), programme, own.standing);
  const open = state === "open" || state === "lapsed";
  return {
    ...{ state, title: module.title, minutes: module.minutes, unwritten: module.activities.length === 0 },
    opens: longDate(opensAt, words),
    until: longDate(endsAt, words),
    closes: longDate(closesAt, words),
    ...(open && visit.moduleId === module.id ? { href: href("/") } : {}),
    repeats:
      state === "ended"
        ? (programme.repeat ?? []).map(({ module: id, only = "all" }) => ({
            title: curriculum.modules.find((one) => one.id === id)?.title ?? id,
            only,
            ...(visit.moduleId === id ? { href: href("/") } : {}),
          }))
        : [],
  };
}

function isTimed(state: ProgrammeState | "rules"): state is RenewalModel["state"] {
  return state === "valid" || state === "open" || state === "lapsed" || state === "ended";
}

/** Service and immersion that a programme asks for, and how much of it is attested. */
export interface AskedModel {
  readonly kind: "service" | "immersion";
  readonly needed: number;
  readonly attested: number;
  /** Whose word is taken. */
  readonly by: string;
}

export function askedModels({ programme }: ProgrammePlan, { own }: Scene): AskedModel[] {
  const { service, immersion } = programme;
  const sum = (kind: AskedModel["kind"], outcome?: string): number =>
    own ? attestedFor(own.standing, kind, outcome).reduce((total, { amount = 0 }) => total + amount, 0) : 0;
  return [
    ...(service
      ? [
          {
            ...{ kind: "service" as const, needed: service.months, by: service.attestedBy },
            attested: sum("service"),
          },
        ]
      : []),
    ...(immersion
      ? [
          {
            ...{ kind: "immersion" as const, needed: immersion.hours, by: "" },
            attested: sum("immersion", immersion.outcome),
          },
        ]
      : []),
  ];
}
