import { growthExponent, median, tensorDifference } from "./statistics.js";

/** Largest ratio of CPU seconds, set-up and three solves, to PETSc's. */
const SOLVER_RATIO = 0.35;
/** Largest ratio of wall seconds of the whole process to PETSc's program, by nominal size. */
const PROCESS_RATIO = { "100k": 0.6, "500k": 0.45, "1M": 0.4 };
/** Smallest factor by which the whole process is faster. */
const FREEFEM_FACTOR = { "100k": 3.5, "500k": 5, "1M": 5 };
const SFEPY_FACTOR = { "100k": 10, "500k": 10 };
const BOTH_PHASES_RATIO = 1.2;
const KERNEL_BYTES_PER_DOF = 900;
const PROCESS_BYTES = 1.35e9;
const ITERATIONS = 16;
const SOLVER_EXPONENT = 1.15;
const PROCESS_EXPONENT = 1.1;
/** Of hard systems, where no fall-back ended them. */
const HARD_ITERATIONS = 60;
const TENSOR_DIFFERENCE = 1e-9;
const ASCII_MB_PER_SECOND = 40;

/**
 * Measurements against what was set out to be reached: rows `{item, quantity, bound, target, measured, met}`, `bound`
 * being "at most" or "at least". What was not measured has no row.
 */
export function evaluateTargets({ sizes, parser, robustness = null }) {
  const rows = [];
  const atMost = (item, quantity, target, measured) => {
    if (Number.isFinite(measured)) {
      rows.push({ item, quantity, bound: "at most", target, measured, met: measured <= target });
    }
  };
  const atLeast = (item, quantity, target, measured) => {
    if (Number.isFinite(measured)) {
      rows.push({ item, quantity, bound: "at least", target, measured, met: measured >= target });
    }
  };

  for (const size of sizes) {
    const { name, solver } = size;
    if (nominalSize(size) === undefined || solver.petsc === null) continue;
    atMost(
      1,
      `${name}: set-up + solves, CPU, erfem / PETSc`,
      SOLVER_RATIO,
      ratio(solver.erfem.cpu, solver.petsc.cpu),
    );
  }
  for (const size of sizes) {
    const { name, whole, phases } = size;
    const nominal = nominalSize(size);
    if (nominal === undefined) continue;
    const own = whole.erfem.wall;
    if (whole.petsc !== undefined) {
      atMost(
        2,
        `${name}: whole process, erfem / PETSc`,
        PROCESS_RATIO[nominal],
        ratio(own, whole.petsc.wall),
      );
    }
    if (whole.freefem !== undefined) {
      atLeast(
        2,
        `${name}: whole process, FreeFEM / erfem`,
        FREEFEM_FACTOR[nominal],
        ratio(whole.freefem.wall, own),
      );
    }
    if (whole.sfepy !== undefined && nominal in SFEPY_FACTOR) {
      atLeast(
        2,
        `${name}: whole process, SfePy / erfem`,
        SFEPY_FACTOR[nominal],
        ratio(whole.sfepy.wall, own),
      );
    }
    if (phases !== null) {
      const measured = ratio(phases.both.wall, phases.alone.wall);
      atMost(2, `${name}: both phases, two workers / larger phase alone`, BOTH_PHASES_RATIO, measured);
    }
  }
  for (const size of sizes.filter((s) => nominalSize(s) === "1M")) {
    const { name, whole, solver } = size;
    const peak = Math.max(...whole.erfem.peakBytes);
    if (peak > 0) {
      const theirs = whole.petsc === undefined ? PROCESS_BYTES : median(whole.petsc.peakBytes);
      atMost(3, `${name}: peak memory, GB`, Math.min(theirs, PROCESS_BYTES) / 1e9, peak / 1e9);
    }
    atMost(
      3,
      `${name}: kernel memory, bytes per dof`,
      KERNEL_BYTES_PER_DOF,
      solver.erfem.kernelBytes / solver.erfem.dofs,
    );
  }
  for (const { name, solver } of sizes) {
    atMost(4, `${name}: iterations to 1e-8`, ITERATIONS, Math.max(...solver.erfem.iterations));
  }
  for (const [small, large] of neighbours(sizes)) {
    const step = `${small.name} to ${large.name}`;
    atMost(4, `${step}: growth exponent, set-up + solves`, SOLVER_EXPONENT, solverExponent(small, large));
    if (nominalSize(small) === undefined) continue;
    atMost(4, `${step}: growth exponent, whole process`, PROCESS_EXPONENT, processExponent(small, large));
  }
  for (const { name, whole, warm } of sizes) {
    if (warm.solverDifference !== null) {
      atMost(4, `${name}: tensor against wasm-cg at 1e-12`, TENSOR_DIFFERENCE, warm.solverDifference);
    }
    if (whole.petsc !== undefined) {
      const difference = tensorDifference(whole.petsc.answer.tensor, whole.erfem.answer.tensor);
      atMost(4, `${name}: tensor against PETSc`, TENSOR_DIFFERENCE, difference);
    }
  }
  if (robustness !== null) {
    const { rows: hard, tolerance } = robustness;
    const plain = hard.filter(({ method }) => !/[ ,]/.test(method));
    const most = Math.max(...plain.flatMap(({ iterations }) => iterations));
    atMost(5, "hard systems: iterations without a fall-back", HARD_ITERATIONS, most);
    atMost(5, "hard systems: true residual", tolerance, Math.max(...hard.map(({ residual }) => residual)));
  }
  for (const { name, bytes, seconds } of parser) {
    const binary = median(seconds.binaryRead) + median(seconds.binaryParse);
    atMost(6, `${name}: binary, erfem (with SHA-256) / numpy, warm`, 1, binary / median(seconds.numpy));
    atLeast(6, `${name}: text, MB/s`, ASCII_MB_PER_SECOND, bytes.ascii / 1e6 / median(seconds.asciiParse));
    const added = median(seconds.gzipRead) - median(seconds.binaryRead);
    atMost(6, `${name}: added by .gz / gunzip`, 1, added / median(seconds.gunzip));
  }
  for (const { name, whole } of sizes.filter((s) => nominalSize(s) !== undefined)) {
    if (whole.petsc === undefined) continue;
    const own = median(whole.erfem.steps.map(({ read, parse }) => read + parse));
    const theirs = median(whole.petsc.steps.map(({ read }) => read));
    atMost(6, `${name}: binary, erfem (with SHA-256) / numpy, cold`, 1, own / theirs);
  }
  return rows;
}

/** Pairs of sizes next to each other. */
export function neighbours(sizes) {
  return sizes.slice(1).map((large, i) => [sizes[i], large]);
}

/** Growth exponent of the CPU seconds of set-up and solves. */
export function solverExponent(small, large) {
  const [a, b] = [small.solver.erfem, large.solver.erfem];
  return growthExponent(a.dofs, median(a.cpu), b.dofs, median(b.cpu));
}

/** Growth exponent of the wall seconds of the whole process. */
export function processExponent(small, large) {
  const [a, b] = [small.whole.erfem, large.whole.erfem];
  return growthExponent(a.answer.dofs, median(a.wall), b.answer.dofs, median(b.wall));
}

/** The size whose targets apply; none below 50k nodes. */
function nominalSize({ nodes }) {
  if (nodes < 5e4) return undefined;
  if (nodes < 3e5) return "100k";
  return nodes < 8e5 ? "500k" : "1M";
}

function ratio(a, b) {
  return median(a) / median(b);
}
