/** Exponent and limit of a sequence, by {@link extrapolate}. */
export interface Extrapolation {
  /** p > 0. */
  readonly exponent: number;
  /** f(0). */
  readonly limit: number;
}

/** Largest exponent looked for: nothing converges faster here, but for round-off. */
const MAX_EXPONENT = 20;

/** Differences relative to the values below which they are round-off and the solver's residual, and have no order. */
const NEGLIGIBLE = 1e-10;

const BISECTIONS = 60;

/**
 * Fits f(h) = f(0) + C h^p to three points with h1 > h2 > h3: p solves
 * (f1 - f2) / (f2 - f3) = (h1^p - h2^p) / (h2^p - h3^p), whose right side grows with p; then
 * f(0) = f3 - (f2 - f3) h3^p / (h2^p - h3^p). The quotients of the sizes need not be equal.
 *
 * @returns null where no p > 0 fits: the sequence is not monotone, does not converge, or has converged to round-off
 * @see P. J. Roache, Verification and Validation in Computational Science and Engineering (1998), chapter 5
 */
export function extrapolate(
  sizes: readonly [number, number, number],
  values: readonly [number, number, number],
): Extrapolation | null {
  const [h1, h2, h3] = sizes;
  const [f1, f2, f3] = values;
  const scale = Math.max(Math.abs(f1), Math.abs(f2), Math.abs(f3));
  if (!(h1 > h2 && h2 > h3 && h3 > 0) || !(Math.abs(f2 - f3) > NEGLIGIBLE * scale)) return null;
  const wanted = (f1 - f2) / (f2 - f3);
  // (a^p - 1) / (1 - b^p) with a = h1 / h2 > 1 and b = h3 / h2 < 1.
  const a = Math.log(h1 / h2);
  const b = Math.log(h3 / h2);
  const quotient = (p: number): number => Math.expm1(a * p) / -Math.expm1(b * p);
  if (!(wanted > a / -b && wanted < quotient(MAX_EXPONENT))) return null;
  let low = 0;
  let high = MAX_EXPONENT;
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (quotient(middle) < wanted) low = middle;
    else high = middle;
  }
  const exponent = (low + high) / 2;
  return { exponent, limit: f3 + ((f2 - f3) * Math.exp(b * exponent)) / Math.expm1(b * exponent) };
}

/** p of f(h) = C h^p through two points with h1 > h2; null where a value is not positive. */
export function orderBetween(
  sizes: readonly [number, number],
  values: readonly [number, number],
): number | null {
  if (!(sizes[0] > sizes[1] && values[0] > 0 && values[1] > 0)) return null;
  return Math.log(values[0] / values[1]) / Math.log(sizes[0] / sizes[1]);
}
