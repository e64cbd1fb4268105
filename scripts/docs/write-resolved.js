// Runs the comparisons of docs/resolved.md and writes their tables and charts. Needs `npm run build` and Gmsh; takes about
// ten minutes. With names of parts as arguments only those are run.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatStudy, replacePart } from "./resolved-table.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const document = join(root, "docs/resolved.md");
const sample = join(root, "meshes/samples/three-pipe-0.1.msh");
const folder = mkdtempSync(join(tmpdir(), "erfem-resolved-"));
const thick = join(folder, "three-pipe-0.3.msh");

/** Arguments of `erfem resolve`, and where the chart goes. */
const parts = {
  pipes: { mesh: thick, args: ["--cells", "4,8,16,32"], chart: "docs/resolved.svg" },
  slab: {
    mesh: thick,
    args: ["--cells", "4,8,16,32", "--slab", "0.5", "--c", "1 - 0.8*cos(pi*(x + 16)/48)"],
    chart: "docs/resolved-slab.svg",
  },
  buffers: {
    mesh: thick,
    args: [
      ...["--cells", "4,8,16", "--buffer", "calbindin:cytosol:total=20,on=20,off=20,D=30"],
      ...["--buffer", "calsequestrin:er:total=200,on=1,off=60"],
    ],
  },
  thin: { mesh: sample, args: ["--cells", "4,8,16,32"] },
};

try {
  run(["mesh", "three-pipe", "--set", "edge=0.3", "--size", "0.12", "-o", thick, "--quiet"]);
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
  for (const name of wanted) {
    const { mesh, args, chart } = parts[name];
    const output = join(folder, name);
    run(["resolve", mesh, ...args, "-o", output, "--quiet"]);
    const study = JSON.parse(readFileSync(join(output, "resolved.json"), "utf8"));
    writeFileSync(document, replacePart(readFileSync(document, "utf8"), name, formatStudy(study)));
    if (chart !== undefined) copyFileSync(join(output, "resolved.svg"), join(root, chart));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(args) {
  execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...args], { stdio: "inherit" });
}
