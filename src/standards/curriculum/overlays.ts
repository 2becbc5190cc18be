import { readLocalBoxes, type LessonDraft, type LocalBoxes } from "./lesson-text.js";
import type { LessonPart, Overlay } from "./model.js";
import { takeFile, type Package } from "./package.js";
import { overlaySchema } from "./schemas.js";
import { readYaml } from "./yaml-text.js";

export interface OverlayOptions {
  /** Jurisdictions to load, in the order in which their boxes are shown. */
  readonly jurisdictions: readonly string[];
  /** The core's version, when it could be read. */
  readonly core: string | undefined;
  /** Invented law is then refused. */
  readonly production: boolean;
}

/** The jurisdictions that the package has an overlay for. */
export function overlaysOf(content: Package): string[] {
  const names = [...content.files.keys()].map((path) => /^overlays\/([^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].toSorted();
}

/** Reads `overlays/<jurisdiction>/overlay.yaml` of each. */
export function readOverlays(content: Package, options: OverlayOptions): Overlay[] {
  const { findings } = content;
  return options.jurisdictions.flatMap((asked) => {
    const file = takeFile(content, `overlays/${asked}/overlay.yaml`);
    const read = file && readYaml({ file: file.path, text: file.text }, overlaySchema, findings);
    if (!read) {
      content.unread.add(`overlays/${asked}/`);
      return [];
    }
    const { jurisdiction, name, version, core, invented } = read.data;
    if (jurisdiction !== asked) {
      findings.add(
        file.path,
        read.lineAt(["jurisdiction"]),
        "id-form",
        `"${jurisdiction}" must be its folder's name, ${asked}.`,
      );
    }
    if (options.core !== undefined && core !== options.core) {
      const sentence = `The overlay was written for core ${core}; this is ${options.core}.`;
      findings.add(file.path, read.lineAt(["core"]), "overlay-core", sentence);
    }
    if (invented && options.production) {
      findings.add(
        file.path,
        read.lineAt(["invented"]),
        "overlay-invented",
        "Invented law is for demonstrations, not for production.",
      );
    }
    return [{ jurisdiction: asked, name, version, invented }];
  });
}

interface LessonPlace {
  readonly module: string;
  readonly id: string;
  readonly language: string;
  readonly activities: ReadonlySet<string>;
}

/** The overlay's file for one lesson in one language. */
export const localPath = (
  jurisdiction: string,
  { module, id, language }: Omit<LessonPlace, "activities">,
): string => `overlays/${jurisdiction}/modules/${module}/lessons/${id}.${language}.md`;

/** Fills a lesson's local boxes: each becomes one part for each loaded jurisdiction. */
export function fillLocalBoxes(
  content: Package,
  draft: LessonDraft,
  overlays: readonly Overlay[],
  place: LessonPlace,
): LessonPart[] {
  const boxes = new Map(
    overlays.map((overlay) => [overlay.jurisdiction, boxesOf(content, draft, overlay, place)]),
  );
  return draft.parts.flatMap((part): LessonPart[] => {
    if (part.kind === "html") return [part];
    return overlays.flatMap(({ jurisdiction, name, invented }): LessonPart[] => {
      const box = boxes.get(jurisdiction)?.get(part.slot);
      if (box) return [{ kind: "local", slot: part.slot, jurisdiction, name, invented, html: box.html }];
      const sentence = `${name} (${jurisdiction}) has no text for the local box "${part.slot}" in ${localPath(jurisdiction, place)}.`;
      content.findings.add(draft.head.file, part.line, "local-missing", sentence);
      return [];
    });
  });
}

function boxesOf(content: Package, draft: LessonDraft, overlay: Overlay, place: LessonPlace): LocalBoxes {
  const file = takeFile(content, localPath(overlay.jurisdiction, place), () => undefined);
  const boxes = file ? readLocalBoxes(file, place.activities, content.findings) : new Map<string, never>();
  const slots = new Set(draft.parts.map((part) => (part.kind === "slot" ? part.slot : undefined)));
  for (const [slot, { line }] of boxes) {
    if (slots.has(slot)) continue;
    content.findings.add(file?.path ?? "", line, "local-unknown", `The lesson has no local box "${slot}".`);
  }
  return boxes;
}
