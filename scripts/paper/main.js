// Makes every figure and number of the paper: npm run paper -- [--output folder] [--jobs n] [--quick]
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { homogenizeGeometry, sweepEdges } from "./compute.js";
import { drawFigure8, tabulateFigure8 } from "./figure8.js";
import { listNumbers } from "./numbers.js";
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
const start = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${text}`);
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
await save("figure-8a.svg", charts.a);
await save("figure-8b.svg", charts.b);
const figures = [
  {
    number: 8,
    block: {
      figures: [
        { file: "figure-8a.svg", caption: "Figure 8a: effective diffusion coefficients over the edge" },
        { file: "figure-8b.svg", caption: "Figure 8b: over the volume fraction of the ER" },
      ],
    },
  },
];

const blocks = composeReport({ sections, figure8, figures, quick });
await save("README.md", formatMarkdown(blocks));
await save("report.html", formatHtml(blocks));
await save("numbers.json", `${JSON.stringify({ sections, figure8 }, null, 2)}\n`);
say(`report: ${join(output, "README.md")}, ${join(output, "report.html")}`);
