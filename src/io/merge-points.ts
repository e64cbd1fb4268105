/**
 * Finds points with the very same coordinates: pieces of a mesh repeat the points that they share.
 *
 * @param coordinates numPoints x 3
 * @returns for each point the first one at its place, numPoints
 */
export function findSamePoints(coordinates: Float64Array): Int32Array {
  const numPoints = coordinates.length / 3;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * numPoints + 1)));
  const mask = slots.length - 1;
  const x = Float64Array.from(coordinates, (value) => value + 0); // -0 is 0.
  const words = new Int32Array(x.buffer);
  const first = new Int32Array(numPoints);
  for (let point = 0; point < numPoints; point++) {
    let hash = 0;
    for (let k = 6 * point; k < 6 * point + 6; k++)
      hash = Math.imul(hash ^ words[k], 0x9e3779b1) ^ (hash >>> 15);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while (slots[slot] !== 0 && !isSame(x, slots[slot] - 1, point)) slot = (slot + 1) & mask;
    if (slots[slot] === 0) slots[slot] = point + 1;
    first[point] = slots[slot] - 1;
  }
  return first;
}

function isSame(x: Float64Array, a: number, b: number): boolean {
  return x[3 * a] === x[3 * b] && x[3 * a + 1] === x[3 * b + 1] && x[3 * a + 2] === x[3 * b + 2];
}
