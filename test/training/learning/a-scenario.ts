import type {
  Curriculum,
  CurriculumModule,
  Scenario,
  ScenarioActivity,
  ScenarioChoice,
  ScenarioOption,
} from "../../../src/standards/curriculum/index.js";

interface OptionTo extends Partial<ScenarioOption> {
  readonly id: string;
  readonly to: string;
}

function option({ id, to, ...rest }: OptionTo): ScenarioOption {
  return {
    id,
    text: `Text of ${id}.`,
    label: `Label of ${id}`,
    ratings: { legality: 2, accountability: 1 },
    why: `Why of ${id}.`,
    sources: [],
    consequence: `Consequence of ${id}.`,
    reveals: [],
    ways: [{ to, after: [] }],
    ...rest,
  };
}

function decision(id: string, ...options: readonly OptionTo[]) {
  return {
    ...{ kind: "decision" as const, id, label: `Decision ${id}`, question: `What at ${id}?` },
    scene: `First of ${id}.\n\nSecond of ${id}.`,
    echoes: [],
    options: options.map(option),
  };
}

function ending(id: string) {
  return { kind: "ending" as const, id, title: `Ending ${id}`, text: `Text of ${id}.`, echoes: [] };
}

const unchecked = {
  ...{ code: "UN-COC", provisions: "2", note: "What we take from it.", title: "Code of conduct" },
  checked: false,
};

/** A scenario of three or four decisions, made for tests: `grave` is critical, `weak` alone fails by its ratings. */
export const scenario: Scenario = {
  language: "en",
  title: "The bus at night",
  setting: "You are on duty.\n\nA bus stops.",
  pass: 0.7,
  start: "papers",
  facts: [
    { id: "late", text: "It is late", known: true },
    { id: "alone", text: "The boy travels alone", known: false },
  ],
  nodes: [
    decision(
      "papers",
      { id: "ask", to: "talk", reveals: ["alone"], sources: [unchecked] },
      {
        ...{ id: "grave", to: "talk", why: "Why <it> is grave." },
        ratings: { legality: 1, "non-discrimination": -2 },
      },
    ),
    {
      ...decision(
        "talk",
        { id: "listen", to: "report" },
        { id: "search", to: "bags", ratings: { necessity: -1 } },
      ),
      echoes: [{ after: { nodeId: "papers", optionId: "grave" }, text: "The others look away." }],
    },
    decision("bags", { id: "stop", to: "report" }, { id: "weak", to: "left", ratings: { legality: -1 } }),
    decision(
      "report",
      { id: "write", to: "heard" },
      {
        ...{ id: "leave", to: "left", ratings: { accountability: -1 } },
        ways: [
          { to: "heard", after: [{ nodeId: "talk", optionId: "listen" }] },
          { to: "left", after: [] },
        ],
      },
    ),
    ending("heard"),
    ending("left"),
  ],
};

export const scenarioId = "bus-at-night";

function scenarioActivity(text: Scenario = scenario): ScenarioActivity {
  const base = { kind: "scenario", id: scenarioId, outcome: "M01-O2", minutes: 15, reviewed: false } as const;
  return { ...base, texts: [text] };
}

/** The module as it is for those who test quizzes and lessons alone. */
export function withoutScenario(module: CurriculumModule): CurriculumModule {
  return { ...module, activities: module.activities.filter(({ kind }) => kind !== "scenario") };
}

/** The module with this scenario in the place of any other, after the lesson on the same outcome. */
export function withScenario(module: CurriculumModule, text?: Scenario): CurriculumModule {
  const activities = module.activities.filter(({ kind }) => kind !== "scenario");
  const place = activities.findIndex(({ id }) => id === "border-check") + 1;
  return { ...module, activities: activities.toSpliced(place, 0, scenarioActivity(text)) };
}

/** A curriculum whose M01 is nothing but a lesson, this scenario, and a lesson after it. */
export function shortCurriculum(curriculum: Curriculum): Curriculum {
  const modules = curriculum.modules.map((module) => {
    const activities = withScenario(module).activities.filter(({ id }) =>
      ["border-check", scenarioId, "no-excuse"].includes(id),
    );
    return module.id === "M01" ? { ...module, activities } : module;
  });
  return { ...curriculum, modules };
}

/** A curriculum whose M01 is nothing but the shipped scenario. */
export function scenarioFirst(curriculum: Curriculum): Curriculum {
  const modules = curriculum.modules.map((module) => ({
    ...module,
    activities: module.activities.filter(({ kind }) => kind === "scenario"),
  }));
  return { ...curriculum, modules };
}

/** Choices that pass, that fail by a critical option, and that fail by their ratings alone. */
export const ways = {
  passing: choices("papers:ask", "talk:listen", "report:write"),
  critical: choices("papers:grave", "talk:listen", "report:write"),
  weak: choices("papers:ask", "talk:search", "bags:weak"),
} as const;

function choices(...made: readonly string[]): ScenarioChoice[] {
  return made.map((one) => {
    const [nodeId = "", optionId = ""] = one.split(":");
    return { nodeId, optionId };
  });
}
