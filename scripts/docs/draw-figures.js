// Draws the figures of docs/figures.md and docs/sweeps.md with `erfem plot`, into docs/figures/. Studies that are not in the folder
// given (default: a temporary one) are run first, which takes some minutes: node scripts/docs/draw-figures.js [folder]. Needs
// `npm run build` and Gmsh.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const given = process.argv[2];
const work = given === undefined ? mkdtempSync(join(tmpdir(), "erfem-figures-")) : resolve(given);
const figures = path("docs/figures");
mkdirSync(figures, { recursive: true });
mkdirSync(work, { recursive: true });

const erfem = (...args) => {
  process.stderr.write(`erfem ${args.join(" ")}\n`);
  execFileSync(process.execPath, [path("dist/cli/main.js"), ...args, "--quiet"], {
    cwd: work,
    stdio: ["ignore", "ignore", "inherit"],
  });
};
const study = (name, make) => {
  if (existsSync(join(work, name))) return;
  try {
    make();
  } catch (error) {
    // 3: some points of a sweep have failed, the others are there.
    if (error.status !== 3) throw error;
  }
};
const plot = (input, output, ...args) => {
  erfem("plot", input, ...args, "-o", join(figures, output));
  process.stdout.write(`${output}: ${Math.ceil(statSync(join(figures, output)).size / 1000)} kB\n`);
};

study("coarse.msh", () =>
  erfem("mesh", "three-pipe", "--set", "edge=0.3", "--size", "0.1", "-o", "coarse.msh"),
);
study("convergence", () =>
  erfem("convergence", "three-pipe", "--levels", "3", "--bounds", "--phase", "ER", "-o", "convergence"),
);
study("adaptation", () =>
  erfem("adapt", "three-pipe", "--phase", "ER", "--gap", "1e-3", "--max-nodes", "60000", "-o", "adaptation"),
);
study("resolved", () => erfem("resolve", "coarse.msh", "--cells", "2,4,8", "-o", "resolved"));
study("sweep", () =>
  erfem("sweep", "three-pipe", "--vary", "edge=0.1:0.9:5", "--size", "0.1", "--bounds", "-o", "sweep"),
);
study("rev", () =>
  erfem(
    ...["sweep", "random-network", "--set", "density=31.25", "--vary", "period=500,630,800,1000,1250"],
    ...["--vary", "seed=1:24:24", "--over", "seed", "--phase", "ER", "--length-unit", "nm", "-o", "rev"],
  ),
);
study("run", () => {
  const model = readFileSync(path("meshes/models/closed-cell.yaml"), "utf8")
    .replace("cell.msh.gz", path("meshes/models/cell.msh.gz"))
    .replace("result: sheets.json", `result: ${path("meshes/models/sheets.json")}`)
    .replace("end: 1000", "end: 40")
    .replace("every: 250", "every: 4");
  writeFileSync(join(work, "run.yaml"), model);
  erfem("simulate", "run.yaml", "-o", "run");
});

const sample = path("meshes/samples/three-pipe-0.1.msh");
const picture = ["--width", "420", "--scale", "1.5"];
const chart = ["--width", "400", "--height", "280"];
plot(sample, "geometry.png", "--tile", "2", ...picture);
plot(sample, "corrector.png", "--color", "chi_1", ...picture);
plot(sample, "arrows.png", "--arrows", ...picture);
plot(
  sample,
  "cut.png",
  "--phase",
  "ER",
  "--phase",
  "cytosol",
  "--color",
  "chi_1",
  "--cut",
  "y2=0.5",
  ...picture,
);
plot(path("meshes/samples/arched-pipes.msh"), "membrane.png", "--membrane", "--color", "chi_3", ...picture);
plot("convergence", "convergence.svg", ...chart);
plot("adaptation", "adaptation.svg", ...chart);
plot("resolved", "resolved.svg", ...chart);
plot("sweep", "sweep.svg", "--plot", "volumeFraction,effective.11", ...chart);
plot(
  "rev",
  "rev.svg",
  "--plot",
  "period,effective.11",
  "--over",
  "seed",
  "--title",
  "Random networks of one density",
  ...chart,
);
plot("run", "time-series.svg", "--field", "p", "--field", "fluxes", "--width", "320", "--height", "240");
plot("run", "kymograph.png", "--kymograph", "x", "--field", "p", "--scale", "1.5", ...chart);
plot("run", "profile.svg", "--profile", "x", "--field", "p", ...chart);
plot(
  "run/snapshots/fields-0010.vtu",
  "snapshot.png",
  "--color",
  "c",
  "--unit",
  "uM",
  "--cut",
  "y2=0.5",
  ...picture,
);
if (given === undefined) rmSync(work, { recursive: true });
