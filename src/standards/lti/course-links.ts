import type { Visit } from "../../foundation/web/index.js";
import type { Curriculum } from "../curriculum/index.js";
import { saveGradeTargets, type GradeTargetDeps } from "./grade-targets.js";
import type { GradeService, LtiStore, Placement } from "./lti-store.js";
import { offered } from "./offered.js";

/** A module, or one activity of it, that links of a course lead to. */
export interface CourseLink {
  readonly moduleId: string;
  readonly activityId?: string;
  /** Of its links, the oldest first: at least one. */
  readonly placementIds: readonly string[];
}

/** What a course's own page shows. */
export interface CourseContent {
  /** Of the course. */
  readonly title?: string;
  /** The title of the course that this one was copied from, where we know it. */
  readonly copyOf?: string;
  /** In the order of the curriculum; one for each module and activity, however many links lead there. */
  readonly links: readonly CourseLink[];
}

export interface CourseLinks {
  /** Of the course that a visit's link is in. A link is known from its first launch on, whoever launched it. */
  of(visit: Pick<Visit, "platformId" | "placementId">): Promise<CourseContent>;
  /**
   * Does for a trainee what a launch of these links would: their grades of this module go into the links' own columns. The
   * visit's own link has none to do with that.
   */
  open(visit: CourseVisit, link: CourseLink): Promise<void>;
}

export type CourseVisit = Pick<Visit, "platformId" | "placementId" | "personId" | "role">;

export interface CourseLinksDeps extends GradeTargetDeps {
  readonly store: LtiStore;
  readonly curriculum: Curriculum;
}

export function createCourseLinks(deps: CourseLinksDeps): CourseLinks {
  const { store, curriculum } = deps;
  return {
    of: async ({ platformId, placementId }) => {
      const own = await store.placement(placementId);
      if (own?.platformId !== platformId || own.contextId === undefined) return { links: [] };
      const { deploymentId, contextId } = own;
      const [course, placements] = await Promise.all([
        store.course(platformId, contextId),
        store.placementsIn({ platformId, deploymentId, contextId }),
      ]);
      const [origin] = course?.copiedFrom ?? [];
      const source = origin === undefined ? undefined : await store.course(platformId, origin);
      return {
        ...(course?.title === undefined ? {} : { title: course.title }),
        ...(source?.title === undefined ? {} : { copyOf: source.title }),
        links: linksOf(placements, curriculum),
      };
    },
    open: async ({ platformId, placementId, personId, role }, { moduleId, placementIds }) => {
      const [platform, own] = await Promise.all([store.platform(platformId), store.placement(placementId)]);
      if (role !== "trainee" || !platform || !own) return;
      for (const id of placementIds) {
        const placement = await store.placement(id);
        // It may lead elsewhere by now.
        if (placement?.moduleId !== moduleId) continue;
        const service = serviceFor(placement, own);
        // Where the grades went before is not forgotten because somebody else's launch said nothing of it.
        if (service.scopes.length === 0 && (await isKnown(personId, placement, store))) continue;
        await saveGradeTargets({ platform, personId, placement, service }, deps);
      }
    },
  };
}

async function isKnown(personId: string, { id, moduleId }: Placement, store: LtiStore): Promise<boolean> {
  return (await store.gradeTargets(personId, moduleId)).some(({ placementId }) => placementId === id);
}

function linksOf(placements: readonly Placement[], curriculum: Curriculum): CourseLink[] {
  return curriculum.modules.flatMap(({ id: moduleId, activities }) => {
    if (!offered(curriculum, moduleId)) return [];
    const ofModule = placements.filter((placement) => placement.moduleId === moduleId);
    const idsOf = (activityId: string | undefined): string[] =>
      ofModule.filter((placement) => placement.activityId === activityId).map(({ id }) => id);
    const whole = { moduleId, placementIds: idsOf(undefined) };
    const parts = activities.map(({ id }) => ({ moduleId, activityId: id, placementIds: idsOf(id) }));
    return [whole, ...parts].filter(({ placementIds }) => placementIds.length > 0);
  });
}

/**
 * As the link's last launch said. One that brought no service, or came before we kept it, has at least the course's, where
 * its column can be looked for.
 */
function serviceFor({ grades }: Placement, own: Placement): GradeService {
  if (grades) return grades;
  const { scopes = [], lineItemsUrl } = own.grades ?? {};
  return lineItemsUrl === undefined ? { scopes: [] } : { scopes, lineItemsUrl };
}
