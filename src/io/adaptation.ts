import type { Matrix3 } from "../core/tensor.js";

/** One phase on the mesh of one round. */
export interface AdaptationPhase {
  readonly nodes: number;
  readonly cells: number;
  /** L <= a~ <= U on the mesh of this round, um^2/ms. */
  readonly lower: Matrix3;
  readonly upper: Matrix3;
  /** ||U - L||_2 / ||U||_2. */
  readonly relativeGap: number;
  /** What was expected of the gap before the mesh was made; null in the first round. */
  readonly predictedGap: number | null;
}

/** One mesh of an adaptation, and what was computed on it. */
export interface AdaptationRound {
  /** 1, 2, ... */
  readonly round: number;
  /** Mesh file; null where the mesh did not come from a file. */
  readonly file: string | null;
  readonly nodes: number;
  readonly cells: number;
  /** Nodes that were expected; null in the first round. */
  readonly predictedNodes: number | null;
  /** The phases that were asked for. */
  readonly phases: Readonly<Record<string, AdaptationPhase>>;
  /** Wall time of sizes and mesh, and of homogenizing it. */
  readonly meshSeconds: number;
  readonly solveSeconds: number;
}

/** The result of `erfem adapt`. */
export interface Adaptation {
  readonly schema: "erfem/adaptation@1";
  /** Relative gap that was asked for. */
  readonly goal: number;
  /** Most nodes allowed. */
  readonly maxNodes: number;
  /** Whether every phase of the last round has a gap of at most `goal`. */
  readonly isReached: boolean;
  readonly rounds: readonly AdaptationRound[];
  /** What a reader of the numbers should know, each once. */
  readonly warnings: readonly string[];
}
