/** du/dt = f(t, u), written to the last argument. */
export type Derivative = (t: number, u: Float64Array, rate: Float64Array) => void;

/** Dormand and Prince's pair of orders 5 and 4: Hairer, Norsett and Wanner I, table II.5.2. */
const nodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1];
const stages = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const embedded = [5179 / 57600, 0, 7571 / 16695, 393 / 640, -92097 / 339200, 187 / 2100, 1 / 40];

/**
 * Integrates from 0 to `end` with error control per step, and calls `observe` after each.
 *
 * @param start not changed
 * @param tolerance of each step, relative to max(|u|, 1)
 * @returns u(end)
 */
export function integrate(
  derivative: Derivative,
  start: Float64Array,
  end: number,
  tolerance: number,
  observe: (t: number, u: Float64Array) => void = () => undefined,
): Float64Array {
  let u = Float64Array.from(start);
  let t = 0;
  let h = 1e-3;
  while (t < end) {
    h = Math.min(h, end - t);
    const { next, error } = step(derivative, t, u, h);
    if (error <= tolerance) {
      t = end - t <= h ? end : t + h;
      u = next;
      observe(t, u);
    }
    h *= Math.min(4, Math.max(0.2, 0.9 * (tolerance / Math.max(error, 1e-300)) ** 0.2));
  }
  return u;
}

/** One step, and the difference of both orders. */
export function step(
  derivative: Derivative,
  t: number,
  u: Float64Array,
  h: number,
): { next: Float64Array<ArrayBuffer>; error: number } {
  const rates: Float64Array[] = [];
  let next = Float64Array.from(u);
  nodes.forEach((node, i) => {
    next = u.map((value, k) => value + h * stages[i].reduce((sum, a, j) => sum + a * rates[j][k], 0));
    const rate = new Float64Array(u.length);
    derivative(t + node * h, next, rate);
    rates.push(rate);
  });
  let error = 0;
  for (let k = 0; k < u.length; k++) {
    const other = u[k] + h * embedded.reduce((sum, b, j) => sum + b * rates[j][k], 0);
    error = Math.max(error, Math.abs(next[k] - other) / Math.max(Math.abs(next[k]), 1));
  }
  return { next, error };
}
