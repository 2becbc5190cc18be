/**
 * The boundary check: the rooms stand in one line, and a room imports only rooms before it, through their doors.
 * `import type` counts too (tsPreCompilationDeps).
 */
const rooms = [
  "foundation/kernel",
  "foundation/config",
  "foundation/i18n",
  "foundation/outbound",
  "foundation/events",
  "foundation/keys",
  "foundation/log",
  "foundation/mail",
  "foundation/web",
  "foundation/directory",
  "standards/curriculum",
  "standards/xapi",
  "standards/lrs",
  "standards/lti",
  "standards/vc",
  "standards/issuing",
  "training/learning",
  "training/assessment",
  "training/evidence",
  "training/programmes",
  "trust/certificates",
  "trust/recognition",
  "trust/verification",
  "trust/accreditation",
  "console",
];
const inRoom = (room) => `^src/${room}/`;
const anyOf = (names) => `^src/(${names.join("|")})/`;
const beside = ["storage", "sandbox", "cli"];

const order = rooms.map((room, place) => ({
  name: `order-of-rooms: ${room}`,
  comment: `${room} may import only the rooms before it`,
  severity: "error",
  from: { path: inRoom(room) },
  to: { path: [anyOf([...rooms.slice(place + 1), ...beside]), "^src/[^/]+\\.ts$"] },
}));

const doors = rooms.map((room) => ({
  name: `door: ${room}`,
  comment: `${room} is entered by its index.ts`,
  severity: "error",
  from: { path: "^src/", pathNot: inRoom(room) },
  to: { path: inRoom(room), pathNot: `^src/${room}/index\\.ts$` },
}));

const sandboxMay = ["foundation/kernel", "foundation/i18n", "foundation/web", "foundation/keys"];

module.exports = {
  forbidden: [
    ...order,
    ...doors,
    {
      name: "storage-takes-types",
      comment:
        "storage implements the rooms' ports: it imports their types and, from the kernel alone, values",
      severity: "error",
      from: { path: "^src/storage/" },
      to: {
        path: anyOf(rooms),
        pathNot: "^src/foundation/kernel/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "sandbox-knows-no-training",
      comment: "the sandbox LMS is another system: it has only the foundation's tools",
      severity: "error",
      from: { path: "^src/sandbox/" },
      to: {
        path: "^src/",
        pathNot: ["^src/sandbox/", ...sandboxMay.map(inRoom)],
      },
    },
    {
      name: "only-the-edge-composes",
      comment: "storage, the sandbox and the composition root are known to app, main and the CLI only",
      severity: "error",
      from: { path: "^src/(storage|sandbox)/" },
      to: { path: "^src/([^/]+\\.ts$|cli/)" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-dev-dependency-in-the-product",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nothing-unresolved",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
