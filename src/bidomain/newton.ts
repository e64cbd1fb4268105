import { UsageError } from "../core/errors.js";
import { BlockPreconditioner } from "./block-preconditioner.js";
import { addStiffnessProduct } from "./field-stiffness.js";
import { FlexibleGmres, type KrylovOutcome } from "./krylov.js";
import { NodeField, type MacroscopicProblem } from "./macroscopic-problem.js";
import { PointSystem } from "./point-system.js";

/** How a stage is solved. */
export interface NewtonOptions {
  /** Bound on the last update of u and X, in units of the error tolerance. Default 1e-3. */
  readonly tolerance?: number;
  /** Default 10. */
  readonly maxIterations?: number;
  /**
   * Bound on the relative residual of the linear systems; its square root is enough for the first one of a stage, whose
   * solution the following ones correct. Default 1e-7.
   */
  readonly linearTolerance?: number;
  /** Default 200. */
  readonly maxLinearIterations?: number;
}

/** Counts since the beginning: a histogram holds at i how often there were i iterations. */
export interface NewtonStatistics {
  /** Newton iterations of a stage. */
  readonly newtonHistogram: number[];
  /** Krylov iterations of a linear system. */
  readonly krylovHistogram: number[];
  /** Multigrid hierarchies made. */
  numSetups: number;
}

/** Where a stage begins, and what its numbers are measured in. */
export interface StageInput {
  /** s. */
  readonly time: number;
  /** s, u = u_0 + h v; 0 for the rates at u_0. */
  readonly h: number;
  /** u_0, numNodes x numFields, uM. */
  readonly baseFields: Float64Array;
  /** X_0, numStates. */
  readonly baseStates: Float64Array;
  /** 1 / (absolute tolerance + relative tolerance |u|), numNodes x numFields, 1/uM. */
  readonly fieldWeights: Float64Array;
  /** The same of X, numStates. */
  readonly stateWeights: Float64Array;
}

/** Why a stage could not be solved. */
export type StageFailure = "diverged" | "linear-solver" | "capacity";

/** Update at which rates at a given u are taken to be known, relative to the largest rate of all. */
const RATE_TOLERANCE = 1e-9;
/** Hierarchies are made anew after more than this many times the iterations that they took when new, and a few. */
const STALE_FACTOR = 2;
const STALE_SLACK = 4;
const FILTER_TOLERANCE = 0.05;

/**
 * Solves F(t, u_0 + h v, v) = 0 for v = du/dt and w = dX/dt by Newton's method with the exact Jacobian. The states are
 * eliminated in every point; the linear systems (D + h K) dv = -F are solved by flexible GMRES with
 * {@link BlockPreconditioner}, their residual measured in uM/s over the error tolerance. It owns memory of the kernel.
 */
export class StageSolver {
  /** u of the last stage, numNodes x numFields, uM. */
  readonly fields: Float64Array;
  /** X of the last stage, numStates. */
  readonly states: Float64Array;
  readonly statistics: NewtonStatistics = { newtonHistogram: [], krylovHistogram: [], numSetups: 0 };
  readonly #problem: MacroscopicProblem;
  readonly #system: PointSystem;
  readonly #preconditioner: BlockPreconditioner;
  readonly #gmres: FlexibleGmres;
  readonly #options: Required<NewtonOptions>;
  readonly #scale: Float64Array;
  readonly #rhs: Float64Array;
  readonly #update: Float64Array;
  #freshIterations = 0;
  #isStale = false;
  #h = 0;

  constructor(problem: MacroscopicProblem, options: NewtonOptions = {}) {
    const size = problem.numNodes * problem.numFields;
    this.#problem = problem;
    this.#system = new PointSystem(problem);
    this.#preconditioner = new BlockPreconditioner(problem);
    this.#gmres = new FlexibleGmres(size);
    this.#options = {
      tolerance: options.tolerance ?? 1e-3,
      maxIterations: options.maxIterations ?? 10,
      linearTolerance: options.linearTolerance ?? 1e-7,
      maxLinearIterations: options.maxLinearIterations ?? 200,
    };
    this.fields = new Float64Array(size);
    this.states = new Float64Array(problem.numStates);
    this.#scale = new Float64Array(size);
    this.#rhs = new Float64Array(size);
    this.#update = new Float64Array(size);
  }

  /**
   * Solves a stage; u and X are in `fields` and `states` then.
   *
   * @param rates v, numNodes x numFields; where to begin, and the solution
   * @param stateRates w, numStates; likewise
   * @returns null, or why there is no solution
   * @throws UsageError `capacity-matrix-not-positive` for h = 0
   * @throws KernelError
   */
  solve(input: StageInput, rates: Float64Array, stateRates: Float64Array): StageFailure | null {
    const { time, h } = input;
    this.#prescribeRates(input, rates);
    this.#chooseScale(input.fieldWeights);
    let before = Infinity;
    for (let iteration = 1; iteration <= this.#options.maxIterations; iteration++) {
      combine(this.fields, input.baseFields, h, rates);
      combine(this.states, input.baseStates, h, stateRates);
      try {
        this.#system.evaluate({ time, h, fields: this.fields, rates, states: this.states, stateRates });
      } catch (error) {
        if (h > 0 && error instanceof UsageError && error.code === "capacity-matrix-not-positive")
          return "capacity";
        throw error;
      }
      for (let i = 0; i < this.#rhs.length; i++) this.#rhs[i] = -this.#system.residual[i];
      const { linearTolerance } = this.#options;
      const isFirst = iteration === 1;
      if (!this.#solveLinear(h, isFirst ? Math.sqrt(linearTolerance) : linearTolerance))
        return "linear-solver";
      const size = this.#advance(input, rates, stateRates);
      if (!Number.isFinite(size) || (iteration > 2 && size > 2 * before)) return "diverged";
      const ratio = iteration > 1 ? size / before : 1;
      const expected = ratio < 0.5 ? (size * ratio) / (1 - ratio) : size; // of the update that would follow
      const goal = h > 0 ? this.#options.tolerance : RATE_TOLERANCE;
      if (Math.min(size, expected) <= goal) {
        combine(this.fields, input.baseFields, h, rates);
        combine(this.states, input.baseStates, h, stateRates);
        count(this.statistics.newtonHistogram, iteration);
        return null;
      }
      before = size;
    }
    return "diverged";
  }

  /**
   * e <- (D + h K)^-1 M e with the matrix of the last stage: what is left of an error estimate where the system is stiff.
   *
   * @see L. F. Shampine and M. E. Hosea, "Analysis and implementation of TR-BDF2", Appl. Numer. Math. 20 (1996)
   */
  filterError(error: Float64Array): void {
    const { masses, nodeFields } = this.#problem;
    for (let i = 0; i < error.length; i++) {
      this.#rhs[i] = nodeFields[i] === NodeField.free ? masses[i] * error[i] : 0;
    }
    this.#runKrylov(FILTER_TOLERANCE);
    error.set(this.#update);
  }

  /** Gives up what earlier stages left behind: the next one starts as a new solver would. */
  forget(): void {
    this.#preconditioner.dispose();
    this.#isStale = false;
    this.#freshIterations = 0;
  }

  /** Frees the kernel's memory. */
  dispose(): void {
    this.#preconditioner.dispose();
  }

  /** v at fixed fields: (g(t) - u_0) / h, or dg/dt. */
  #prescribeRates({ time, h, baseFields }: StageInput, rates: Float64Array): void {
    const { boundary, numFields, mesh } = this.#problem;
    for (const { value, field, nodes } of boundary.fixed) {
      for (const node of nodes) {
        const at = node * numFields + field;
        if (typeof value === "number") {
          rates[at] = h > 0 ? (value - baseFields[at]) / h : 0;
          continue;
        }
        const valueAt = (t: number): number =>
          value(
            t,
            mesh.coordinates[3 * node],
            mesh.coordinates[3 * node + 1],
            mesh.coordinates[3 * node + 2],
          );
        const dt = 1e-6 * Math.max(1, Math.abs(time));
        rates[at] = h > 0 ? (valueAt(time) - baseFields[at]) / h : (valueAt(time + dt) - valueAt(time)) / dt;
      }
    }
  }

  /** S = weight / mass: residuals in tolerances a second. */
  #chooseScale(weights: Float64Array): void {
    const { masses, nodeFields } = this.#problem;
    for (let i = 0; i < this.#scale.length; i++) {
      this.#scale[i] = nodeFields[i] === NodeField.free ? weights[i] / masses[i] : 1;
    }
  }

  #solveLinear(h: number, relativeTolerance: number): boolean {
    this.#h = h;
    for (let attempt = 0; attempt < 2; attempt++) {
      const setupsBefore = this.#preconditioner.numSetups;
      this.#preconditioner.update(h, this.#system.blocks, this.#isStale);
      const isFresh = this.#isStale || this.#preconditioner.numSetups > setupsBefore;
      this.#isStale = false;
      this.statistics.numSetups += this.#preconditioner.numSetups - setupsBefore;
      const { iterations, relativeResidual } = this.#runKrylov(relativeTolerance);
      count(this.statistics.krylovHistogram, iterations);
      // What it would be for the full tolerance.
      const effort = (iterations * Math.log(this.#options.linearTolerance)) / Math.log(relativeTolerance);
      if (isFresh) this.#freshIterations = effort;
      else if (effort > STALE_FACTOR * this.#freshIterations + STALE_SLACK) this.#isStale = true;
      if (relativeResidual <= relativeTolerance) return true;
      if (isFresh) return false;
      this.#isStale = true;
    }
    return false;
  }

  #runKrylov(relativeTolerance: number): KrylovOutcome {
    return this.#gmres.solve(
      this.#applyJacobian,
      this.#applyPreconditioner,
      this.#scale,
      this.#rhs,
      this.#update,
      { relativeTolerance, maxIterations: this.#options.maxLinearIterations },
    );
  }

  readonly #applyPreconditioner = (x: Float64Array, y: Float64Array): void => {
    this.#preconditioner.apply(x, y);
  };

  /** y = (D + h K) x; rows of fields that are absent or fixed are those of the identity, where x is 0. */
  readonly #applyJacobian = (x: Float64Array, y: Float64Array): void => {
    const { numNodes, numFields: n, nodeFields, stiffness } = this.#problem;
    const { blocks } = this.#system;
    for (let node = 0; node < numNodes; node++) {
      const first = node * n;
      for (let k = 0; k < n; k++) {
        let sum = 0;
        for (let l = 0; l < n; l++) sum += blocks[(first + k) * n + l] * x[first + l];
        y[first + k] = sum;
      }
    }
    addStiffnessProduct(stiffness, n, this.#h, x, y);
    for (let i = 0; i < y.length; i++) if (nodeFields[i] !== NodeField.free) y[i] = x[i];
  };

  /** Adds dv and dw; the largest change of u and X in tolerances, or of the rates relative to the largest. */
  #advance(
    { h, fieldWeights, stateWeights }: StageInput,
    rates: Float64Array,
    stateRates: Float64Array,
  ): number {
    let largest = 0;
    let scale = 0;
    for (let i = 0; i < rates.length; i++) {
      const change = this.#update[i];
      rates[i] += change;
      const size = Math.abs(change) * fieldWeights[i];
      if (!(size <= largest)) largest = size;
      scale = Math.max(scale, Math.abs(rates[i]) * fieldWeights[i]);
    }
    const { stateByRate, stateShift } = this.#system;
    const { regions, pairNode, numFields } = this.#problem;
    for (const { numStates: m, firstState, firstPair, numPairs, fieldOfReaction } of regions) {
      if (m === 0) continue;
      for (let p = 0; p < numPairs; p++) {
        const first = pairNode[firstPair + p] * numFields;
        for (let state = firstState + p * m; state < firstState + (p + 1) * m; state++) {
          let change = -stateShift[state];
          for (let a = 0; a < fieldOfReaction.length; a++) {
            change += stateByRate[state * numFields + a] * this.#update[first + fieldOfReaction[a]];
          }
          stateRates[state] += change;
          const size = Math.abs(change) * stateWeights[state];
          if (!(size <= largest)) largest = size;
          scale = Math.max(scale, Math.abs(stateRates[state]) * stateWeights[state]);
        }
      }
    }
    if (h > 0) return h * largest;
    return largest === 0 ? 0 : largest / scale;
  }
}

/** result = base + h rates. */
function combine(result: Float64Array, base: Float64Array, h: number, rates: Float64Array): void {
  for (let i = 0; i < result.length; i++) result[i] = base[i] + h * rates[i];
}

function count(histogram: number[], value: number): void {
  while (histogram.length <= value) histogram.push(0);
  histogram[value]++;
}
