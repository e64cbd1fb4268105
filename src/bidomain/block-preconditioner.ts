import type { Kernel } from "../kernel/kernel.js";
import { Multigrid } from "../solver/multigrid.js";
import type { CsrMatrix } from "../sparse/csr.js";
import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";
import { factorizeBlock } from "./small-dense.js";

/** h K_ii up to this part of the pivot: diagonal scaling does as well as multigrid. */
const DIAGONAL_LIMIT = 0.3;
/** Hierarchies are made anew where h has changed by more. */
const STEP_FACTOR = 2;
/** Multigrid sees at least this part of the mass on its diagonal, where autocatalysis takes the rest away. */
const LEAST_MASS = 0.1;

/**
 * Approximates (D + h K)^-1, D a block of numFields x numFields at each node, K the stiffness of each field. With the
 * pointwise D = L Delta U (L and U unit triangular, fields that do not move first, then the fastest first),
 *
 *   D + h K  ~  L diag_p(Delta_p + h K_p) U,
 *
 * and each diagonal block is solved by one V-cycle. It is exact where nothing diffuses (stiff exchange with a buffer) and,
 * up to the V-cycle, where nothing couples. What exchange adds to the diffusion of the slower field, the sum of
 * (L^-1)_pq (U^-1)_qp K_q, is left out: measured, it saves no iterations. Hierarchies are kept while h stays within a
 * factor of 2 and the caller does not ask for new ones; L, Delta and U are always new.
 */
export class BlockPreconditioner {
  /** Hierarchies made so far. */
  numSetups = 0;
  readonly #kernel: Kernel;
  readonly #problem: MacroscopicProblem;
  readonly #factors: Float64Array;
  readonly #order: Int32Array;
  readonly #gathered: Float64Array;
  /** Of each field: a hierarchy; null where h K is small or zero. */
  readonly #hierarchies: (Multigrid | null)[];
  /** h K_ii of each mobile field, numNodes; empty where the field does not move. */
  readonly #diagonals: Float64Array[];
  #setupH = -1;

  constructor(problem: MacroscopicProblem) {
    const { numNodes, numFields } = problem;
    this.#kernel = problem.kernel;
    this.#problem = problem;
    this.#factors = new Float64Array(numNodes * numFields * numFields);
    this.#order = Int32Array.from({ length: numFields }, (_, field) => field);
    this.#gathered = new Float64Array(numNodes);
    this.#hierarchies = problem.fieldNames.map(() => null);
    this.#diagonals = problem.fieldNames.map(() => new Float64Array(0));
    for (const field of problem.stiffness.mobile) this.#diagonals[field] = new Float64Array(numNodes);
  }

  /**
   * Takes new blocks.
   *
   * @param blocks D, numNodes x numFields x numFields
   * @param isStale whether to make new hierarchies whatever h is
   * @throws KernelError from the set-up
   */
  update(h: number, blocks: Float64Array, isStale: boolean): void {
    const { numNodes, numFields: n } = this.#problem;
    const isNew = isStale || !(h <= STEP_FACTOR * this.#setupH && STEP_FACTOR * h >= this.#setupH);
    if (isNew) this.#chooseOrder(blocks);
    this.#factors.set(blocks);
    for (let node = 0; node < numNodes; node++) {
      factorizeBlock(this.#factors, node * n * n, n, this.#order);
    }
    if (isNew) this.#setUp(h);
  }

  /** z = M^-1 r, both numNodes x numFields; `result` may be `residual`. */
  apply(residual: Float64Array, result: Float64Array): void {
    const { numNodes, numFields: n, nodeFields } = this.#problem;
    const order = this.#order;
    const factors = this.#factors;
    if (result !== residual) result.set(residual);
    for (let node = 0; node < numNodes; node++) {
      for (let p = 1; p < n; p++) {
        const at = node * n + order[p];
        let sum = result[at];
        for (let q = 0; q < p; q++) sum -= factors[at * n + order[q]] * result[node * n + order[q]];
        result[at] = sum;
      }
    }
    for (let field = 0; field < n; field++) {
      const hierarchy = this.#hierarchies[field];
      const diagonal = this.#diagonals[field];
      if (hierarchy === null) {
        for (let node = 0; node < numNodes; node++) {
          const at = node * n + field;
          const pivot = factors[at * n + field];
          result[at] /= diagonal.length > 0 && pivot > 0 ? pivot + diagonal[node] : pivot;
        }
        continue;
      }
      const gathered = this.#gathered;
      for (let node = 0; node < numNodes; node++) gathered[node] = result[node * n + field];
      hierarchy.precondition(gathered, gathered);
      for (let node = 0; node < numNodes; node++) {
        const at = node * n + field;
        result[at] = nodeFields[at] === NodeField.free ? gathered[node] : 0;
      }
    }
    for (let node = 0; node < numNodes; node++) {
      for (let p = n - 2; p >= 0; p--) {
        const at = node * n + order[p];
        let sum = result[at];
        for (let q = p + 1; q < n; q++) sum -= factors[at * n + order[q]] * result[node * n + order[q]];
        result[at] = sum;
      }
    }
  }

  /** Frees the kernel's memory. */
  dispose(): void {
    this.#hierarchies.forEach((hierarchy, field) => {
      hierarchy?.dispose();
      this.#hierarchies[field] = null;
    });
    this.#setupH = -1;
  }

  /** Fields that do not move, then by sum D_kk / sum mass, the fastest first. */
  #chooseOrder(blocks: Float64Array): void {
    const { numNodes, numFields: n, masses, stiffness } = this.#problem;
    const speed = Array.from({ length: n }, (_, field) => {
      if (!stiffness.mobile.includes(field)) return Infinity;
      let diagonal = 0;
      let mass = 0;
      for (let at = field; at < numNodes * n; at += n) {
        if (masses[at] === 0) continue;
        diagonal += blocks[at * n + field];
        mass += masses[at];
      }
      return diagonal / mass;
    });
    this.#order.sort((k, l) => (speed[k] === speed[l] ? k - l : speed[l] - speed[k]));
  }

  #setUp(h: number): void {
    this.dispose();
    this.#setupH = h;
    const { numNodes, numFields: n, stiffness, nodeFields, masses } = this.#problem;
    const { rowStart, columns, mobile, values } = stiffness;
    const numMobile = mobile.length;
    if (h === 0) {
      for (const field of mobile) this.#diagonals[field].fill(0);
      return;
    }
    const entries = new Float64Array(columns.length);
    const diagonalAt = new Int32Array(numNodes);
    for (let m = 0; m < numMobile; m++) {
      const field = mobile[m];
      const sums = this.#diagonals[field];
      sums.fill(0);
      let needsMultigrid = false;
      for (let row = 0; row < numNodes; row++) {
        const at = row * n + field;
        for (let entry = rowStart[row]; entry < rowStart[row + 1]; entry++) {
          const column = columns[entry];
          entries[entry] = 0;
          if (column === row) diagonalAt[row] = entry;
          else if (nodeFields[at] === NodeField.free) {
            const value = h * values[entry * numMobile + m];
            sums[row] -= value;
            if (nodeFields[column * n + field] === NodeField.free) entries[entry] = value;
          }
        }
        if (nodeFields[at] !== NodeField.free) continue;
        const pivot = Math.max(this.#factors[at * n + field], LEAST_MASS * masses[at]);
        entries[diagonalAt[row]] = pivot + sums[row];
        if (!(sums[row] <= DIAGONAL_LIMIT * pivot)) needsMultigrid = true;
      }
      if (!needsMultigrid) continue;
      const matrix: CsrMatrix = { numRows: numNodes, numCols: numNodes, rowStart, columns, values: entries };
      this.#hierarchies[field] = new Multigrid(this.#kernel, {
        matrix,
        component: new Int32Array(0),
        numComponents: 0,
      });
      this.numSetups++;
    }
  }
}
