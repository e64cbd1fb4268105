/**
 * erf(x) = 2 / sqrt pi sum_n x (2 x^2)^n / (2 n + 1)!! exp(-x^2), to round-off: all terms are of one sign.
 *
 * @see Abramowitz and Stegun 7.1.6
 */
export function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
