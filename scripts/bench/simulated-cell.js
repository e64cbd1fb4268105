// The problem of simulation.js: a wave of calcium in a cell of 30 x 30 x 10 um, six fields.
import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createCellReaction,
  createMacroscopicProblem,
  createMembraneModel,
  equilibriumBound,
  interpolateFields,
  interpolateStates,
  orderMesh,
  parseMsh,
} from "erfem";
import { runProgram } from "./run-program.js";

const GEO = fileURLToPath(new URL("cell.geo", import.meta.url));

/** Mesh size, um, that gave this number of nodes. */
const KNOWN = { nodes: 100e3, size: 0.336 };

/** Volume of the ER over that of the cytosol in the model of Li and Rinzel. */
const RATIO = 0.185;
const cytosolFraction = 1 / (1 + RATIO);
const erFraction = RATIO / (1 + RATIO);

/** Homogenized tensors of diffusion coefficient 1 per volume of the cell: a cytosol between ER sheets, and an ER. */
const CYTOSOL = [
  [0.68, 0.04, -0.03],
  [0.04, 0.6, 0.05],
  [-0.03, 0.05, 0.48],
];
const ER = [
  [0.06, 0.01, 0],
  [0.01, 0.05, -0.01],
  [0, -0.01, 0.03],
];

/** uM at rest. */
const REST = { c: 0.1, e: 10.3, p: 0.3 };

/** k+ B = 1e5 1/s of the first, a low-affinity buffer; then an indicator, and a buffer of the ER. */
const BUFFERS = [
  { name: "fast", compartment: "cytosol", total: 200, bindingRate: 500, unbindingRate: 5000 },
  { name: "indicator", compartment: "cytosol", total: 25, bindingRate: 150, unbindingRate: 52 },
  { name: "calreticulin", compartment: "er", total: 3000, bindingRate: 1, unbindingRate: 60 },
];

/** Calcium bound for each that is free, about: fluxes of a model without buffers are to be larger by this. */
const BUFFERING = 200;

/** In free solution, um^2/s. */
const DIFFUSION = { c: 223, e: 223, p: 283, fast: 40, indicator: 80, calreticulin: 25 };

/** Reads, or has Gmsh make, a mesh of about that many nodes. */
export async function loadCell(kernel, cache, nodes) {
  const size = (KNOWN.size * (KNOWN.nodes / nodes) ** (1 / 3)).toPrecision(4);
  const path = join(cache, `cell-${size}.msh`);
  if (!existsSync(path)) {
    const part = `${path}.part.msh`;
    const format = ["-format", "msh41", "-bin", "-setnumber", "h", size];
    await runProgram(["gmsh", GEO, "-3", ...format, "-o", part]);
    renameSync(part, path);
  }
  return orderMesh(kernel, parseMsh(readFileSync(path)));
}

/** The problem and where it begins: IP3 and a little calcium at one end of the cell. */
export async function createCell(kernel, mesh) {
  const reaction = await createCellReaction({
    cytosolFraction,
    erFraction,
    membranes: [
      { model: createMembraneModel("ip3-receptor"), basis: "er", factor: BUFFERING },
      { model: createMembraneModel("leak"), basis: "er", factor: BUFFERING },
      { model: createMembraneModel("serca-hill"), basis: "cytosol", factor: BUFFERING },
    ],
    buffers: BUFFERS,
    ip3: { production: 0.02, decayRate: 0.1 },
  });
  const fields = reaction.fields.map((name, k) => {
    const shape = reaction.compartments[k] === "er" ? ER : CYTOSOL;
    return {
      name,
      capacity: reaction.capacities[k],
      tensor: shape.map((row) => row.map((entry) => entry * DIFFUSION[name])),
    };
  });
  const problem = createMacroscopicProblem(kernel, {
    mesh,
    regions: [{ volume: "cell", fields, reaction }],
  });
  const spot = (x, y, z) => Math.exp(-((x + 12) ** 2 + y * y + z * z) / 8);
  const c = (...at) => REST.c + 0.5 * spot(...at);
  const p = (...at) => REST.p + 2 * spot(...at);
  const buffers = BUFFERS.map((buffer) => [
    buffer.name,
    (...at) => equilibriumBound(buffer, buffer.compartment === "er" ? REST.e : c(...at)),
  ]);
  return {
    problem,
    reaction,
    fields: interpolateFields(problem, { ...REST, c, p, ...Object.fromEntries(buffers) }),
    states: interpolateStates(problem, { "ip3-receptor.h": 0.75 }),
  };
}
