// Draws every built-in unit cell into docs/unit-cells/<name>.png, the ER of one cell, and writes the pictures' sizes. Needs
// `npm run build`, and Gmsh for three-pipe and arched-pipes.
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawCellPicture, partitionPhases, unitCellFamilies } from "../../dist/index.js";
import { builtInGeometries, meshUnitCell, readMesh, svgToPng } from "../../dist/node/index.js";

const WIDTH = 420;
const SCALE = 1.5;

/** Views that show what is special of a family; azimuth and elevation, degrees. */
const VIEWS = { ramps: [-58, 12], sheets: [-58, 30] };

const folder = fileURLToPath(new URL("../../docs/unit-cells/", import.meta.url));
mkdirSync(folder, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), "erfem-cells-"));
try {
  for (const name of builtInGeometries) {
    const isFamily = unitCellFamilies.some((family) => family.name === name);
    const output = join(scratch, `${name}.msh`);
    await meshUnitCell({ geo: name, output });
    const { mesh } = await readMesh(output);
    const { phases, cellPhase } = partitionPhases(mesh);
    const [azimuth, elevation] = (VIEWS[name] ?? [-58, 23]).map((degrees) => (degrees * Math.PI) / 180);
    const high = [0, 1, 2].map((d) =>
      mesh.coordinates.reduce((a, x, i) => (i % 3 === d ? Math.max(a, x) : a), 0),
    );
    const svg = drawCellPicture(
      {
        points: mesh.coordinates,
        cells: mesh.cells,
        fields: new Map(),
        vectors: new Map(),
        phases: { names: phases.map((phase) => phase.name), ofCell: cellPhase },
      },
      {
        title: name,
        phases: ["ER"],
        width: WIDTH,
        fontSize: 13,
        eye: [
          Math.cos(elevation) * Math.cos(azimuth),
          Math.cos(elevation) * Math.sin(azimuth),
          Math.sin(elevation),
        ],
        box: {
          origin: [0, 0, 0],
          vectors: high.map((length, d) => [0, 1, 2].map((e) => (d === e ? length : 0))),
          unit: isFamily ? "nm" : "",
        },
      },
    );
    const path = join(folder, `${name}.png`);
    writeFileSync(path, await svgToPng(svg, { scale: SCALE }));
    process.stdout.write(`${name}: ${mesh.numCells} cells, ${Math.ceil(statSync(path).size / 1000)} kB\n`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
