// npm run bench:simulation: a wave of calcium in a cell, in units of solves of one diffusion matrix on the same mesh.
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { loadKernel, TimeStepper } from "erfem";
import { startClock } from "./clock.js";
import { openCache, writeBetweenMarks } from "./meshes.js";
import { measureReference } from "./reference-solve.js";
import { createCell, loadCell } from "./simulated-cell.js";
import { formatSimulation } from "./simulation-report.js";
import { parseCount } from "./statistics.js";

const HELP = `npm run bench:simulation [-- options]

Measures time steps of a calcium wave in a cell of 30 x 30 x 10 um with six fields: c, e, two mobile buffers of the cytosol
(k+ B = 1e5 1/s of one), one of the ER, and IP3; receptors of Li and Rinzel, leak, SERCA; anisotropic tensors. Beside it, in
the same run, solves of one diffusion matrix on the same mesh: conjugate gradients with multigrid to 1e-8.

  --nodes 100k      nodes of the mesh (approximately), made by Gmsh
  --end 0.5         where to end, s
  --steps n         end after that many steps
  --json file       write all measurements as JSON
  --markdown file   write the tables into a Markdown file, between its simulation:begin and simulation:end marks
  --cache folder    where meshes are kept (default: $XDG_CACHE_HOME/erfem-bench, else a temporary folder)
`;

/** Accepted steps between two measurements of the reference. */
const STEPS_BETWEEN_REFERENCES = 20;
/** dt of M / dt + K, s: steps while the wave travels are about as long. */
const REFERENCE_STEP = 5e-3;
/** c by which a front is recognized, uM. */
const FRONT = 0.2;

const options = readOptions(process.argv.slice(2));
const kernel = await loadKernel();
const mesh = await loadCell(kernel, openCache(options.cache), options.nodes);
const { problem, fields, states } = await createCell(kernel, mesh);
log(`${mesh.numNodes} nodes, ${mesh.numCells} cells, ${problem.numFields} fields`);

const references = [measureReference(problem, REFERENCE_STEP)];
const loadBefore = loadavg()[0];
const readStart = startClock();
const stepper = new TimeStepper(problem, { fields, states });
const start = readStart();
const steps = [];
let readStep = startClock();
stepper.advanceTo(options.end, observe);
references.push(measureReference(problem, REFERENCE_STEP));
const record = {
  schema: "erfem/simulation-bench@1",
  machine: {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? "unknown processor",
    cores: cpus().length,
    node: process.version.slice(1),
    loadBefore,
    loadAfter: loadavg()[0],
  },
  nodes: mesh.numNodes,
  cells: mesh.numCells,
  fields: problem.fieldNames,
  start,
  references,
  steps,
  statistics: stepper.statistics,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
stepper.dispose();
const report = formatSimulation(record);
process.stdout.write(`${report}\n`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, null, 1)}\n`);
if (options.markdown !== undefined) writeBetweenMarks(options.markdown, "simulation", report);

/** Notes what the step took; true while there are more to come. */
function observe({ time, statistics }) {
  const seconds = readStep();
  steps.push({
    time,
    ...seconds,
    front: findFront(),
    kernelBytes: kernel.heapBytes,
  });
  log(`step ${statistics.steps}: t = ${time.toPrecision(4)} s, ${seconds.wall.toFixed(2)} s`);
  if (statistics.steps % STEPS_BETWEEN_REFERENCES === 0)
    references.push(measureReference(problem, REFERENCE_STEP));
  readStep = startClock();
  return statistics.steps < options.steps;
}

/** The largest x with c above a threshold, um. */
function findFront() {
  let front = -Infinity;
  for (let node = 0; node < mesh.numNodes; node++) {
    if (stepper.fields[node * problem.numFields] > FRONT) front = Math.max(front, mesh.coordinates[3 * node]);
  }
  return front;
}

function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      nodes: { type: "string", default: "100k" },
      end: { type: "string", default: "0.5" },
      steps: { type: "string", default: "1000000" },
      json: { type: "string" },
      markdown: { type: "string" },
      cache: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const nodes = parseCount(values.nodes);
  const [end, steps] = [Number(values.end), Number(values.steps)];
  if (!(nodes >= 1e3 && nodes <= 2e6)) fail(`--nodes is "${values.nodes}", expected 1k to 2M, such as 100k`);
  if (!(end > 0)) fail(`--end is "${values.end}", expected seconds`);
  if (!(Number.isInteger(steps) && steps > 0)) fail(`--steps is "${values.steps}", expected 1 or more`);
  return { ...values, nodes, end, steps };
}

function log(line) {
  process.stderr.write(`${line}\n`);
}

function fail(message) {
  log(`bench: ${message}`);
  process.exit(2);
}
