// Images of three round pipes, meshed and homogenized by default, against the exact cell:
//   node scripts/bench/image-convergence.js [voxels = 64,128,256]
import { homogenize, levelSetOfImage, meshLevelSet } from "../../dist/index.js";

const radius = 0.15;
const centre = [0.5123, 0.4871, 0.5057];
/** Tensors by Richardson's extrapolation from meshes of the exact surface of sizes 1/48 to 1/128. */
const exact = {
  volume: 3 * Math.PI * radius ** 2 - 8 * Math.SQRT2 * radius ** 3,
  area: 6 * Math.PI * radius - 24 * Math.SQRT2 * radius ** 2,
  ER: 0.08009,
  cytosol: 0.72243,
};

/** Voxels of the pipes whose centres lie inside, 1; others 0. */
function drawPipes(n) {
  const square = [0, 1, 2].map((k) =>
    Float64Array.from({ length: n }, (_, i) => {
      const apart = (i + 0.5) / n - centre[k];
      return (apart - Math.round(apart)) ** 2;
    }),
  );
  const data = new Uint8Array(n ** 3);
  for (let v = 0, k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++, v++) {
        const [x, y, z] = [square[0][i], square[1][j], square[2][k]];
        if (Math.min(x + y, y + z, x + z) < radius ** 2) data[v] = 1;
      }
    }
  }
  return data;
}

const counts = (process.argv[2] ?? "64,128,256").split(",").map(Number);
const rows = [];
for (const n of counts) {
  const image = { shape: [n, n, n], data: drawPipes(n), spacing: [1 / n, 1 / n, 1 / n], unit: null };
  const { levelSet, report } = levelSetOfImage(image, { selection: { labels: [1] } });
  const meshed = meshLevelSet(levelSet, { size: 2 / n });
  const { result } = await homogenize(meshed.mesh);
  const mean = (name) => [0, 1, 2].reduce((sum, k) => sum + result.phases[name].homogenized[k][k] / 3, 0);
  rows.push({
    voxels: n,
    nodes: meshed.mesh.numNodes,
    smoothing: report.smooth[0] * n,
    errors: [
      report.voxelFraction / exact.volume - 1,
      meshed.report.volume / exact.volume - 1,
      meshed.report.area / exact.area - 1,
      mean("ER") / exact.ER - 1,
      mean("cytosol") / exact.cytosol - 1,
    ],
    dihedral: meshed.report.dihedral,
  });
  const { errors, smoothing, nodes, dihedral } = rows.at(-1);
  console.log(
    `${n}^3: ${nodes} nodes, smoothing ${smoothing.toFixed(2)} voxels, angles ${dihedral.smallest.toFixed(1)} to ` +
      `${dihedral.largest.toFixed(1)}; voxels, volume, area, ER, cytosol: ` +
      errors.map((error) => error.toExponential(2)).join("  "),
  );
}
const [first, last] = [rows[0], rows.at(-1)];
const order = (k) =>
  Math.log(Math.abs(first.errors[k] / last.errors[k])) / Math.log(last.voxels / first.voxels);
console.log(
  `orders from ${first.voxels} to ${last.voxels}: volume ${order(1).toFixed(2)}, area ${order(2).toFixed(2)}, ` +
    `ER ${order(3).toFixed(2)}, cytosol ${order(4).toFixed(2)}`,
);
console.log(`peak memory: ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`);
