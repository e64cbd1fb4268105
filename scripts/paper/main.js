// Makes every figure and number of the paper: npm run paper -- [--output folder] [--jobs n] [--quick]
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { homogenizeGeometry, sweepEdges } from "./compute.js";
import { drawFigure8, tabulateFigure8 } from "./figure8.js";
import { listNumbers } from "./numbers.js";
import { drawCorrector, drawCut, drawGeometry, drawVectors, phaseGrid, symmetricRange } from "./pictures.js";
import { composeReport, formatHtml, formatMarkdown } from "./report.js";
import { FULL, QUICK } from "./settings.js";

const { values } = parseArgs({
  options: {
    output: { type: "string", default: "paper-report" },
    jobs: { type: "string", default: "2" },
    quick: { type: "boolean", default: false },
  },
});
const { output, quick } = values;
const settings = quick ? QUICK : FULL;
await mkdir(output, { recursive: true });
const start = Date.now();
const say = (text) => console.log(`${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${text}`);
const save = async (file, text) => writeFile(join(output, file), text);

say("section 2.7: three pipes of edge 0.1");
const threePipe = await homogenizeGeometry("three-pipe", settings.threePipe, { edge: 0.1 }, output);
say("section 5.2: three pipes of edge 0.10092");
const equalVolume = await homogenizeGeometry("three-pipe", settings.equalVolume, { edge: 0.10092 }, output);
say("section 5.2: arched pipes");
const arched = await homogenizeGeometry("arched-pipes", settings.arched, {}, output);
const sections = listNumbers({
  threePipe: threePipe.result,
  equalVolume: equalVolume.result,
  arched: arched.result,
});

// Other settings are another study, with a folder of its own.
const { size, grading, edges } = settings.sweep;
const study = join(output, `figure-8-${size}-${grading}-${edges}`);
const run = await sweepEdges(settings.sweep, study, Number(values.jobs), ({ total, done }) => {
  say(`Figure 8: ${done} of ${total} edges`);
});
const figure8 = tabulateFigure8(run);
const charts = await drawFigure8(figure8);

say("pictures");
const pipes = await homogenizeGeometry("three-pipe", settings.pictures, { edge: 0.1 }, output);
const arches = await homogenizeGeometry("arched-pipes", settings.pictures, {}, output);
// Flat faces need no fine mesh.
const coarse = await homogenizeGeometry("three-pipe", settings.geometry, { edge: 0.1 }, output);
const shape = phaseGrid(coarse, "ER");
const er = phaseGrid(pipes, "ER");
const range = symmetricRange(er.chi);
const figures = [];
/** Writes pictures and puts them into the report; each is [file, caption, svg]. */
async function addFigures(number, heading, pictures) {
  for (const [file, , svg] of pictures) await save(file, svg);
  const shown = pictures.map(([file, caption]) => ({ file, caption }));
  figures.push({ number, heading, block: { figures: shown } });
}
await addFigures(1, "Figures 1 and 2: the geometry", [
  [
    "figure-1.svg",
    "Figure 1: the periodic network, 2 x 2 x 2 unit cells",
    drawGeometry(shape, "Figure 1", 2),
  ],
  ["figure-2.svg", "Figure 2: the ER in the periodic unit cell", drawGeometry(shape, "Figure 2")],
]);
await addFigures(3, "Figure 3: the correctors", [
  ...["a", "b", "c"].map((letter, k) => [
    `figure-3${letter}.svg`,
    `Figure 3${letter}: corrector chi_${k + 1} of the ER on its surface`,
    drawCorrector(er, k, range, `Figure 3${letter}: χ${k + 1} of the ER`),
  ]),
  ...["ER", "cytosol"].map((phase) => [
    `figure-3-cut-${phase}.svg`,
    `chi_1 of the ${phase === "ER" ? "ER" : "cytosol"} on the plane y_3 = 1/2`,
    drawCut(phaseGrid(pipes, phase), 0, `χ1 of the ${phase} at y3 = 1/2`),
  ]),
]);
await addFigures(4, "Figure 4: the vector field of the correctors", [
  [
    "figure-4.svg",
    "Figure 4: (chi_1, chi_2, chi_3) in the ER; arrows are scaled",
    drawVectors(er, "Figure 4: χ of the ER"),
  ],
]);
await addFigures(8, null, [
  ["figure-8a.svg", "Figure 8a: effective diffusion coefficients over the edge", charts.a],
  ["figure-8b.svg", "Figure 8b: over the volume fraction of the ER", charts.b],
]);
await addFigures(9, "Figure 9: the arched pipes", [
  [
    "figure-9.svg",
    "Figure 9: arched pipes, reconstructed",
    drawGeometry(phaseGrid(arches, "ER"), "Figure 9 (reconstructed)"),
  ],
]);

const blocks = composeReport({ sections, figure8, figures, quick });
await save("README.md", formatMarkdown(blocks));
await save("report.html", formatHtml(blocks));
await save("numbers.json", `${JSON.stringify({ sections, figure8 }, null, 2)}\n`);
say(`report: ${join(output, "README.md")}, ${join(output, "report.html")}`);
