// Bounds the dihedral angles of all stencils of the mesher (about a minute), and prints a table of them.
//   npm run build && node scripts/prove-dihedral-angles.js [accuracy in degrees = 0.1]
import { boundAngles } from "../dist/meshing/guarantee/bound-angles.js";
import { WARP_LIMITS } from "../dist/meshing/warp-limits.js";

const accuracy = Number(process.argv[2] ?? 0.1);
const start = process.hrtime.bigint();
const results = boundAngles(WARP_LIMITS, accuracy);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;
const range = ({ smallest, largest }) => `${smallest.toFixed(2).padStart(6)} to ${largest.toFixed(2)}`;
console.log(`limits: ${JSON.stringify(WARP_LIMITS)}, accuracy ${accuracy} degrees`);
for (const { name, bounds, attained, numCells, numBoxes } of results) {
  console.log(
    `${name.padEnd(24)} no angle beyond ${range(bounds)}, met ${range(attained)}; ${numCells} cells, ${numBoxes} boxes`,
  );
}
const smallest = Math.min(...results.map(({ bounds }) => bounds.smallest));
const largest = Math.max(...results.map(({ bounds }) => bounds.largest));
console.log(`all: ${range({ smallest, largest })} degrees; ${seconds.toFixed(1)} s`);
