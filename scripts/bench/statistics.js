// The few numbers that the benchmark draws from repeated measurements; no input or output.

/** The middle of some numbers, the mean of the two middle ones for an even count; NaN of none. */
export function median(values) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `{median, minimum, runs}` of some numbers. */
export function summarize(values) {
  return { median: median(values), minimum: Math.min(...values), runs: values.length };
}

/** p in time = constant x size^p between two sizes. */
export function growthExponent(smallSize, smallTime, largeSize, largeTime) {
  return Math.log(largeTime / smallTime) / Math.log(largeSize / smallSize);
}

/** Largest |a_ij - b_ij| / largest |b_ij| of two 3x3 tensors. */
export function tensorDifference(a, b) {
  let difference = 0;
  let scale = 0;
  for (let k = 0; k < 3; k++) {
    for (let l = 0; l < 3; l++) {
      difference = Math.max(difference, Math.abs(a[k][l] - b[k][l]));
      scale = Math.max(scale, Math.abs(b[k][l]));
    }
  }
  return difference / scale;
}

/**
 * Bytes that conjugate gradients with one multigrid V(1,1)-cycle an iteration must move at the least: per iteration the
 * matrix once in float64 and twice in float32, each entry with a 32-bit index, and ten passes over the block of float64
 * vectors. Coarser levels and the set-up are left out, so that no solver of this kind reaches the limit.
 */
export function leastBytesMoved({ entries, dofs, numRhs, iterations }) {
  const matrix = 12 * entries + 2 * 8 * entries + 3 * 4 * dofs;
  const vectors = 10 * 8 * numRhs * dofs;
  return iterations * (matrix + vectors);
}

/** `20k`, `1M`, `35000` as a number; NaN for anything else. */
export function parseCount(text) {
  const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(text);
  if (match === null) return NaN;
  return Number(match[1]) * (match[2] === "M" ? 1e6 : match[2] === "k" ? 1e3 : 1);
}
