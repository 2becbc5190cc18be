import { z } from "zod";
import { assessments, rightsTests } from "./model.js";
import { evaluatorPlaces } from "./programme-model.js";
import { idForm } from "./yaml-text.js";

const id = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, idForm("must be made of a-z, 0-9 and single hyphens."));
const moduleId = z
  .string()
  .regex(/^[A-Z][0-9]{2}$/, idForm("must be a capital letter and two digits, as M01."));
const outcomeId = z
  .string()
  .regex(/^[A-Z][0-9]{2}-O[0-9]{1,2}$/, idForm("must be a module and a number, as M01-O1."));
const instrumentCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/, idForm("must be capitals, digits and single hyphens, as UN-COC."));
const reference = z
  .string()
  .regex(/^[A-Z][A-Z0-9-]*:[A-Za-z0-9.,() -]+$/, idForm("must be CODE:provision, as UN-COC:1, or CODE:all."));
const jurisdiction = z
  .string()
  .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, idForm("must be an ISO 3166 code, as XA."));
const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, idForm("must be a language tag, as en."));
const version = z.string().regex(/^\d+\.\d+\.\d+$/, idForm("must be a semantic version, as 0.1.0."));
const text = z.string().trim().min(1).max(4000);
/** A newline begins a paragraph, as a blank line does in YAML's `>-`; readers get a blank line. */
const prose = text.transform((value) => value.replace(/\s*\n\s*/g, "\n\n"));
const choice = z
  .string()
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*\/[a-z0-9]+(-[a-z0-9]+)*$/,
    idForm("must be a decision and one of its options, as first-look/wait."),
  );
const minutes = z.number().int().positive().max(600);
const level = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const httpsUrl = z.url({ protocol: /^https$/ });

const share = z.number().positive().max(1);
/** A day, as it begins in UTC. */
const day = z.iso.date().transform((value) => Date.parse(`${value}T00:00:00Z`));

const programmeSchema = z.strictObject({
  id,
  title: text,
  modules: z.array(moduleId).min(1),
  requires: id.optional(),
  validMonths: z.number().int().positive().max(120),
  passMarks: z.strictObject({ quiz: share, scenario: share }).optional(),
  externalMarks: z
    .strictObject({ outcomes: z.array(outcomeId).min(1), from: z.enum(evaluatorPlaces) })
    .optional(),
  service: z.strictObject({ months: z.number().int().positive().max(120), attestedBy: text }).optional(),
  immersion: z.strictObject({ outcome: outcomeId, hours: z.number().int().positive().max(1000) }).optional(),
  calibration: z
    .strictObject({ outcome: outcomeId, everyMonths: z.number().int().positive().max(60), agreement: share })
    .optional(),
  refresher: z
    .strictObject({
      module: moduleId,
      opensMonthsBefore: z.number().int().positive().max(60),
      lateDays: z.number().int().nonnegative().max(365),
      compulsory: z.array(z.strictObject({ core: version, from: day, until: day })).default([]),
    })
    .optional(),
  repeat: z
    .array(z.strictObject({ module: moduleId, only: z.enum(["scenarios"]).optional() }))
    .min(1)
    .optional(),
  renews: z.array(id).min(1).optional(),
});

export const frameworkSchema = z.strictObject({
  version,
  changed: day,
  languages: z.tuple([language], language),
  competencies: z.array(
    z.strictObject({ id, title: text, level, statement: text, instruments: z.array(reference).min(1) }),
  ),
  modules: z.array(
    z.strictObject({
      id: moduleId,
      title: text,
      minutes,
      refresherOf: id.optional(),
      outcomes: z
        .array(
          z.strictObject({
            id: outcomeId,
            text,
            competency: id,
            level,
            assessment: z.enum(assessments),
            externalEvaluator: z.boolean().default(false),
            instruments: z.array(reference).min(1),
          }),
        )
        .default([]),
    }),
  ),
  programmes: z.array(programmeSchema),
});

export const rubricsSchema = z.strictObject({
  rubrics: z
    .array(
      z.strictObject({
        id,
        version: z.number().int().positive(),
        title: text,
        description: text,
        levels: z.array(text).min(2).max(11),
        criteria: z
          .array(
            z.strictObject({
              id,
              title: text,
              passes: z.number().int().nonnegative(),
              competency: id.optional(),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

export const instrumentsSchema = z.strictObject({
  instruments: z.array(
    z.strictObject({
      code: instrumentCode,
      title: text,
      identifier: text,
      url: httpsUrl.optional(),
      check: z.strictObject({
        title: z.enum(["checked", "unchecked"]),
        provisions: z.enum(["checked", "unchecked", "none"]),
        confirmed: z.array(text).default([]),
      }),
    }),
  ),
});

const activityBase = { id, outcome: outcomeId, minutes };

/** One row a kind of activity; task and immersion join here. */
export const moduleSchema = z.strictObject({
  activities: z
    .array(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("lesson"), ...activityBase }),
        z.strictObject({
          kind: z.literal("quiz"),
          ...activityBase,
          rules: z.strictObject({
            pass: z.number().positive().max(1),
            draw: z.number().int().positive(),
            retake: z.enum(["after-lesson", "at-once"]),
            shuffle: z.boolean(),
          }),
        }),
        z.strictObject({
          kind: z.literal("scenario"),
          ...activityBase,
          rules: z.strictObject({ pass: z.number().positive().max(1) }),
        }),
      ]),
    )
    .min(1),
});

const citation = z.strictObject({ code: instrumentCode, provisions: text.optional(), note: text });

export const lessonHeadSchema = z.strictObject({
  title: text,
  sources: z.array(citation).min(1),
  words: z.array(z.strictObject({ term: text, meaning: text })).default([]),
});

export const quizSchema = z.strictObject({
  title: text,
  items: z
    .array(
      z.strictObject({
        id,
        kind: z.enum(["choice", "multiple"]),
        stem: text,
        options: z.array(z.strictObject({ id, text, right: z.boolean().default(false), why: text })).min(2),
        explanation: text,
        sources: z.array(citation).min(1),
      }),
    )
    .min(1),
});

const echoes = z.array(z.strictObject({ after: choice, text: prose })).default([]);

/** It begins at the first decision. What goes beyond one entry's form is checked in `scenario-checks.ts`. */
export const scenarioSchema = z.strictObject({
  title: text,
  setting: prose,
  facts: z.array(z.strictObject({ id, text, known: z.boolean().default(false) })),
  decisions: z
    .array(
      z.strictObject({
        id,
        label: text,
        scene: prose,
        question: text,
        echoes,
        options: z.array(
          z.strictObject({
            id,
            text,
            label: text,
            ratings: z.partialRecord(z.enum(rightsTests), z.number()).default({}),
            why: prose,
            sources: z.array(citation).min(1),
            consequence: prose,
            reveals: z.array(id).default([]),
            ways: z.array(z.strictObject({ to: id, after: z.array(choice).default([]) })).min(1),
          }),
        ),
      }),
    )
    .min(1),
  endings: z.array(z.strictObject({ id, title: text, text: prose, echoes })).min(1),
});

export const overlaySchema = z.strictObject({
  jurisdiction,
  name: text,
  version,
  /** The core version that the overlay was written for. */
  core: version,
  invented: z.boolean(),
});

export const reviewsSchema = z.strictObject({
  reviews: z.array(
    z.strictObject({
      file: text,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, idForm("must be 64 hexadecimal digits.")),
      role: z.enum(["law", "pedagogy", "practice", "community"]),
      jurisdiction,
      date: z.iso.date(),
    }),
  ),
});

export type Framework = z.output<typeof frameworkSchema>;
export type ProgrammeEntry = Framework["programmes"][number];
export type ModuleFile = z.output<typeof moduleSchema>;
export type ActivityEntry = ModuleFile["activities"][number];
export type Citation = z.output<typeof citation>;
export type QuizFile = z.output<typeof quizSchema>;
export type LessonHead = z.output<typeof lessonHeadSchema>;
export type ScenarioFile = z.output<typeof scenarioSchema>;
