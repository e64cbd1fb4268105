// Runs meshes/models/calcium-wave.yaml for 2.5 s and draws the wave at three times into docs/calcium-wave.png; a picture of
// that many triangles is too large as SVG. Needs chromium.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createModelProblem, cutCells, drawScene, loadKernel, runSimulation, Simulation } from "erfem";
import { openModel } from "erfem/node";

const TIMES = [0.5, 1.5, 2.5];
/** um between the pictures. */
const SHIFT = 175;
const RANGE = [0.1, 0.8];

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const kernel = await loadKernel();
const opened = await openModel(path("meshes/models/calcium-wave.yaml"), { kernel });
const model = {
  ...opened.model,
  time: { ...opened.model.time, end: TIMES[TIMES.length - 1] },
  output: { times: TIMES, fields: ["c"] },
};
const simulation = await Simulation.create(await createModelProblem(kernel, model, opened));
const triangles = [];
await runSimulation(simulation, {
  record: async () => undefined,
  checkpoint: async () => undefined,
  async snapshot(index, time, { points, cells, pointData }) {
    const cut = cutCells(points, cells, pointData[0].values, [0, 0, 1], 0);
    triangles.push({
      corners: cut.corners.map((x, i) => x + (i % 3 === 0 ? index * SHIFT : 0)),
      values: cut.values.map((c) => Math.min(RANGE[1], Math.max(RANGE[0], c))),
      flat: true,
    });
    process.stderr.write(`${time} s\n`);
  },
});
simulation.dispose();
const svg = drawScene({
  title: `A calcium wave in a cell with ER sheets across y, after ${TIMES.map((t) => `${t} s`).join(", ")}`,
  triangles,
  eye: [0, -1e-3, 1],
  width: 1000,
  bar: { label: "c", unit: "uM", range: RANGE },
});
const folder = mkdtempSync(join(tmpdir(), "erfem-wave-"));
try {
  const file = join(folder, "wave.svg");
  writeFileSync(file, svg);
  execFileSync("chromium", [
    ...["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,420"],
    `--screenshot=${path("docs/calcium-wave.png")}`,
    `file://${file}`,
  ]);
} finally {
  rmSync(folder, { recursive: true });
}
