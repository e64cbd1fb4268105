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
