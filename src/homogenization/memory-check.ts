import { MeshError } from "../core/errors.js";
import { SYMMETRIC_SIZE } from "../core/symmetric.js";
import type { CellCoefficient } from "../fem/cell-input.js";
import { estimateSolverMemory } from "../solver/memory-estimate.js";

/** What 32-bit addresses reach: a kernel can have no more memory, bytes. */
const LARGEST_KERNEL_MEMORY = 2 ** 32;

/** The counts that the kernel's memory depends on. */
export interface MeshSize {
  readonly numNodes: number;
  readonly numCells: number;
  /** Whether the cells stay in the kernel all the time, see `staysInKernel` of `parseMsh`. Default false. */
  readonly isResident?: boolean;
}

/** What else the memory depends on. */
export interface MemoryOptions {
  /** Default `auto`. */
  readonly solver?: string | { readonly name: string };
  /** Memory that a kernel may take, bytes. Default 4 GiB, all it can address. */
  readonly memoryLimit?: number;
}

/** One linear system of a phase, before it is assembled. */
export interface SystemSize {
  /** What it is, and what else can be done than to take a coarser mesh, for messages. */
  readonly what: string;
  readonly remedy: string;
  readonly numPhaseCells: number;
  readonly numDofs: number;
  /** Entries of the matrix. */
  readonly numEntries: number;
  /** Tensors of the coefficient: one, a few, or one for each cell. */
  readonly numTensors: number;
}

/** Refuses a system that does not fit into the kernel's memory. */
export type MemoryCheck = (system: SystemSize) => void;

/** Stack and constants of a kernel, and the memory that it begins with, bytes. */
const BASE = 5.3e6;
const SMALLEST = 16.8e6;
/** Passes over the whole mesh, for each node and each cell: order along a curve; pairing of facets. */
const ORDER = { perNode: 45, perCell: 35 };
const PAIRING = { perNode: 5, perCell: 48 };
/** Cells that stay in the kernel, with their places in the file. */
const RESIDENT_PER_CELL = 20;
/**
 * Assembly: coordinates and cells of the mesh, or a copy for a phase that is a small part of it; lists of the phase; the
 * matrix while it is made, and loads; the coefficient.
 */
const GEOMETRY = { perNode: 24, perCell: 16, perCellOfSmallPhase: 112 };
const PER_PHASE_CELL = 20;
const PER_ENTRY = 16;
const PER_DOF = 76;
const PER_TENSOR = 76;
/** Nodes of a phase are at least this share of its cells: random points have 6.8 cells each, others fewer. */
const NODES_PER_CELL = 1 / 7;
/** Facets of a phase are at least twice its cells. */
const FACETS_PER_CELL = 2;

/**
 * Checks of the kernel's memory for one mesh, see {@link estimateMemory}.
 *
 * @throws MeshError `mesh-too-large` where even the mesh itself does not fit; the check returned throws it for a system
 */
export function createMemoryCheck(mesh: MeshSize, options: MemoryOptions = {}): MemoryCheck {
  const { numNodes, numCells } = mesh;
  const { solver = "auto", memoryLimit: limit = LARGEST_KERNEL_MEMORY } = options;
  const nothing = { numPhaseCells: 0, numDofs: 0, numEntries: 0, numTensors: 1 };
  const check = (system: SystemSize): void => {
    const bytes = estimateMemory(mesh, system, typeof solver === "string" ? solver : solver.name);
    if (bytes <= limit) return;
    const { what, remedy, ...counts } = system;
    const gib = (n: number): string => `${(n / 2 ** 30).toFixed(1)} GiB`;
    throw new MeshError(
      "mesh-too-large",
      `${what} needs about ${gib(bytes)} of the kernel's memory, which has at most ${gib(limit)}; take a coarser mesh, ` +
        `or one that is fine near the membrane only${remedy}`,
      { details: { numNodes, numCells, ...counts, bytes, limit } },
    );
  };
  check({ what: `a mesh of ${numCells} cells and ${numNodes} nodes`, remedy: "", ...nothing });
  return check;
}

/**
 * Bytes of kernel memory from mesh to solution of one system: the base and the largest of
 * - order along a curve: 45 N + 35 C for N nodes and C cells of the mesh; pairing of facets: 5 N + 48 C
 * - assembly: 24 N + 16 C + 20 c + 76 n + 16 m for c cells of the phase, n unknowns and m entries; 76 more for
 *   each tensor of the coefficient, which may be one for each cell; 112 c instead of 24 N + 16 C where 4 c <= N
 * - the solver, {@link estimateSolverMemory}, and 20 C where the cells stay in the kernel
 */
export function estimateMemory(
  { numNodes, numCells, isResident = false }: MeshSize,
  { numPhaseCells, numDofs, numEntries, numTensors }: Omit<SystemSize, "what" | "remedy">,
  solver: string,
): number {
  const order = ORDER.perNode * numNodes + ORDER.perCell * numCells;
  const pairing = PAIRING.perNode * numNodes + PAIRING.perCell * numCells;
  const geometry =
    4 * numPhaseCells > numNodes
      ? GEOMETRY.perNode * numNodes + GEOMETRY.perCell * numCells
      : GEOMETRY.perCellOfSmallPhase * numPhaseCells;
  const assembly =
    geometry +
    PER_PHASE_CELL * numPhaseCells +
    PER_TENSOR * numTensors +
    PER_DOF * numDofs +
    PER_ENTRY * numEntries;
  const solution =
    estimateSolverMemory(solver, numDofs, numEntries) + (isResident ? RESIDENT_PER_CELL * numCells : 0);
  return Math.max(SMALLEST, BASE + Math.max(order, pairing, assembly, solution));
}

/**
 * The system of the cell problem, P1. Two entries for each edge, of which there are n + c up to the boundary (Euler), and
 * the diagonal: 3 n + 2 c.
 *
 * @param numDofs by default the least that so many cells can have
 */
export function sizeCellProblem(
  name: string,
  numPhaseCells: number,
  numDofs = Math.ceil(NODES_PER_CELL * numPhaseCells),
  coefficient?: CellCoefficient,
): SystemSize {
  return {
    what: `phase "${name}" with ${numPhaseCells} cells`,
    remedy: "; phases are solved one at a time, so that a smaller one may fit",
    numPhaseCells,
    numDofs,
    numEntries: 3 * numDofs + 2 * numPhaseCells,
    numTensors: countTensors(coefficient),
  };
}

/**
 * The system of the lower bound, Crouzeix-Raviart: the diagonal, and twelve pairs of facets in each cell, n + 12 c.
 *
 * @param numDofs by default the least that so many cells can have
 */
export function sizeDualProblem(
  name: string,
  numPhaseCells: number,
  numDofs = FACETS_PER_CELL * numPhaseCells,
  coefficient?: CellCoefficient,
): SystemSize {
  return {
    what: `the lower bound of phase "${name}" with ${numDofs} facets`,
    remedy: ", or do without bounds",
    numPhaseCells,
    numDofs,
    numEntries: numDofs + 12 * numPhaseCells,
    numTensors: countTensors(coefficient),
  };
}

function countTensors(coefficient: CellCoefficient | undefined): number {
  return coefficient === undefined ? 1 : coefficient.tensors.length / SYMMETRIC_SIZE;
}
