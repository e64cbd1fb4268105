import { UsageError } from "./errors.js";

/** Relative width at which the bisection ends. */
const bracket = 1e-14;

/**
 * t with P(|T| <= t) = confidence, T of Student's distribution with `degrees` degrees of freedom: half the width of a
 * confidence interval of a mean of degrees + 1 values, in standard errors.
 *
 * P(|T| <= t) is a finite sum for whole degrees of freedom n, with theta = atan(t / sqrt(n)):
 * n odd: 2/pi (theta + sin cos (1 + 2/3 cos^2 + ... + (2 4 ... (n-3)) / (3 5 ... (n-2)) cos^(n-3))),
 * n even: sin (1 + 1/2 cos^2 + ... + (1 3 ... (n-3)) / (2 4 ... (n-2)) cos^(n-2)).
 *
 * @throws UsageError `confidence-invalid` outside 0 < confidence < 1 or for less than one degree of freedom
 * @see Abramowitz and Stegun, Handbook of mathematical functions, 26.7.3 and 26.7.4
 */
export function studentHalfWidth(confidence: number, degrees: number): number {
  if (!(confidence > 0 && confidence < 1) || !Number.isInteger(degrees) || degrees < 1) {
    throw new UsageError(
      "confidence-invalid",
      `a confidence of ${confidence} with ${degrees} degrees of freedom; expected 0 < confidence < 1, such as 0.95, and two values or more`,
      { details: { confidence, degrees } },
    );
  }
  // In theta, which is bounded: t goes to infinity with the confidence.
  let low = 0;
  let high = Math.PI / 2;
  while (high - low > bracket * high) {
    const middle = (low + high) / 2;
    if (centralProbability(middle, degrees) < confidence) low = middle;
    else high = middle;
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2);
}

/** P(|T| <= sqrt(n) tan theta), n degrees of freedom. */
function centralProbability(theta: number, degrees: number): number {
  const sine = Math.sin(theta);
  const cosine = Math.cos(theta);
  const isOdd = degrees % 2 === 1;
  if (degrees === 1) return (2 * theta) / Math.PI;
  let term = isOdd ? cosine : 1;
  let sum = term;
  for (let k = isOdd ? 3 : 2; k < degrees; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum;
}
