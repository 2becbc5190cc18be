import { z } from "zod";
import { SandboxError } from "./errors.js";
import type { Grade, LineItem } from "./state-schema.js";

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

// AGS 2.0 §3.4.1 to 3.4.8.
const scoreSchema = z
  .object({
    userId: z.string(),
    timestamp: z
      .string()
      .regex(iso8601)
      .transform((text) => Date.parse(text))
      .refine(Number.isFinite),
    activityProgress: z.enum(["Initialized", "Started", "InProgress", "Submitted", "Completed"]),
    gradingProgress: z.enum(["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]),
    scoreGiven: z.number().nonnegative().optional(),
    scoreMaximum: z.number().positive().optional(),
    comment: z.string().optional(),
  })
  .refine(({ scoreGiven, scoreMaximum }) => scoreGiven === undefined || scoreMaximum !== undefined)
  .transform((score) => ({ ...score, second: Math.floor(score.timestamp / 1000) * 1000 }));

export type Score = z.infer<typeof scoreSchema>;

/** @throws SandboxError `sandbox_score_malformed` */
export function parseScore(body: string): Score {
  try {
    return scoreSchema.parse(JSON.parse(body));
  } catch (cause) {
    throw new SandboxError("sandbox_score_malformed", {}, { cause });
  }
}

/**
 * What a score leaves in the gradebook, on the line item's own scale: a score over its maximum counts as the maximum, and
 * one that is not FullyGraded clears the grade, as in Moodle.
 */
export function gradeOf(score: Score, item: LineItem): Pick<Grade, "score" | "comment" | "second"> {
  const { scoreGiven, scoreMaximum, gradingProgress } = score;
  const graded = gradingProgress === "FullyGraded" && scoreGiven !== undefined && scoreMaximum !== undefined;
  return {
    score: graded
      ? toFiveDecimals((Math.min(scoreGiven, scoreMaximum) * item.scoreMaximum) / scoreMaximum)
      : null,
    second: score.second,
    ...(score.comment === undefined ? {} : { comment: score.comment }),
  };
}

/** As many as Moodle keeps. */
const toFiveDecimals = (score: number): number => Math.round(score * 1e5) / 1e5;
