/**
 * The mean of a field over each of `count` slabs across an axis: sum |T| u_T / sum |T| over the tetrahedra T whose middle lies in the
 * slab, u_T the mean of the corners. NaN for a slab without tetrahedra, or without a value.
 *
 * @param points numPoints x 3
 * @param cells numCells x 4
 * @param values one for each point
 * @returns borders of the slabs, count + 1, and means, count
 */
export function slabMeans(
  points: Float64Array,
  cells: Int32Array,
  values: Float64Array,
  axis: 0 | 1 | 2,
  count: number,
): { readonly edges: number[]; readonly means: number[] } {
  let [low, high] = [Infinity, -Infinity];
  for (const node of cells) {
    low = Math.min(low, points[3 * node + axis]);
    high = Math.max(high, points[3 * node + axis]);
  }
  const sums = new Float64Array(count);
  const volumes = new Float64Array(count);
  for (let first = 0; first < cells.length; first += 4) {
    const nodes = cells.subarray(first, first + 4);
    const middle = nodes.reduce((sum, node) => sum + points[3 * node + axis] / 4, 0);
    const slab = Math.min(count - 1, Math.floor((count * (middle - low)) / (high - low)));
    const mean = nodes.reduce((sum, node) => sum + values[node] / 4, 0);
    if (!Number.isFinite(mean)) continue;
    const volume = cellVolume(points, nodes);
    sums[slab] += volume * mean;
    volumes[slab] += volume;
  }
  return {
    edges: Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count),
    means: Array.from(sums, (sum, slab) => (volumes[slab] > 0 ? sum / volumes[slab] : NaN)),
  };
}

/** |det| / 6. */
function cellVolume(x: Float64Array, nodes: Int32Array): number {
  const origin = 3 * nodes[0];
  const edge = (i: number, d: number): number => x[3 * nodes[i] + d] - x[origin + d];
  const minor = (d: number, e: number): number => edge(2, d) * edge(3, e) - edge(2, e) * edge(3, d);
  return Math.abs(edge(1, 0) * minor(1, 2) + edge(1, 1) * minor(2, 0) + edge(1, 2) * minor(0, 1)) / 6;
}
