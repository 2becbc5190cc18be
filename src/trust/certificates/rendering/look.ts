/** The colours of what is drawn, as in the pages' sheet: teal is what all share, clay is what is one's own. */
export const colours = {
  ink: "#1a232d",
  muted: "#4f5b66",
  paper: "#ffffff",
  line: "#dcd7cb",
  shared: "#0b5a5e",
  own: "#a03f1c",
  ownWash: "#faece4",
} as const;

/** The mark, the two halves of a broken tile, in a square of 24. */
export const mark = {
  shared: "M4 2h9.2L10 8.4l4 3.6-3.2 4.4 1.6 5.6H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
  own: "M15.6 2H20a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2h-5.3l-1.5-5.2 3.3-4.9-4.1-3.7z",
} as const;
