// Makes an image of N^3 voxels of one byte (three round pipes) and its level set; prints time and memory.
//   node scripts/bench/image-level-set.js [N = 512]
import { levelSetOfImage } from "../../dist/index.js";

const n = Number(process.argv[2] ?? 512);
const radius = 0.1;
const data = new Uint8Array(n ** 3);
const distance = (i) => ((i + 0.5) / n - 0.5) ** 2;
for (let v = 0, k = 0; k < n; k++) {
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++, v++) {
      const [x, y, z] = [distance(i), distance(j), distance(k)];
      data[v] = Math.min(x + y, y + z, x + z) < radius ** 2 ? 2 : 1;
    }
  }
}
const start = process.hrtime.bigint();
const { report, levelSet } = levelSetOfImage(
  { shape: [n, n, n], data, spacing: [4, 4, 4], unit: "nm" },
  { selection: { labels: [2] } },
);
const made = process.hrtime.bigint();
const numPoints = 1e6;
const points = Float64Array.from({ length: 3 * numPoints }, (_, i) => (i * 0.6180339887 * 4 * n) % (4 * n));
levelSet.evaluate(points, numPoints, new Float64Array(numPoints));
const evaluated = process.hrtime.bigint();
const exactVolume = 3 * Math.PI * radius ** 2 - 8 * Math.SQRT2 * radius ** 3;
const exactArea = (6 * Math.PI * radius - 24 * Math.SQRT2 * radius ** 2) * (4 * n) ** 2;
console.log(`level set of ${n}^3 voxels: ${(Number(made - start) / 1e9).toFixed(1)} s`);
console.log(`10^6 values: ${(Number(evaluated - made) / 1e9).toFixed(2)} s`);
console.log(`volume of the voxels: ${(100 * (report.voxelFraction / exactVolume - 1)).toFixed(2)} % off`);
console.log(`area by lines: ${(100 * (report.voxelArea / exactArea - 1)).toFixed(2)} % off`);
console.log(`peak memory: ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`);
