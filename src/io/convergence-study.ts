import type { Matrix3 } from "../core/tensor.js";

/** One phase on one level of a convergence study. */
export interface ConvergencePhaseLevel {
  readonly cells: number;
  readonly dofs: number;
  /** h = (|Omega| / cells)^(1/3), mesh units: with which orders are computed. */
  readonly meshSize: number;
  /** a~ from P1, um^2/ms. */
  readonly homogenized: Matrix3;
  /** Where bounds were asked for: L <= a~ <= U, and ||U - L||_2 / ||U||_2. */
  readonly bounds: {
    readonly lower: Matrix3;
    readonly upper: Matrix3;
    readonly relativeGap: number;
  } | null;
}

/** One mesh of a convergence study. */
export interface ConvergenceLevel {
  /** What the mesher says of it: `h = 0.05`, `refined 2 times`. */
  readonly label: string;
  readonly nodes: number;
  readonly cells: number;
  readonly phases: Readonly<Record<string, ConvergencePhaseLevel>>;
  /** Wall time of making the mesh and of homogenizing it. */
  readonly meshSeconds: number;
  readonly solveSeconds: number;
}

/** How one number behaves from level to level: f(h) = f(0) + C h^p. */
export interface ConvergenceSequence {
  /** One for each level. */
  readonly values: readonly number[];
  /** p from each level and the two before it; null for the first two, and where no p fits. */
  readonly orders: readonly (number | null)[];
  /** p of the last three levels. */
  readonly exponent: number | null;
  /** f(0) with that p: Richardson's extrapolation. */
  readonly extrapolated: number | null;
}

/** Entries of a~ that a study follows: the diagonal, and `mean`, a third of the trace. */
export type ConvergenceQuantity = "mean" | "11" | "22" | "33";

/** How the tensor of one phase converges. */
export interface PhaseConvergence {
  /** The upper one: a~ from P1. */
  readonly upper: Readonly<Record<ConvergenceQuantity, ConvergenceSequence>>;
  /** The lower bound, from Crouzeix-Raviart; null without bounds. */
  readonly lower: Readonly<Record<ConvergenceQuantity, ConvergenceSequence>> | null;
  /** The relative gap between the bounds, whose limit is 0, so that two levels give its order; null without bounds. */
  readonly gap: {
    readonly values: readonly number[];
    readonly orders: readonly (number | null)[];
  } | null;
}

/** The result of `erfem convergence`. */
export interface ConvergenceStudy {
  readonly schema: "erfem/convergence@1";
  readonly levels: readonly ConvergenceLevel[];
  readonly phases: Readonly<Record<string, PhaseConvergence>>;
  /** What a reader of the numbers should know, each once. */
  readonly warnings: readonly string[];
}
