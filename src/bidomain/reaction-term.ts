import type { Evaluator } from "../formula/operations.js";
import type { CalciumBuffer } from "./calcium-buffer.js";
import { createMembranePoint, MembraneValue, type MembraneModel } from "./membrane-model.js";
import type { PlaceFunction } from "./place-function.js";
import type { Reaction, ReactionPoint } from "./reaction.js";

/** A summand of a reaction. */
export interface ReactionTerm {
  /**
   * Adds its part to the outputs of `point`.
   *
   * @param place x, y, z, t of `point`
   */
  readonly add: (point: ReactionPoint, place: Float64Array) => void;
}

/** The sum of the terms: sets all outputs to zero and lets each add its part. */
export function createEvaluation(terms: readonly ReactionTerm[]): Reaction["evaluate"] {
  const place = new Float64Array(4);
  return (point) => {
    point.sources.fill(0);
    point.stateRates.fill(0);
    point.sourcesByFields.fill(0);
    point.sourcesByRates.fill(0);
    point.sourcesByStates.fill(0);
    point.stateRatesByFields.fill(0);
    point.stateRatesByStates.fill(0);
    setPlace(place, point);
    for (let i = 0; i < terms.length; i++) terms[i].add(point, place);
  };
}

/**
 * The place of a point, as terms take it.
 *
 * @param place x, y, z (um), t (s), overwritten
 */
export function setPlace(place: Float64Array, { x, y, z, time }: ReactionPoint): void {
  place[0] = x;
  place[1] = y;
  place[2] = z;
  place[3] = time;
}

/** The term of a membrane model, which can also tell its flux. */
export interface MembraneTerm extends ReactionTerm {
  /** s lambda f1 in a point, uM/s per volume of the cell; reads the inputs of `point`. */
  readonly fluxIntoCytosol: (point: ReactionPoint, place: Float64Array) => number;
}

/** Where the fields and states of a region stand; -1 for fields that it does not have. */
export interface ReactionLayout {
  readonly numFields: number;
  readonly numStates: number;
  readonly c: number;
  readonly e: number;
  readonly ip3: number;
}

/** A membrane model in its place in a region. */
export interface MembranePlacement {
  readonly model: MembraneModel;
  /** Index of its first state. */
  readonly firstState: number;
  /** Flux to source per volume of the cell, see `fluxScale`. */
  readonly scale: number;
  /** lambda. */
  readonly factor: PlaceFunction;
  /** p where IP3 is no field, uM. */
  readonly ip3: PlaceFunction;
}

/**
 * R_c += s lambda f1, R_e -= s lambda f2, and Phi of the model's states.
 *
 * @see (2.27), (2.28), (5.6)
 */
export function createMembraneTerm(layout: ReactionLayout, placement: MembranePlacement): MembraneTerm {
  const { model, firstState, scale, factor, ip3 } = placement;
  const { numFields: n, numStates: m, c, e } = layout;
  const numOwn = model.states.length;
  const membrane = createMembranePoint(numOwn);
  const { values, fluxes, fluxDerivatives, stateRates, stateRateDerivatives } = membrane;
  const { firstState: firstColumn, cRate, eRate } = MembraneValue;
  const numColumns = firstColumn + numOwn;
  /** Fields and columns of the derivatives by them. */
  const fieldOf = [c, e, layout.ip3];
  const rateOf = [c, e];

  /** Evaluates the model; the factor of its fluxes, s lambda. */
  const evaluate = (point: ReactionPoint, place: Float64Array): number => {
    values[MembraneValue.c] = point.fields[c];
    values[MembraneValue.e] = point.fields[e];
    values[MembraneValue.p] = layout.ip3 >= 0 ? point.fields[layout.ip3] : ip3.evaluate(place);
    values[cRate] = point.rates[c];
    values[eRate] = point.rates[e];
    for (let s = 0; s < numOwn; s++) values[firstColumn + s] = point.states[firstState + s];
    for (let i = 0; i < place.length; i++) values[numColumns + i] = place[i];
    model.evaluate(membrane);
    return scale * factor.evaluate(place);
  };

  const addFlux = (point: ReactionPoint, field: number, side: number, weight: number): void => {
    const row = side * numColumns;
    point.sources[field] += weight * fluxes[side];
    for (let j = 0; j < fieldOf.length; j++) {
      if (fieldOf[j] >= 0) point.sourcesByFields[field * n + fieldOf[j]] += weight * fluxDerivatives[row + j];
    }
    for (let j = 0; j < rateOf.length; j++) {
      point.sourcesByRates[field * n + rateOf[j]] += weight * fluxDerivatives[row + cRate + j];
    }
    for (let s = 0; s < numOwn; s++) {
      point.sourcesByStates[field * m + firstState + s] += weight * fluxDerivatives[row + firstColumn + s];
    }
  };

  return {
    fluxIntoCytosol: (point, place) => evaluate(point, place) * fluxes[0],
    add(point, place) {
      const weight = evaluate(point, place);
      addFlux(point, c, 0, weight);
      addFlux(point, e, 1, -weight);
      for (let s = 0; s < numOwn; s++) {
        const state = firstState + s;
        const row = s * numColumns;
        point.stateRates[state] = stateRates[s];
        for (let j = 0; j < fieldOf.length; j++) {
          if (fieldOf[j] >= 0)
            point.stateRatesByFields[state * n + fieldOf[j]] = stateRateDerivatives[row + j];
        }
        for (let r = 0; r < numOwn; r++) {
          point.stateRatesByStates[state * m + firstState + r] = stateRateDerivatives[row + firstColumn + r];
        }
      }
    },
  };
}

/**
 * R_u += gamma (k- b - k+ u (B - b)), R_b -= the same, with b a field.
 *
 * @param calcium field u: c or e
 * @param bound field b
 * @param fraction gamma of the buffer's compartment
 * @see (3.12) - (3.15)
 */
export function createMobileBufferTerm(
  { numFields: n }: ReactionLayout,
  { total, bindingRate, unbindingRate }: CalciumBuffer,
  calcium: number,
  bound: number,
  fraction: number,
): ReactionTerm {
  return {
    add({ fields, sources, sourcesByFields }) {
      const free = total - fields[bound];
      const binding = fraction * (bindingRate * fields[calcium] * free - unbindingRate * fields[bound]);
      const byCalcium = fraction * bindingRate * free;
      const byBound = -fraction * (bindingRate * fields[calcium] + unbindingRate);
      sources[calcium] -= binding;
      sources[bound] += binding;
      sourcesByFields[calcium * n + calcium] -= byCalcium;
      sourcesByFields[calcium * n + bound] -= byBound;
      sourcesByFields[bound * n + calcium] += byCalcium;
      sourcesByFields[bound * n + bound] += byBound;
    },
  };
}

/**
 * R_u += gamma (k- b - k+ u (B - b)), Phi_b = k+ u (B - b) - k- b, with b a state: a buffer that does not move.
 *
 * @param calcium field u: c or e
 * @param bound state b, uM
 * @param fraction gamma of the buffer's compartment
 * @see (3.12) - (3.15) with D = 0
 */
export function createImmobileBufferTerm(
  { numFields: n, numStates: m }: ReactionLayout,
  { total, bindingRate, unbindingRate }: CalciumBuffer,
  calcium: number,
  bound: number,
  fraction: number,
): ReactionTerm {
  return {
    add(point) {
      const u = point.fields[calcium];
      const b = point.states[bound];
      const binding = bindingRate * u * (total - b) - unbindingRate * b;
      const byCalcium = bindingRate * (total - b);
      const byBound = -(bindingRate * u + unbindingRate);
      point.sources[calcium] -= fraction * binding;
      point.sourcesByFields[calcium * n + calcium] -= fraction * byCalcium;
      point.sourcesByStates[calcium * m + bound] -= fraction * byBound;
      point.stateRates[bound] = binding;
      point.stateRatesByFields[bound * n + calcium] = byCalcium;
      point.stateRatesByStates[bound * m + bound] = byBound;
    },
  };
}

/** Production of IP3 and its derivatives; `values`: c, e, p, x, y, z, t. */
export interface Ip3Production {
  readonly evaluate: Evaluator;
  /** By c, e, p; null where zero everywhere. */
  readonly derivatives: readonly (Evaluator | null)[];
}

/**
 * R_p += gamma_c (production(c, e, p, x, y, z, t) - k p).
 *
 * @param decayRate k, 1/s
 * @param fraction gamma_c
 */
export function createIp3Term(
  { numFields: n, c, e, ip3 }: ReactionLayout,
  { evaluate, derivatives }: Ip3Production,
  decayRate: number,
  fraction: number,
): ReactionTerm {
  const values = new Float64Array(7);
  const fieldOf = [c, e, ip3];
  return {
    add({ fields, sources, sourcesByFields }, place) {
      for (let j = 0; j < fieldOf.length; j++) values[j] = fieldOf[j] >= 0 ? fields[fieldOf[j]] : 0;
      values.set(place, 3);
      sources[ip3] += fraction * (evaluate(values) - decayRate * fields[ip3]);
      for (let j = 0; j < fieldOf.length; j++) {
        const derivative = derivatives[j];
        if (derivative !== null && fieldOf[j] >= 0)
          sourcesByFields[ip3 * n + fieldOf[j]] += fraction * derivative(values);
      }
      sourcesByFields[ip3 * n + ip3] -= fraction * decayRate;
    },
  };
}
