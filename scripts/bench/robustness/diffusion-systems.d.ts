import type { CsrSystem } from "../../../src/solver/linear-solver.js";
import type { GridOptions } from "./grid.js";

export interface DiffusionOptions extends GridOptions {
  /** Crouzeix-Raviart instead of P1: unknowns are facets. */
  readonly onFacets?: boolean;
}

export function createDiffusionSystem(options: DiffusionOptions): CsrSystem;
export function createRandom(seed: number): () => number;
