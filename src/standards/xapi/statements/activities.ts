import { at, isObject, own, type Check } from "./findings.js";
import { list, object, oneOf, text } from "./shapes.js";
import { extensions, iri, languageMap } from "./values.js";

const component = object({ required: { id: text() }, optional: { description: languageMap } });

/** Data 2.4.4.1: the ids of one list of components are distinct. */
const components: Check = (value, path, report) => {
  list(component)(value, path, report);
  if (!Array.isArray(value)) return;
  const seen = new Set<unknown>();
  value.forEach((member, index) => {
    const id = own(member, "id");
    if (id !== undefined && seen.has(id)) report(`${path}[${index}].id`, "duplicate_component");
    seen.add(id);
  });
};

const interactionOnly = ["correctResponsesPattern", "choices", "scale", "source", "target", "steps"];

const definition = object({
  optional: {
    name: languageMap,
    description: languageMap,
    type: iri,
    moreInfo: iri,
    extensions,
    interactionType: oneOf(
      "true-false",
      "choice",
      "fill-in",
      "long-fill-in",
      "matching",
      "performance",
      "sequencing",
      "likert",
      "numeric",
      "other",
    ),
    correctResponsesPattern: list(text()),
    choices: components,
    scale: components,
    source: components,
    target: components,
    steps: components,
  },
  also(value, path, report) {
    const used = interactionOnly.some((name) => Object.hasOwn(value, name));
    if (used && !Object.hasOwn(value, "interactionType"))
      report(at(path, "interactionType"), "interaction_type_missing");
  },
});

export const activity: Check = object({
  required: { id: iri },
  optional: { objectType: oneOf("Activity"), definition },
});

/** Data 2.4.6.2: a single Activity stands for a list of one. */
const activities: Check = (value, path, report) => {
  if (isObject(value)) activity(value, path, report);
  else list(activity)(value, path, report);
};

export const contextActivities: Check = object({
  optional: { parent: activities, grouping: activities, category: activities, other: activities },
});
