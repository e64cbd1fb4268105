import type { KnipConfig } from "knip";

const config: KnipConfig = {
  entry: [
    "src/index.ts",
    "src/node/index.ts",
    "src/cli/main.ts",
    "vite.cli.config.ts",
    "src/web/{index,homogenize-worker,solver-worker}.ts",
    "src/web/app/{main,session-worker}.ts",
    "scripts/*.js",
    "scripts/docs/*.js",
    "scripts/paper/main.js",
    "scripts/bench/{image-convergence,image-level-set,main,robustness,simulation,triad,warm-*}.js",
    "test/**/*.test.ts",
  ],
  project: ["src/**/*.ts", "test/**/*.ts", "scripts/**/*.js"],
  ignoreExportsUsedInFile: true,
  ignoreBinaries: ["scripts/build-wasm.sh"],
};

export default config;
