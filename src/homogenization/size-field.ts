import { UsageError } from "../core/errors.js";
import { cellVolume } from "../mesh/geometry.js";
import { facePlanes } from "../mesh/lattice.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";
import { limitGradation } from "../mesh/size-gradation.js";

/** The gap of one phase, cell by cell, and what it is to become. */
export interface PhaseGap {
  /** Cells of the phase. */
  readonly phaseCells: Int32Array;
  /** eta_T of each of them, not negative. */
  readonly indicators: Float64Array;
  /** Wanted sum of the indicators on the new mesh. */
  readonly target: number;
}

/** How far sizes may go from those of the present mesh, and from each other. */
export interface SizeFieldOptions {
  /** Most nodes of the new mesh. */
  readonly maxNodes: number;
  /** Largest |grad h|: neighbouring cells differ in size by a factor 1 + gradation at most. Default 0.7. */
  readonly gradation?: number;
  /** Most that a size may fall in one round. Default 4. */
  readonly maxRefinement?: number;
  /** Most that a size may grow in one round. Default 2. */
  readonly maxCoarsening?: number;
}

/** Sizes for a new mesh, and what is to be expected of it. */
export interface SizeField {
  /**
   * Length of edges at each node of the present mesh, numNodes, the same at periodic images; between the nodes linear on
   * each cell.
   */
  readonly nodeSizes: Float64Array;
  /** Predicted number of nodes. */
  readonly predictedNodes: number;
  /** Predicted sum of the indicators of each phase. */
  readonly predictedGaps: readonly number[];
}

const defaultGradation = 0.7;
const defaultRefinement = 4;
const defaultCoarsening = 2;

/** Largest size, relative to the smallest distance between opposite faces of Y. */
const largestShare = 0.25;

/** Volume of the regular tetrahedron of edge h is h^3 / (6 sqrt 2). */
const regularVolume = 6 * Math.SQRT2;

/** Halvings of an interval of factors: more than the prediction is worth. */
const bisections = 20;

/**
 * The size field that brings the gap of each phase to its target with the fewest nodes. Where the solution is smooth the
 * gap of a small cell is eta = C h^2 |T|, C a local constant. The least int C h^2 dy for a given number of cells
 * int h^-3 dy has C h^5 constant: equal eta in every cell. So at each node, with means over the cells around it,
 *
 *   h_new = kappa (eta / (|T| h^2))^(-1/5),
 *
 * and one kappa for each phase makes sum eta (h_new / h)^2 the target. At an edge where the gradient is like r^(beta - 1),
 * the sizes tend to h ~ r^((4 - 2 beta)/5) from round to round, with which the gap is of order N^(-2/3) there, too.
 * In the other phases sizes are as large as the gradation allows.
 *
 * @throws UsageError `invalid-parameter`
 * @see Zienkiewicz and Zhu, "A simple error estimator and adaptive procedure for practical engineering analysis" (1987)
 */
export function planSizes(
  periodic: PeriodicMesh,
  phases: readonly PhaseGap[],
  options: SizeFieldOptions,
): SizeField {
  const gradation = options.gradation ?? defaultGradation;
  const finer = options.maxRefinement ?? defaultRefinement;
  const coarser = options.maxCoarsening ?? defaultCoarsening;
  for (const [name, value, least] of [
    ["gradation", gradation, 0],
    ["maxRefinement", finer, 1],
    ["maxCoarsening", coarser, 1],
  ] as const) {
    if (value > least) continue;
    throw new UsageError("invalid-parameter", `${name} is ${value}; expected a number above ${least}`, {
      details: { name, value },
    });
  }
  const largest = largestShare * Math.min(...facePlanes(periodic.unitCell.vectors).heights);
  const local = phases.map((phase) => measureNodes(periodic, phase));
  const sizesOf = (kappa: readonly number[], out: Float64Array): Float64Array => {
    out.fill(largest);
    local.forEach(({ size, weight }, p) => {
      for (let node = 0; node < out.length; node++) {
        if (size[node] === 0) continue;
        const wanted = kappa[p] * weight[node];
        const allowed = Math.min(Math.max(wanted, size[node] / finer), size[node] * coarser);
        if (allowed < out[node]) out[node] = allowed;
      }
    });
    return out;
  };
  const nodeSizes = new Float64Array(periodic.mesh.numNodes);
  const kappa = phases.map((phase, p) =>
    bisectLogarithm(
      (trial) => {
        const trials = phases.map((_, q) => (q === p ? trial : Infinity));
        return predictGap(periodic, phase, sizesOf(trials, nodeSizes)) > phase.target;
      },
      kappaRange(local[p], finer, coarser),
    ),
  );
  const plan = (factor: number): number => {
    sizesOf(
      kappa.map((k) => k * factor),
      nodeSizes,
    );
    limitGradation(periodic, nodeSizes, gradation);
    return predictNodes(periodic, nodeSizes);
  };
  let predictedNodes = plan(1);
  if (predictedNodes > options.maxNodes) {
    const factor = bisectLogarithm((trial) => plan(trial) <= options.maxNodes, [1, 1e3]);
    predictedNodes = plan(factor);
  }
  const predictedGaps = phases.map((phase) => predictGap(periodic, phase, nodeSizes));
  return { nodeSizes, predictedNodes, predictedGaps };
}

/** The present mesh as a size field, and the local constant of the gap of one phase. */
interface LocalGap {
  /** Edge of the regular tetrahedron of the mean volume of the cells around a node, numNodes; 0 outside the phase. */
  readonly size: Float64Array;
  /** (eta / (|T| size^2))^(-1/5), numNodes; Infinity where the gap is zero. */
  readonly weight: Float64Array;
}

/** Means over the cells of the phase around each periodic class of nodes. */
function measureNodes(periodic: PeriodicMesh, { phaseCells, indicators }: PhaseGap): LocalGap {
  const { mesh, nodeClass } = periodic;
  const gap = new Float64Array(mesh.numNodes);
  const volume = new Float64Array(mesh.numNodes);
  const count = new Int32Array(mesh.numNodes);
  for (let i = 0; i < phaseCells.length; i++) {
    const cell = phaseCells[i];
    const cellMeasure = cellVolume(mesh, cell);
    for (let corner = 0; corner < 4; corner++) {
      const node = nodeClass[mesh.cells[4 * cell + corner]];
      gap[node] += indicators[i];
      volume[node] += cellMeasure;
      count[node]++;
    }
  }
  const size = new Float64Array(mesh.numNodes);
  const weight = new Float64Array(mesh.numNodes);
  for (let node = 0; node < mesh.numNodes; node++) {
    const from = nodeClass[node];
    if (count[from] === 0) continue;
    size[node] = regularEdge(volume[from] / count[from]);
    weight[node] = (gap[from] / (volume[from] * size[node] ** 2)) ** -0.2;
  }
  return { size, weight };
}

/** Factors between which every size of the phase goes from its smallest to its largest allowed value. */
function kappaRange({ size, weight }: LocalGap, finer: number, coarser: number): [number, number] {
  let low = Infinity;
  let high = 0;
  for (let node = 0; node < size.length; node++) {
    if (size[node] === 0 || weight[node] === Infinity) continue;
    low = Math.min(low, size[node] / (finer * weight[node]));
    high = Math.max(high, (size[node] * coarser) / weight[node]);
  }
  return low < high ? [low, high] : [1, 1];
}

/** sum_T eta_T (h_new / h)^2. */
function predictGap(
  periodic: PeriodicMesh,
  { phaseCells, indicators }: PhaseGap,
  nodeSizes: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < phaseCells.length; i++) {
    const cell = phaseCells[i];
    const ratio = meanSize(periodic, cell, nodeSizes) / regularEdge(cellVolume(periodic.mesh, cell));
    sum += indicators[i] * ratio * ratio;
  }
  return sum;
}

/** int 6 sqrt 2 h^-3 dy cells, each with the present number of nodes. */
function predictNodes(periodic: PeriodicMesh, nodeSizes: Float64Array): number {
  const { mesh } = periodic;
  let cells = 0;
  for (let cell = 0; cell < mesh.numCells; cell++) {
    cells += (regularVolume * cellVolume(mesh, cell)) / meanSize(periodic, cell, nodeSizes) ** 3;
  }
  return (cells * mesh.numNodes) / mesh.numCells;
}

/** Geometric mean of the sizes at the corners: for h linear on a cell the mean of h^-4 is 1 / (h0 h1 h2 h3). */
function meanSize({ mesh }: PeriodicMesh, cell: number, nodeSizes: Float64Array): number {
  let product = 1;
  for (let corner = 0; corner < 4; corner++) product *= nodeSizes[mesh.cells[4 * cell + corner]];
  return Math.sqrt(Math.sqrt(product));
}

function regularEdge(volume: number): number {
  return Math.cbrt(regularVolume * volume);
}

/** A factor in [low, high] next to which `isBeyond` turns from false to true. */
function bisectLogarithm(
  isBeyond: (factor: number) => boolean,
  [low, high]: readonly [number, number],
): number {
  for (let step = 0; step < bisections; step++) {
    const middle = Math.sqrt(low * high);
    if (isBeyond(middle)) high = middle;
    else low = middle;
  }
  return Math.sqrt(low * high);
}
