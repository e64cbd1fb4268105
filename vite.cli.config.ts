import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

/** Folder of this file. */
const root = fileURLToPath(new URL(".", import.meta.url));

/** Modules that so many parts of the command need are loaded together with it. */
const sharedByParts = 8;

/**
 * The command in a few files instead of hundreds: half of the time before it did anything went into finding and opening
 * modules. They take the place of the compiled ones in dist/cli, with copies of the workers, which are looked for
 * beside them. Packages stay in node_modules.
 */
export default defineConfig({
  root,
  publicDir: false,
  build: {
    ssr: true,
    outDir: `${root}dist/cli`,
    emptyOutDir: true,
    target: "node20",
    minify: false,
    rolldownOptions: {
      input: {
        main: `${root}src/cli/main.ts`,
        "solver-worker": `${root}src/node/solver-worker.ts`,
        "sweep-worker": `${root}src/node/sweep-worker.ts`,
      },
      output: {
        chunkFileNames: "[name].js",
        codeSplitting: { groups: [{ name: "shared", minShareCount: sharedByParts }] },
      },
    },
  },
});
