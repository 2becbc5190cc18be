import { own } from "../statements/findings.js";
import type { PatternDocument } from "./document.js";
import type { Profile } from "./profile.js";
import { validateAgainstProfile } from "./validate.js";

export interface PatternVerdict {
  /** `partial`: nothing is wrong so far, the pattern has not ended. */
  readonly outcome: "success" | "partial" | "failure";
  /** The primary pattern that the outcome is about; absent when every one failed. */
  readonly pattern?: string;
}

/** How far one element got: `rest` is the index of the first statement that it did not take. */
interface Match {
  readonly outcome: "success" | "partial" | "failure";
  readonly rest: number;
}

interface Matching {
  readonly profile: Profile;
  /** For each statement the templates that it follows. */
  readonly followed: readonly ReadonlySet<string>[];
}

/**
 * Matches the statements of one registration, in the order of their timestamps, against the primary patterns:
 * `follows` and `matches` of Profiles 1.0 Part Three §2.2, greedy and without backtracking. A statement that breaks a
 * template, or that none matches, is a failure. References are looked up among the given statements.
 */
export function matchPatterns(profile: Profile, statements: readonly unknown[]): PatternVerdict {
  const byId = new Map(statements.map((statement) => [own(statement, "id"), statement]));
  const verdicts = statements.map((one) => validateAgainstProfile(profile, one, (id) => byId.get(id)));
  if (verdicts.some(({ outcome }) => outcome !== "success")) return { outcome: "failure" };
  const matching = { profile, followed: verdicts.map(({ templates }) => new Set(templates)) };
  const end = statements.length;
  let partial: string | undefined;
  for (const pattern of profile.patterns.values()) {
    if (pattern.primary !== true) continue;
    const { outcome, rest } = matchElement(matching, pattern.id, 0);
    if (outcome === "success" && rest === end) return { outcome: "success", pattern: pattern.id };
    if (outcome === "partial") partial ??= pattern.id;
  }
  return partial === undefined ? { outcome: "failure" } : { outcome: "partial", pattern: partial };
}

function matchElement(matching: Matching, id: string, from: number): Match {
  const pattern = matching.profile.patterns.get(id);
  if (pattern !== undefined) return matchPattern(matching, pattern, from);
  const templates = matching.followed[from];
  if (templates === undefined) return { outcome: "partial", rest: from };
  return templates.has(id) ? { outcome: "success", rest: from + 1 } : { outcome: "failure", rest: from };
}

function matchPattern(matching: Matching, pattern: PatternDocument, from: number): Match {
  if (pattern.sequence) return matchSequence(matching, pattern.sequence, from);
  if (pattern.alternates) return matchAlternates(matching, pattern.alternates, from);
  if (pattern.optional !== undefined) return matchOptional(matching, pattern.optional, from);
  if (pattern.oneOrMore !== undefined) return matchRepeated(matching, pattern.oneOrMore, from, "failure");
  return matchRepeated(matching, pattern.zeroOrMore ?? "", from, "success");
}

function matchSequence(matching: Matching, parts: readonly string[], from: number): Match {
  let rest = from;
  for (const part of parts) {
    const match = matchElement(matching, part, rest);
    if (match.outcome === "failure") return { outcome: "failure", rest: from };
    if (match.outcome === "partial") return { outcome: "partial", rest: matching.followed.length };
    rest = match.rest;
  }
  return { outcome: "success", rest };
}

/** Of the alternatives that succeed, the one that takes most; a success counts before a partial match. */
function matchAlternates(matching: Matching, parts: readonly string[], from: number): Match {
  const matches = parts.map((part) => matchElement(matching, part, from));
  const successes = matches.filter(({ outcome }) => outcome === "success");
  if (successes.length > 0)
    return { outcome: "success", rest: Math.max(...successes.map(({ rest }) => rest)) };
  const partial = matches.some(({ outcome }) => outcome === "partial");
  return partial
    ? { outcome: "partial", rest: matching.followed.length }
    : { outcome: "failure", rest: from };
}

function matchOptional(matching: Matching, part: string, from: number): Match {
  if (from === matching.followed.length) return { outcome: "success", rest: from };
  const match = matchElement(matching, part, from);
  return match.outcome === "failure" ? { outcome: "success", rest: from } : match;
}

/** `before`: what it is when the part never matched. */
function matchRepeated(matching: Matching, part: string, from: number, before: "failure" | "success"): Match {
  const end = matching.followed.length;
  let outcome: Match["outcome"] = before;
  let rest = from;
  for (;;) {
    const match = matchElement(matching, part, rest);
    if (match.outcome === "partial") {
      const stopped = outcome === "failure" ? end : rest;
      return rest < end || outcome === "failure" ? { outcome: "partial", rest: stopped } : { outcome, rest };
    }
    if (match.outcome === "failure") return { outcome, rest: outcome === "failure" ? from : rest };
    outcome = "success";
    if (match.rest === rest) return { outcome, rest };
    rest = match.rest;
  }
}
