/** Terms smaller than e^-37 of the largest are lost in round-off. */
export const SMOOTH_REACH = 37;

/**
 * Level set of the union of bodies with signed distances d_i, rounded where they meet:
 * -k ln sum_i exp(-d_i / k); for k = 0 the minimum. Below the minimum by at most k ln n, and by nothing where one body is
 * alone within {@link SMOOTH_REACH} k.
 *
 * @param distances the first `count` are read
 * @param k width of the blend, >= 0, in the unit of the distances
 */
export function smoothUnion(distances: Float64Array, count: number, k: number): number {
  let least = Infinity;
  for (let i = 0; i < count; i++) if (distances[i] < least) least = distances[i];
  if (k === 0) return least;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += Math.exp((least - distances[i]) / k);
  return least - k * Math.log(sum);
}
