/**
 * sum_{i < count} term(i), with an error that does not grow with the number of terms.
 *
 * @see A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974)
 */
export function sumCompensated(count: number, term: (i: number) => number): number {
  let sum = 0;
  let correction = 0;
  for (let i = 0; i < count; i++) {
    const x = term(i);
    const total = sum + x;
    correction += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
    sum = total;
  }
  return sum + correction;
}

/**
 * sums[e] += x for several sums at once, with the error of {@link sumCompensated}. The array holds the sums, then as many
 * corrections; {@link readCompensated} gives the results.
 */
export function addCompensated(sums: Float64Array, e: number, x: number): void {
  const sum = sums[e];
  const total = sum + x;
  sums[e + sums.length / 2] += Math.abs(sum) >= Math.abs(x) ? sum - total + x : x - total + sum;
  sums[e] = total;
}

/** The sums of an array that {@link addCompensated} filled. */
export function readCompensated(sums: Float64Array): Float64Array {
  const count = sums.length / 2;
  return sums.slice(0, count).map((sum, e) => sum + sums[count + e]);
}
