import type { Response } from "express";
import { translatorOf } from "../../../foundation/web/index.js";
import {
  textIn,
  walkScenario,
  type Scenario,
  type ScenarioActivity,
  type ScenarioChoice,
  type ScenarioOption,
} from "../../../standards/curriculum/index.js";
import { mapModel, type MapModel } from "./map.js";
import { placeOf, sendLearningPage, type Place } from "./page.js";
import { paragraphs } from "./scenario.js";
import type { Scene } from "./scene.js";
import { applicableTests, barWidth, weighed, type Weighed } from "./weighing.js";

/** What an earlier choice brings about here. */
interface EchoModel {
  readonly after: string;
  readonly text: string;
}

interface NodeModel {
  readonly id: string;
  readonly label: string;
  readonly text: readonly string[];
  readonly echoes: readonly EchoModel[];
  /** Absent at an ending. */
  readonly question?: string;
  readonly options: readonly (Weighed & {
    readonly consequence: string;
    readonly reveals: readonly string[];
    /** Where it leads, the condition first that has to hold. */
    readonly ways: readonly { readonly to: string; readonly href: string; readonly after: string }[];
  })[];
}

interface PreviewModel {
  readonly place: Place;
  readonly language: string;
  readonly setting: readonly string[];
  readonly most: number;
  /** Whole percent. */
  readonly needed: number;
  readonly map: MapModel;
  readonly barWidth: number;
  readonly known: readonly string[];
  readonly nodes: readonly NodeModel[];
  readonly home: string;
}

/** For instructors: the whole scenario with its ratings, each decision and ending once. */
export function sendScenarioPreview(res: Response, scene: Scene, activity: ScenarioActivity): void {
  const scenario = textIn(activity.texts, scene.language);
  sendLearningPage<PreviewModel>(res, scene, {
    view: "scenario-preview",
    title: scenario.title,
    here: activity,
    model: {
      place: placeOf(scene, activity),
      language: scenario.language,
      setting: paragraphs(scenario.setting),
      most: walkScenario(scenario, []).decisionsLeft,
      needed: Math.ceil(scenario.pass * 100 - 1e-7),
      map: mapModel(scenario, []),
      barWidth,
      known: scenario.facts.filter(({ known }) => known).map(({ text }) => text),
      nodes: scenario.nodes.map((node) => nodeModel(res, scenario, node)),
      home: scene.href("/"),
    },
  });
}

function nodeModel(res: Response, scenario: Scenario, node: Scenario["nodes"][number]): NodeModel {
  const echoes = node.echoes.map(({ after, text }) => ({ after: labelsOf(scenario, [after]), text }));
  if (node.kind === "ending")
    return { id: node.id, label: node.title, text: paragraphs(node.text), echoes, options: [] };
  const { id, label, question } = node;
  return {
    ...{ id, label, question, echoes },
    text: paragraphs(node.scene),
    options: node.options.map((option) => ({
      ...weighed(translatorOf(res), option, applicableTests([option])),
      consequence: option.consequence,
      reveals: option.reveals.map((fact) => scenario.facts.find((one) => one.id === fact)?.text ?? ""),
      ways: waysOf(scenario, option),
    })),
  };
}

function waysOf(scenario: Scenario, { ways }: ScenarioOption): NodeModel["options"][number]["ways"] {
  return ways.map(({ to, after }) => {
    const node = scenario.nodes.find(({ id }) => id === to);
    const title = node?.kind === "ending" ? node.title : (node?.label ?? "");
    return { to: title, href: `#node-${to}`, after: labelsOf(scenario, after) };
  });
}

/** The choices' labels, as a list in one line. */
function labelsOf(scenario: Scenario, choices: readonly ScenarioChoice[]): string {
  const labels = choices.map(({ nodeId, optionId }) => {
    const node = scenario.nodes.find(({ id }) => id === nodeId);
    const options = node?.kind === "decision" ? node.options : [];
    return options.find(({ id }) => id === optionId)?.label ?? "";
  });
  return new Intl.ListFormat(scenario.language, { type: "conjunction" }).format(labels);
}
