import type { Matrix3 } from "../../src/core/tensor.js";
import type { Reaction, ReactionPoint } from "../../src/bidomain/reaction.js";

export const isotropic = (d: number): Matrix3 => [
  [d, 0, 0],
  [0, d, 0],
  [0, 0, d],
];

/** A reaction without states and without dependence on rates: the rest of its outputs is zero. */
export function plainReaction(
  fields: readonly string[],
  evaluate: (u: Float64Array, sources: Float64Array, slopes: Float64Array, point: ReactionPoint) => void,
): Reaction {
  return {
    fields,
    states: [],
    evaluate(point) {
      point.sourcesByRates.fill(0);
      evaluate(point.fields, point.sources, point.sourcesByFields, point);
    },
  };
}

/** R_c = lambda (e - c), R_e = -R_c. */
export const linearExchange = (lambda: number): Reaction =>
  plainReaction(["c", "e"], ([c, e], sources, slopes) => {
    sources.set([lambda * (e - c), lambda * (c - e)]);
    slopes.set([-lambda, lambda, lambda, -lambda]);
  });

/** c + (total - b) <-> b: R_c = koff b - kon c (total - b), R_b = -R_c; nM and uM alike. */
export const buffering = (kon: number, koff: number, total: number): Reaction =>
  plainReaction(["c", "b"], ([c, b], sources, slopes) => {
    const r = koff * b - kon * c * (total - b);
    const byC = -kon * (total - b);
    const byB = koff + kon * c;
    sources.set([r, -r]);
    slopes.set([byC, byB, -byC, -byB]);
  });
