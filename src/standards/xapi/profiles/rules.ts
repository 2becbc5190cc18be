import { canonicalJson } from "../statements/canonical-json.js";
import type { RuleDocument } from "./document.js";
import { compileJsonPath, type JsonPath } from "./jsonpath.js";

/** Stands for a value that the selector found nothing in; it equals no value of a statement (Part Three §2.1). */
const unmatchable = Symbol("unmatchable");

export type RulePart = "presence" | "any" | "all" | "none";

export interface CompiledRule {
  readonly location: string;
  /** What part of the rule the statement breaks, or `undefined` when it follows it. */
  broken(statement: unknown): RulePart | undefined;
}

/** Compiles one rule of a template; throws `profile_invalid` for a path that is none. */
export function compileRule(rule: RuleDocument): CompiledRule {
  const location = compileJsonPath(rule.location);
  const selector = rule.selector === undefined ? undefined : compileJsonPath(rule.selector);
  const [any, all, none] = [rule.any, rule.all, rule.none].map(
    (values) => values && new Set(values.map(canonicalJson)),
  );
  return {
    location: rule.location,
    broken(statement) {
      const values = select(statement, location, selector);
      if (breaksPresence(rule.presence, values)) return "presence";
      // A recommended value may be missing; only one that is there has to be among those wanted.
      if (rule.presence === "recommended" && values.length === 0) return undefined;
      if (any && !values.some((value) => isAmong(value, any))) return "any";
      if (all && !values.every((value) => isAmong(value, all))) return "all";
      return none && values.some((value) => isAmong(value, none)) ? "none" : undefined;
    },
  };
}

function select(statement: unknown, location: JsonPath, selector: JsonPath | undefined): unknown[] {
  const values = location(statement);
  if (selector === undefined) return values;
  return values.flatMap((value) => {
    const selected = selector(value);
    return selected.length > 0 ? selected : [unmatchable];
  });
}

function breaksPresence(presence: RuleDocument["presence"], values: readonly unknown[]): boolean {
  if (presence === "included") return values.length === 0 || values.includes(unmatchable);
  return presence === "excluded" && values.some((value) => value !== unmatchable);
}

function isAmong(value: unknown, wanted: ReadonlySet<string>): boolean {
  return value !== unmatchable && wanted.has(canonicalJson(value));
}
