import type { EventOf } from "../../foundation/events/index.js";
import { statementId, type Template } from "../evidence/index.js";
import { entryOf, passKey } from "./rules.js";
import type { Pass, Piece, Round, Standing } from "./standing-store.js";

/** The events that a standing is made of. */
export const sources = [
  "module.begun",
  "quiz.passed",
  "scenario.passed",
  "debrief.completed",
  "module.completed",
] as const;
export type SourceEvent = EventOf<(typeof sources)[number]>;

const templates: Readonly<Record<SourceEvent["type"], Template>> = {
  "module.begun": "module-initialized",
  "quiz.passed": "quiz-passed",
  "scenario.passed": "scenario-completed",
  "debrief.completed": "debrief-completed",
  "module.completed": "module-completed",
};

function refresherTemplate(type: SourceEvent["type"]): Template {
  if (type === "module.begun") return "refresher-initialized";
  return type === "module.completed" ? "refresher-completed" : templates[type];
}

/** The standing with what the event says; the very same standing when it says so already. */
export function record(standing: Standing, event: SourceEvent): Standing {
  const { refresherOf, cycle = 1 } = event.data;
  const template = refresherOf === undefined ? templates[event.type] : refresherTemplate(event.type);
  const piece: Piece = { statement: statementId(event.id, template), at: event.at };
  if (refresherOf !== undefined || cycle > 1) return recordRound(standing, event, piece);
  return "activityId" in event.data
    ? recordPass(standing, event as PassEvent, piece)
    : recordModule(standing, event, piece);
}

type PassEvent = EventOf<"quiz.passed" | "scenario.passed" | "debrief.completed">;

function recordModule(standing: Standing, event: SourceEvent, piece: Piece): Standing {
  const { moduleId } = event.data;
  const known = entryOf(standing.modules, moduleId);
  if (holds(known?.evidence, piece)) return standing;
  const completedAt = known?.completedAt ?? (event.type === "module.completed" ? event.at : undefined);
  const module = {
    evidence: withPiece(known?.evidence, piece),
    ...(completedAt === undefined ? {} : { completedAt }),
  };
  return { ...standing, modules: { ...standing.modules, [moduleId]: module } };
}

/** What is done again stands beside what was done first: it renews, and changes nothing of what was reached. */
function recordRound(standing: Standing, event: SourceEvent, piece: Piece): Standing {
  const { moduleId, refresherOf, registration } = event.data;
  const known = entryOf(standing.rounds ?? {}, registration);
  if (holds(known?.evidence, piece)) return standing;
  const round: Round = {
    ...{ moduleId, ...(refresherOf === undefined ? {} : { refresherOf }) },
    ...known,
    ...(event.type === "module.begun" ? { begunAt: event.at } : {}),
    ...(event.type === "module.completed" ? { completedAt: event.at } : {}),
    ...strongerOf(known?.strongest, event, piece),
    evidence: withPiece(known?.evidence, piece),
  };
  return { ...standing, rounds: { ...standing.rounds, [registration]: round } };
}

function strongerOf(known: Round["strongest"], event: SourceEvent, piece: Piece): Pick<Round, "strongest"> {
  if (event.type !== "quiz.passed" && event.type !== "scenario.passed")
    return known ? { strongest: known } : {};
  const kind = event.type === "quiz.passed" ? "quiz" : "scenario";
  const found = { ...piece, kind, scaled: event.data.scaled } as const;
  if (!known) return { strongest: found };
  const better = rank(found) - rank(known) || found.scaled - known.scaled || found.at - known.at;
  return { strongest: better > 0 ? found : known };
}

const rank = ({ kind }: NonNullable<Round["strongest"]>): number => (kind === "scenario" ? 1 : 0);

function recordPass(standing: Standing, event: PassEvent, piece: Piece): Standing {
  const { moduleId, activityId } = event.data;
  const key = passKey(moduleId, activityId);
  const known = entryOf(standing.passes, key);
  if (holds(known?.evidence, piece)) return standing;
  const pass: Pass = {
    scaled: 0,
    ...known,
    ...newsOf(event, known),
    evidence: withPiece(known?.evidence, piece),
  };
  return { ...standing, passes: { ...standing.passes, [key]: pass } };
}

/** The first pass and the first debrief count for their times, the best run for the score. */
function newsOf(event: PassEvent, known: Pass | undefined): Partial<Pass> {
  if (event.type === "debrief.completed") return { debriefedAt: known?.debriefedAt ?? event.at };
  const scaled = Math.max(known?.scaled ?? 0, event.data.scaled);
  return { passedAt: known?.passedAt ?? event.at, scaled };
}

function holds(evidence: readonly Piece[] | undefined, { statement }: Piece): boolean {
  return evidence?.some((piece) => piece.statement === statement) === true;
}

/** Oldest first. */
export function withPiece(evidence: readonly Piece[] = [], piece: Piece): Piece[] {
  return oldestFirst([...evidence, piece]);
}

/** Pieces of one time stay in their order. */
export function oldestFirst(pieces: readonly Piece[]): Piece[] {
  return pieces.toSorted((a, b) => a.at - b.at);
}
