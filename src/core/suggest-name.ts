/** Names longer than this are nobody's typing error, and not worth the time of comparing. */
const maxComparedLength = 64;

/**
 * The candidate that `name` was probably meant to be: the nearest in edit distance (insert, delete, replace, swap
 * neighbours; capitals do not count), where that is at most a third of the longer name's length, or 1.
 *
 * @returns undefined where none is near; of equally near ones the first of the same length, else the first
 * @see F. J. Damerau, "A technique for computer detection and correction of spelling errors" (1964)
 */
export function suggestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > maxComparedLength) return undefined;
  let nearest: string | undefined;
  let leastCost = Infinity;
  for (const candidate of candidates) {
    const longest = Math.max(name.length, candidate.length);
    if (candidate.length > maxComparedLength) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= longest || distance > Math.max(1, Math.floor(longest / 3))) continue;
    const cost = distance + (candidate.length === name.length ? 0 : 0.5);
    if (cost >= leastCost) continue;
    nearest = candidate;
    leastCost = cost;
  }
  return nearest;
}

/** Optimal string alignment: d(i, j) from the three neighbours, and from d(i-2, j-2) where two letters are swapped. */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(replaced, previous[j] + 1, current[j - 1] + 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) current[j] = Math.min(current[j], older[j - 2] + 1);
    }
    older = previous;
    previous = current;
  }
  return previous[b.length];
}
