// Homogenizes both phases of the committed sample meshes and prints the results beside the paper's numbers.
import { fileURLToPath } from "node:url";
import { homogenize, parseMsh } from "erfem";
import { readMeshFile } from "erfem/node";
import Table from "cli-table3";

/** Diffusion of the paper's section 2.7, um^2/ms. */
const DIFFUSION = 0.25;

const SAMPLES = [
  {
    file: "three-pipe-0.1.msh",
    title: "Three pipes of edge 0.1 (section 2.7)",
    rows: [
      ["volume fraction ER", 0.028, ({ ER }) => ER.volumeFraction],
      ["membrane area", 1.08, (_, membrane) => membrane.area],
      ["factor ER, 11", 0.01047, ({ ER }) => ER.factor[0][0]],
      ["factor ER, 22", 0.01047, ({ ER }) => ER.factor[1][1]],
      ["factor ER, 33", 0.01047, ({ ER }) => ER.factor[2][2]],
      ["b~11, um^2/ms", 2.6175e-3, ({ ER }) => ER.homogenized[0][0]],
      ["largest off-diagonal of b~ / b~11", 0, ({ ER }) => largestOffDiagonal(ER.homogenized)],
      ["factor cytosol, 11", 0.95, ({ cytosol }) => cytosol.factor[0][0]],
    ],
  },
  {
    file: "arched-pipes.msh",
    title: "Arched pipes (Figure 9; dimensions reconstructed)",
    rows: [
      ["volume fraction ER", 0.0285, ({ ER }) => ER.volumeFraction],
      ["membrane area", 1.2, (_, membrane) => membrane.area],
      ["factor ER, 11", 6.7e-3, ({ ER }) => ER.factor[0][0]],
      ["factor ER, 22", 6.7e-3, ({ ER }) => ER.factor[1][1]],
      ["factor ER, 33", 1.04e-2, ({ ER }) => ER.factor[2][2]],
    ],
  },
];

function largestOffDiagonal(a) {
  return Math.max(Math.abs(a[0][1]), Math.abs(a[0][2]), Math.abs(a[1][2])) / a[0][0];
}

for (const { file, title, rows } of SAMPLES) {
  const path = fileURLToPath(new URL(`../meshes/samples/${file}`, import.meta.url));
  const { bytes } = await readMeshFile(path);
  const { result } = await homogenize(parseMsh(bytes), { diffusion: { ER: DIFFUSION, cytosol: DIFFUSION } });
  const table = new Table({ head: [title, "paper", "erfem", "difference"], style: { head: [], border: [] } });
  for (const [quantity, paper, read] of rows) {
    const value = read(result.phases, result.membrane);
    const difference = paper === 0 ? "" : `${((100 * (value - paper)) / paper).toFixed(2)} %`;
    table.push([quantity, paper, value.toPrecision(6), difference]);
  }
  const { nodes, cells } = result.mesh;
  const seconds = Object.values(result.timings).reduce((sum, time) => sum + time, 0);
  console.log(`${table.toString()}\n${nodes} nodes, ${cells} cells, ${seconds.toFixed(2)} s\n`);
}
