import { boxOfPoints, type TriangleSurface } from "./triangle-surface.js";

/** The triangles of a surface sorted into the cells of a uniform grid, each into all cells that its box meets. */
export interface TriangleGrid {
  /** Cells along each axis. */
  readonly counts: readonly [number, number, number];
  /** Lowest corner, and edge of the cells. */
  readonly origin: readonly [number, number, number];
  readonly edge: number;
  /** Triangles of cell c = i + n1 (j + n2 k): list[start[c]] up to list[start[c + 1]]. */
  readonly start: Int32Array;
  readonly list: Int32Array;
  /** Lowest and highest coordinates of each triangle, numTriangles x 6. */
  readonly boxes: Float64Array;
  /** Cell along axis d of a coordinate; what lies outside is moved to the first or last one. */
  readonly cellAt: (x: number, d: number) => number;
}

/** Cells for each triangle, and places in cells, at most. */
const cellsPerTriangle = 2;
const placesPerTriangle = 16;

/** The grid of a surface, whose cells are about as large as its triangles. Linear but for triangles of very unlike sizes. */
export function triangleGrid({ points, triangles }: TriangleSurface): TriangleGrid {
  const numTriangles = triangles.length / 3;
  const boxes = new Float64Array(6 * numTriangles);
  let sumOfExtents = 0;
  for (let t = 0; t < numTriangles; t++) {
    let extent = 0;
    for (let d = 0; d < 3; d++) {
      const x = points[3 * triangles[3 * t] + d];
      const y = points[3 * triangles[3 * t + 1] + d];
      const z = points[3 * triangles[3 * t + 2] + d];
      boxes[6 * t + d] = Math.min(x, y, z);
      boxes[6 * t + 3 + d] = Math.max(x, y, z);
      extent = Math.max(extent, boxes[6 * t + 3 + d] - boxes[6 * t + d]);
    }
    sumOfExtents += extent;
  }
  const { min, max } = boxOfPoints(points);
  const lengths = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const smallest = Math.max(...lengths, Number.MIN_VALUE) * 1e-3;
  let edge = Math.max((1.5 * sumOfExtents) / Math.max(1, numTriangles), smallest);
  for (;;) {
    const counts = lengths.map((length) => Math.max(1, Math.ceil(length / edge))) as [number, number, number];
    const cellAt = (x: number, d: number): number =>
      Math.min(counts[d] - 1, Math.max(0, Math.floor((x - min[d]) / edge)));
    const numCells = counts[0] * counts[1] * counts[2];
    if (numCells > 1000 + cellsPerTriangle * numTriangles) {
      edge *= 1.25;
      continue;
    }
    const start = new Int32Array(numCells + 1);
    const visit = (t: number, place: (cell: number) => void): void => {
      for (let k = cellAt(boxes[6 * t + 2], 2); k <= cellAt(boxes[6 * t + 5], 2); k++) {
        for (let j = cellAt(boxes[6 * t + 1], 1); j <= cellAt(boxes[6 * t + 4], 1); j++) {
          for (let i = cellAt(boxes[6 * t], 0); i <= cellAt(boxes[6 * t + 3], 0); i++) {
            place(i + counts[0] * (j + counts[1] * k));
          }
        }
      }
    };
    let numPlaces = 0;
    for (let t = 0; t < numTriangles; t++) {
      visit(t, (cell) => {
        start[cell + 1]++;
        numPlaces++;
      });
    }
    if (numPlaces > placesPerTriangle * numTriangles && numCells > 8) {
      edge *= 2;
      continue;
    }
    for (let cell = 0; cell < numCells; cell++) start[cell + 1] += start[cell];
    const list = new Int32Array(numPlaces);
    const next = start.slice();
    for (let t = 0; t < numTriangles; t++) visit(t, (cell) => (list[next[cell]++] = t));
    return { counts, origin: [min[0], min[1], min[2]], edge, start, list, boxes, cellAt };
  }
}

/** Calls `visit` with the triangles and the indices of each cell that has some, until it returns false. */
export function visitGridCells(
  { counts, start, list }: TriangleGrid,
  visit: (triangles: Int32Array, i: number, j: number, k: number) => boolean,
): void {
  let cell = 0;
  for (let k = 0; k < counts[2]; k++) {
    for (let j = 0; j < counts[1]; j++) {
      for (let i = 0; i < counts[0]; i++, cell++) {
        if (start[cell + 1] - start[cell] === 0) continue;
        if (!visit(list.subarray(start[cell], start[cell + 1]), i, j, k)) return;
      }
    }
  }
}
