/** Which LMS the sandbox plays: each tool and each course belongs to one of the two. */
export const flavours = ["moodle", "canvas"] as const;
export type Flavour = (typeof flavours)[number];
