/** Nodes for arrows, spread evenly. */
export interface ArrowSamples {
  /** Point indices. */
  readonly nodes: Int32Array;
  /** Distance of neighbours, about. */
  readonly spacing: number;
}

/**
 * Chooses points of tetrahedra for about `count` arrows: space is divided into cubes of which about `count` meet the tetrahedra, and
 * the point nearest to the middle of each cube is taken.
 *
 * @param points numPoints x 3
 * @param cells numCells x 4
 */
export function sampleArrows(points: Float64Array, cells: Int32Array, count: number): ArrowSamples {
  const spacing = Math.cbrt(volumeOf(points, cells) / count);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (const node of cells) {
    for (let d = 0; d < 3; d++) {
      low[d] = Math.min(low[d], points[3 * node + d]);
      high[d] = Math.max(high[d], points[3 * node + d]);
    }
  }
  const boxes = [0, 1, 2].map((d) => Math.max(1, Math.ceil((high[d] - low[d]) / spacing)));
  const nearest = new Map<number, { node: number; distance: number }>();
  for (const node of cells) {
    let box = 0;
    let distance = 0;
    for (let d = 2; d >= 0; d--) {
      const at = (points[3 * node + d] - low[d]) / spacing;
      const index = Math.min(boxes[d] - 1, Math.floor(at));
      box = box * boxes[d] + index;
      distance += (at - index - 0.5) ** 2;
    }
    const known = nearest.get(box);
    if (known === undefined || distance < known.distance) nearest.set(box, { node, distance });
  }
  return { nodes: Int32Array.from(nearest.values(), ({ node }) => node), spacing };
}

/** sum |det| / 6. */
function volumeOf(x: Float64Array, cells: Int32Array): number {
  let sixfold = 0;
  for (let first = 0; first < cells.length; first += 4) {
    const origin = 3 * cells[first];
    const [a, b, c] = [1, 2, 3].map((i) => {
      const at = 3 * cells[first + i];
      return [x[at] - x[origin], x[at + 1] - x[origin + 1], x[at + 2] - x[origin + 2]];
    });
    sixfold += Math.abs(
      a[0] * (b[1] * c[2] - b[2] * c[1]) +
        a[1] * (b[2] * c[0] - b[0] * c[2]) +
        a[2] * (b[0] * c[1] - b[1] * c[0]),
    );
  }
  return sixfold / 6;
}
