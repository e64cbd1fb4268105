import { KernelError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import { checkSizes } from "./check-system.js";
import {
  KERNEL_SAFETY,
  judgeSolution,
  resolveLimits,
  type SolveLimits,
  type StopReason,
} from "./convergence.js";
import { type Kernel, loadKernel } from "../kernel/kernel.js";
import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import type { LinearSolution, LinearSolver, LinearSystem } from "./linear-solver.js";
import { Multigrid, type MultigridOutcome } from "./multigrid.js";
import { releaseMatrix } from "./system-matrix.js";
import { createWasmCgSolver } from "./wasm-conjugate-gradients.js";

/** How far a run had come. */
interface Milestone {
  readonly iteration: number;
  /** Of the worst right-hand side, relative. */
  readonly residual: number;
}

const NAME = "wasm-mgcg";
/** Good meshes take 10 to 20 iterations; after this many, or when it is plain that they will not do, robust settings. */
const FAST_ITERATIONS = 60;
/** From which iteration on a forecast counts; before, conjugate gradients have not found their pace. */
const FORECAST_FROM = 20;
/** A forecast of more iterations than this with the robust settings, and incomplete Cholesky is the better choice. */
const ROBUST_ITERATIONS = 500;
/** From which iteration on the forecast for the robust settings counts: badly conditioned systems begin with a plateau. */
const ROBUST_FORECAST_FROM = 100;

/**
 * Conjugate gradients of the WebAssembly kernel, preconditioned with smoothed-aggregation multigrid; constants over
 * singular components are projected out. Time and memory grow with the matrix; iterations hardly grow.
 *
 * Where the fast settings take too many iterations (anisotropy across the mesh, flat cells), robust ones go on from
 * where those got; where these do not get on or break down (jumps, flat cells and anisotropy all together), incomplete
 * Cholesky takes over from zero. `method` of the solution says so.
 *
 * @param kernel the instance to use; by default each solve takes one of its own, whose memory goes with it
 * @see {@link LinearSolver.solve} for the errors
 */
export function createWasmMultigridSolver(kernel?: Kernel): LinearSolver {
  return {
    name: NAME,
    async solve(system, options) {
      const limits = resolveLimits(options);
      checkSizes(system);
      const instance = kernel ?? (await loadKernel());
      let spent = 0;
      let usable: Kernel | undefined = instance;
      try {
        const solution = solveWithMultigrid(instance, system, limits, options?.progress);
        if (typeof solution !== "number") return solution;
        spent = solution;
      } catch (error) {
        if (!(error instanceof KernelError)) throw error;
        // It may be a fault of the input, which the next solver tells more exactly, or more than multigrid can bear.
        usable = undefined;
      }
      const maxIterations = limits.maxIterations - spent;
      const rest = await createWasmCgSolver(usable).solve(system, { ...options, maxIterations });
      const iterations = rest.iterations.map((count) => spent + count);
      return { ...rest, iterations, method: `${NAME}, then ${rest.method}` };
    },
  };
}

/** The solution, or the iterations spent where multigrid is too slow. */
function solveWithMultigrid(
  kernel: Kernel,
  system: LinearSystem,
  limits: SolveLimits,
  progress: ProgressReporter | undefined,
): LinearSolution | number {
  const { rhs, numRhs } = system;
  const relativeTolerance = KERNEL_SAFETY * limits.relativeTolerance;
  let reached = rhs;
  // Where more is to be done, or another solver will do it, the right-hand sides are still needed.
  const chooseTarget = (status: number): Float64Array => {
    const isLast = status === KernelStatus.ok || status === KernelStatus.stagnated;
    if (system.isRhsSpent !== true || !isLast) reached = new Float64Array(rhs.length);
    return reached;
  };
  const fast = useMultigrid(kernel, system, false, (multigrid) =>
    multigrid.solve(rhs, numRhs, chooseTarget, {
      relativeTolerance,
      maxIterations: Math.min(FAST_ITERATIONS, limits.maxIterations),
      onChunk: (iteration, residual) => {
        report(progress, NAME, iteration, residual, limits);
        return !isTooSlow(iteration, residual, limits);
      },
    }),
  );
  const spent = Math.max(...fast.iterations);
  if (!isUnfinished(fast.status) || spent >= limits.maxIterations) {
    return accept(reached, NAME, fast, limits, kernel);
  }

  const method = `${NAME}, robust`;
  const history: Milestone[] = [];
  const robust = useMultigrid(kernel, system, true, (multigrid) =>
    multigrid.solve(rhs, numRhs, reached, {
      relativeTolerance,
      maxIterations: limits.maxIterations - spent,
      fromSolution: true,
      onChunk: (iteration, residual) => {
        report(progress, method, spent + iteration, residual, limits);
        // The next block of right-hand sides begins anew.
        if (iteration <= (history.at(-1)?.iteration ?? 0)) history.length = 0;
        history.push({ iteration, residual });
        return !isStuck(history, limits);
      },
    }),
  );
  if (robust.status === KernelStatus.running) return spent + Math.max(...robust.iterations);
  const iterations = robust.iterations.map((count, l) => count + fast.iterations[l]);
  return accept(reached, method, { ...robust, iterations }, limits, kernel);
}

/** Whether more iterations, or other ones, could help. */
function isUnfinished(status: number): boolean {
  return status === KernelStatus.running || status === KernelStatus.iterationLimit;
}

function useMultigrid<T>(
  kernel: Kernel,
  system: LinearSystem,
  robust: boolean,
  work: (multigrid: Multigrid) => T,
): T {
  const multigrid = new Multigrid(kernel, system, robust);
  releaseMatrix(system.matrix);
  try {
    return work(multigrid);
  } finally {
    multigrid.dispose();
  }
}

// Conjugate gradients gain digits at a steady rate or faster, so the rate so far foretells the iterations.
function isTooSlow(iteration: number, residual: number, limits: SolveLimits): boolean {
  if (iteration < FORECAST_FROM || !(residual > limits.relativeTolerance)) return false;
  const forecast = (iteration * Math.log(limits.relativeTolerance)) / Math.log(residual);
  return residual >= 1 || forecast > 2 * FAST_ITERATIONS;
}

// The same by the rate of the second half of the iterations: after a good beginning there may be no progress at all.
function isStuck(history: readonly Milestone[], limits: SolveLimits): boolean {
  const now = history[history.length - 1];
  if (now.iteration < ROBUST_FORECAST_FROM || !(now.residual > limits.relativeTolerance)) return false;
  const half = history[history.length >> 1];
  const rate = Math.log(half.residual / now.residual) / (now.iteration - half.iteration);
  const rest = Math.log(now.residual / limits.relativeTolerance) / rate;
  return !(rate > 0 && now.iteration + rest <= ROBUST_ITERATIONS);
}

function accept(
  solution: Float64Array,
  method: string,
  outcome: MultigridOutcome,
  limits: SolveLimits,
  kernel: Kernel,
): LinearSolution {
  const reason = findStopReason(outcome.status);
  if (reason === undefined) {
    throw createStatusError(outcome.status, { operation: method, heapBytes: kernel.heapBytes });
  }
  const iterations = [...outcome.iterations];
  const relativeResidual = [...outcome.relativeResidual];
  return judgeSolution({ solution, method, iterations, relativeResidual }, reason, limits);
}

function findStopReason(status: number): StopReason | undefined {
  switch (status) {
    case KernelStatus.ok:
      return "converged";
    case KernelStatus.iterationLimit:
      return "iteration-limit";
    case KernelStatus.stagnated:
      return "stagnated";
    default:
      return undefined;
  }
}

function report(
  progress: ProgressReporter | undefined,
  step: string,
  iteration: number,
  residual: number,
  limits: SolveLimits,
): void {
  if (progress === undefined) return;
  const fraction = residual > 0 ? Math.log(residual) / Math.log(limits.relativeTolerance) : 1;
  progress({
    step,
    fraction: Math.min(1, Math.max(0, fraction)),
    message: `iteration ${iteration}, residual ${residual.toExponential(1)}`,
  });
}
