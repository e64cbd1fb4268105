import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** Folder of this file. */
const root = fileURLToPath(new URL(".", import.meta.url));

/** Meshes that the page offers, committed in meshes/samples. */
const samples = ["three-pipe-0.1.msh", "arched-pipes.msh"];

/** The samples as files beside the page. */
function emitSamples(): Plugin {
  return {
    name: "erfem-samples",
    apply: "build",
    generateBundle() {
      for (const name of samples) {
        const source = readFileSync(`${root}meshes/samples/${name}`);
        this.emitFile({ type: "asset", fileName: `samples/${name}`, source });
      }
    },
  };
}

/** The browser application: static files in dist/app that may be served from any folder. */
export default defineConfig({
  root: `${root}src/web/app`,
  base: "./",
  publicDir: false,
  plugins: [emitSamples()],
  worker: { format: "es" },
  build: {
    outDir: `${root}dist/app`,
    emptyOutDir: true,
    target: "es2022",
    // vtk.js, Vega and the kernel are what they are.
    chunkSizeWarningLimit: 2000,
  },
});
