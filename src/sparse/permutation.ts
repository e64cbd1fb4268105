import { UsageError } from "../core/errors.js";

/**
 * The inverse of a permutation: inverse[order[k]] = k. Throughout src/sparse `order[k]` is the old index of what comes
 * k-th in the new order.
 *
 * @param order a permutation of 0 .. size - 1
 * @throws UsageError `invalid-permutation` where an index is missing, repeated or out of range
 */
export function invertPermutation(order: Int32Array, size: number): Int32Array {
  if (order.length !== size) {
    throw new UsageError(
      "invalid-permutation",
      `a permutation of ${size} unknowns must have ${size} entries, not ${order.length}`,
      { details: { size, length: order.length } },
    );
  }
  const inverse = new Int32Array(size).fill(-1);
  for (let k = 0; k < size; k++) {
    const index = order[k];
    if (index < 0 || index >= size || inverse[index] !== -1) {
      throw new UsageError(
        "invalid-permutation",
        `entry ${k} of the permutation is ${index}, which is repeated or outside 0 .. ${size - 1}; ` +
          `every index must occur once`,
        { details: { position: k, index, size } },
      );
    }
    inverse[index] = k;
  }
  return inverse;
}
