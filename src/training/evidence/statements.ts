import type { DomainEvent, EventType } from "../../foundation/events/index.js";
import { certificateEndStatement, certifiedStatement, revokedStatements } from "./certificate-statements.js";
import { achievedStatement, assertedStatement, expiredStatement } from "./competency-statements.js";
import { answerStatement, begunStatement, completedStatement, quizStatement } from "./module-statements.js";
import { debriefStatement, decisionStatement, scenarioStatement } from "./scenario-statements.js";
import type { Json, Setting } from "./statement-parts.js";

type Writers = {
  readonly [T in EventType]: (event: DomainEvent<T>, setting: Setting) => readonly Json[];
};

const nothing = (): readonly Json[] => [];

const writers: Writers = {
  "module.begun": (event, setting) => [begunStatement(event, setting)],
  "module.completed": (event, setting) => [completedStatement(event, setting)],
  "module.progressed": nothing,
  "grade.wanted": nothing,
  "quiz.passed": (event, setting) => [quizStatement(event, setting)],
  "quiz.failed": (event, setting) => [quizStatement(event, setting)],
  "question.answered": (event, setting) => [answerStatement(event, setting)],
  "decision.made": (event, setting) => [decisionStatement(event, setting)],
  "scenario.passed": (event, setting) => [scenarioStatement(event, setting)],
  "scenario.failed": (event, setting) => [scenarioStatement(event, setting)],
  "debrief.completed": (event, setting) => [debriefStatement(event, setting)],
  "failed-run.debriefed": (event, setting) => [debriefStatement(event, setting)],
  "competency.asserted": (event, setting) => [assertedStatement(event, setting)],
  "competency.achieved": (event, setting) => [achievedStatement(event, setting)],
  "competency.expired": (event, setting) => [expiredStatement(event, setting)],
  "attestation.made": nothing,
  "attestation.withdrawn": nothing,
  "programme.entitled": nothing,
  "programme.renewed": nothing,
  "programme.expired": nothing,
  "programme.reminded": nothing,
  "contact.given": nothing,
  "certificate.issued": (event, setting) => [certifiedStatement(event, setting)],
  "certificate.revoked": revokedStatements,
  "certificate.expired": (event, setting) => [certificateEndStatement(event, setting)],
  "statements.due": nothing,
};

/** The statements of an event, in their order; none for an internal one. The same event gives the same statements. */
export function statementsOf<T extends EventType>(event: DomainEvent<T>, setting: Setting): readonly Json[] {
  return writers[event.type](event, setting);
}
