/** The layers of docs/architecture.md: every folder, and the folders it may import. */
const layers = {
  core: [],
  kernel: ["core"],
  mesh: ["core", "kernel"],
  sparse: ["core"],
  formula: ["core"],
  fem: ["core", "kernel", "mesh", "sparse"],
  solver: ["core", "kernel", "sparse"],
  io: ["core", "kernel", "mesh", "formula"],
  homogenization: ["core", "kernel", "mesh", "sparse", "formula", "fem", "solver", "io"],
  bidomain: ["core", "kernel", "mesh", "sparse", "formula", "fem", "solver", "io"],
  meshing: ["core", "kernel", "mesh", "sparse", "formula", "fem", "solver", "io"],
  plots: ["core", "io"],
};
const belowIndex = Object.keys(layers);

/** Files of a folder must import only from the folders named. */
function rule(from, allowed) {
  return {
    name: `layer-${from}`,
    comment: `src/${from} may import only: ${allowed.join(", ") || "nothing"}`,
    severity: "error",
    from: { path: `^src/${from}/` },
    to: {
      path: "^src/",
      pathNot: [from, ...allowed].map((folder) =>
        folder === "index.ts" ? "^src/index\\.ts$" : `^src/${folder}/`,
      ),
    },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...belowIndex.map((folder) => rule(folder, layers[folder])),
    rule("node", [...belowIndex, "index.ts"]),
    rule("cli", [...belowIndex, "index.ts", "node"]),
    rule("web", [...belowIndex, "index.ts"]),
    {
      name: "index-is-reexports",
      severity: "error",
      from: { path: "^src/index\\.ts$" },
      to: { path: "^src/(node|cli|web)/" },
    },
    {
      name: "node-only-in-node-and-cli",
      comment: "the library runs in browsers: node:* belongs to src/node and src/cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(node|cli)/" },
      to: { dependencyTypes: ["core"] },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
