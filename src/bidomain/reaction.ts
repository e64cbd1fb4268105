/**
 * What happens in a point of a region, beside diffusion. With the fields u (concentrations, per volume of their own
 * compartment) and states X (dimensionless, or amounts that the reaction defines):
 *
 *   C_k du_k/dt = div(A_k grad u_k) + R_k(t, x, u, du/dt, X),    dX_s/dt = Phi_s(t, x, u, X)
 *
 * C_k is the volume fraction of field k's compartment and A_k its homogenized tensor; R_k is an amount per time and per
 * volume of the cell, uM/s. For (2.27) and (2.28) with c and e, R_c = lambda~ f and R_e = -lambda~ f.
 */
export interface Reaction {
  /** Names of the fields that it knows, in the order of the arrays below. */
  readonly fields: readonly string[];
  /** Names of its states. */
  readonly states: readonly string[];
  /**
   * Evaluates R, Phi and all their derivatives in one point: reads the inputs of `point` and overwrites the outputs, all of
   * them. It keeps no reference to `point` and makes no objects.
   */
  evaluate(point: ReactionPoint): void;
}

/** Inputs and outputs of {@link Reaction.evaluate}: n fields, m states; matrices row-major. */
export interface ReactionPoint {
  /** s. */
  time: number;
  /** Place in the cell, um. */
  x: number;
  y: number;
  z: number;
  /** u, n, uM. */
  readonly fields: Float64Array;
  /** du/dt, n, uM/s. */
  readonly rates: Float64Array;
  /** X, m. */
  readonly states: Float64Array;

  /** R, n, uM/s per volume of the cell. */
  readonly sources: Float64Array;
  /** Phi, m, 1/s. */
  readonly stateRates: Float64Array;
  /** dR_k / du_l, n x n. */
  readonly sourcesByFields: Float64Array;
  /** dR_k / d(du_l/dt), n x n. */
  readonly sourcesByRates: Float64Array;
  /** dR_k / dX_s, n x m. */
  readonly sourcesByStates: Float64Array;
  /** dPhi_s / du_l, m x n. */
  readonly stateRatesByFields: Float64Array;
  /** dPhi_s / dX_r, m x m. */
  readonly stateRatesByStates: Float64Array;
}

/** A point of n fields and m states, all zero. */
export function createReactionPoint(n: number, m: number): ReactionPoint {
  return {
    time: 0,
    x: 0,
    y: 0,
    z: 0,
    fields: new Float64Array(n),
    rates: new Float64Array(n),
    states: new Float64Array(m),
    sources: new Float64Array(n),
    stateRates: new Float64Array(m),
    sourcesByFields: new Float64Array(n * n),
    sourcesByRates: new Float64Array(n * n),
    sourcesByStates: new Float64Array(n * m),
    stateRatesByFields: new Float64Array(m * n),
    stateRatesByStates: new Float64Array(m * m),
  };
}
