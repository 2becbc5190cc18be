import { SandboxError } from "./errors.js";
import type { StateFile } from "./state.js";
import type { Course, LineItem, Link } from "./state-schema.js";

export type NewLink = Omit<Link, "id" | "history">;
/** What becomes a column of the gradebook, coupled to a link. */
export type NewLineItem = Omit<LineItem, "id" | "courseId" | "clientId" | "resourceLinkId">;

/** The courses and what stands in them. */
export interface Courses {
  all(): readonly Course[];
  /** @throws SandboxError `sandbox_course_unknown` */
  of(id: string): Course;
  linksIn(courseId: string): Link[];
  /** @throws SandboxError `sandbox_link_unknown` when the course has no such link */
  link(courseId: string, id: string): Link;
  /** Adds links, each with its line item, all or none. */
  add(items: readonly { link: NewLink; lineItem?: NewLineItem | undefined }[]): Promise<Link[]>;
  /**
   * A copy with a new context, new resource links and new columns for those that belong to links, as an LMS makes it:
   * custom parameters stay, grades do not come along.
   */
  copy(courseId: string): Promise<Course>;
}

export function createCourses(state: StateFile): Courses {
  const { data } = state;
  const of = (id: string): Course => {
    const course = data.courses.find((one) => one.id === id);
    if (!course) throw new SandboxError("sandbox_course_unknown");
    return course;
  };
  const linksIn = (courseId: string): Link[] => data.links.filter((link) => link.courseId === courseId);
  return {
    all: () => data.courses,
    of,
    linksIn,
    link: (courseId, id) => {
      const link = linksIn(courseId).find((one) => one.id === id);
      if (!link) throw new SandboxError("sandbox_link_unknown");
      return link;
    },
    add: async (items) => {
      const links = items.map(({ link, lineItem }) => {
        const added: Link = { ...link, id: newLinkId(state), history: [] };
        data.links.push(added);
        if (lineItem) coupleLineItem(state, added, lineItem);
        return added;
      });
      await state.save();
      return links;
    },
    copy: async (courseId) => {
      const from = of(courseId);
      const course: Course = {
        ...from,
        id: `course-${data.next.course}`,
        label: `${from.label}-${data.next.course}`,
        history: [from.id, ...from.history],
      };
      data.next.course += 1;
      data.courses.push(course);
      for (const link of linksIn(from.id)) copyLink(state, link, course.id);
      await state.save();
      return course;
    },
  };
}

function newLinkId({ data }: StateFile): string {
  const id = `rl-${data.next.link}`;
  data.next.link += 1;
  return id;
}

function copyLink(state: StateFile, link: Link, courseId: string): void {
  const copied: Link = {
    ...link,
    custom: { ...link.custom },
    id: newLinkId(state),
    courseId,
    history: [link.id, ...link.history],
  };
  const columns = state.data.lineItems.filter(({ resourceLinkId }) => resourceLinkId === link.id);
  state.data.links.push(copied);
  for (const column of columns) coupleLineItem(state, copied, column);
}

function coupleLineItem({ data }: StateFile, link: Link, lineItem: NewLineItem): void {
  const { courseId, clientId, id: resourceLinkId } = link;
  data.lineItems.push({ ...lineItem, id: String(data.nextLineItem), courseId, clientId, resourceLinkId });
  data.nextLineItem += 1;
}
