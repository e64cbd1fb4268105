import type { FluxBasis } from "./flux-basis.js";

/**
 * A process in the ER membrane: pumps, channels, a leak. With the concentrations c (cytosol) and e (ER) and the states X,
 *
 *   f1(c, e, dc/dt, de/dt, X)   flows into the cytosol,   f2(c, e, dc/dt, de/dt, X)   flows out of the ER,
 *   dX/dt = Phi(c, e, X)
 *
 * both positive where calcium is released, negative where it is taken up. Where f1 and f2 differ, the membrane itself holds
 * the difference: f1 - f2 + sum_s n_s Phi_s = 0, with n_s the calcium of state s, see {@link MembraneState}. Fluxes have the
 * unit of their basis (see `FluxBasis`): molecules/um^2/s or uM/s.
 *
 * @see (5.6a), (5.6b), (5.6c)
 */
export interface MembraneModel {
  readonly name: string;
  readonly states: readonly MembraneState[];
  /** Whether f1 or Phi depends on the concentration p of IP3. */
  readonly usesIp3: boolean;
  /** Parameters that stand at their published values, which hold for fluxes of this basis only. */
  readonly defaults?: { readonly basis: FluxBasis; readonly parameters: readonly string[] };
  /**
   * Evaluates f1, f2, Phi and all their derivatives: reads `point.values` and overwrites all outputs that are not zero
   * everywhere. It keeps no reference to `point` and makes no objects.
   *
   * @param point made for this model by `createMembranePoint`, and used with no other
   */
  evaluate(point: MembranePoint): void;
}

/** A state of a membrane process: a gate, or the occupied share of a pump. */
export interface MembraneState {
  readonly name: string;
  /** X at the beginning, and where a search for the steady value starts. */
  readonly initial: number;
  /** n_s: calcium that the membrane holds where X = 1: molecules/um^2 or uM, as the fluxes; 0 for a gate. */
  readonly calcium: number;
}

/** Inputs and outputs of {@link MembraneModel.evaluate} for m states; matrices row-major. */
export interface MembranePoint {
  /**
   * 5 + m + 4: c, e, p (uM), dc/dt, de/dt (uM/s), the states, then x, y, z (um), t (s); see `MembraneValue` and
   * `membraneVariables`.
   */
  readonly values: Float64Array;
  /** f1, f2. */
  readonly fluxes: Float64Array;
  /** d(f1, f2) / d(c, e, p, dc/dt, de/dt, X), 2 x (5 + m). */
  readonly fluxDerivatives: Float64Array;
  /** Phi, m, 1/s. */
  readonly stateRates: Float64Array;
  /** dPhi / d(c, e, p, dc/dt, de/dt, X), m x (5 + m); the columns of dc/dt and de/dt are zero. */
  readonly stateRateDerivatives: Float64Array;
}

/** Places in {@link MembranePoint.values}, and columns of derivatives. */
export const MembraneValue = { c: 0, e: 1, p: 2, cRate: 3, eRate: 4, firstState: 5 } as const;

/** A point for a model of m states, all zero. */
export function createMembranePoint(m: number): MembranePoint {
  const numColumns = MembraneValue.firstState + m;
  return {
    values: new Float64Array(numColumns + 4),
    fluxes: new Float64Array(2),
    fluxDerivatives: new Float64Array(2 * numColumns),
    stateRates: new Float64Array(m),
    stateRateDerivatives: new Float64Array(m * numColumns),
  };
}

/** Names of {@link MembranePoint.values} in formulas, in their order. */
export function membraneVariables(states: readonly string[]): string[] {
  return ["c", "e", "p", "dcdt", "dedt", ...states, "x", "y", "z", "t"];
}

/**
 * Sets f1 = f2 = f and their derivatives by c, e and p, for a process that holds no calcium.
 *
 * @param byP df/dp
 */
export function setExchange(
  { fluxes, fluxDerivatives }: MembranePoint,
  flux: number,
  byC: number,
  byE: number,
  byP: number,
): void {
  const numColumns = fluxDerivatives.length / 2;
  for (let side = 0; side < 2; side++) {
    fluxes[side] = flux;
    fluxDerivatives[side * numColumns + MembraneValue.c] = byC;
    fluxDerivatives[side * numColumns + MembraneValue.e] = byE;
    fluxDerivatives[side * numColumns + MembraneValue.p] = byP;
  }
}

/** Sets d f1 / dX_s = d f2 / dX_s. */
export function setExchangeByState({ fluxDerivatives }: MembranePoint, state: number, byState: number): void {
  const numColumns = fluxDerivatives.length / 2;
  fluxDerivatives[MembraneValue.firstState + state] = byState;
  fluxDerivatives[numColumns + MembraneValue.firstState + state] = byState;
}
