import type { HalfSpace } from "./clip-triangles.js";
import type { SceneBox } from "./scene-box.js";
import { cutCells, facetCorners, listSurfaceFacets, type ValuedTriangles } from "./tet-surface.js";

/** Distance from a face of the box, as a share of its edge, up to which a point lies on it. */
const FACE_TOLERANCE = 1e-6;

/** The surface of tetrahedra, with values given for each point. */
export function surfaceOf(points: Float64Array, cells: Int32Array, values: Float64Array): ValuedTriangles {
  const nodes = facetCorners(cells, listSurfaceFacets(cells, points.length / 3));
  const corners = new Float64Array(3 * nodes.length);
  nodes.forEach((node, i) => {
    corners.set(points.subarray(3 * node, 3 * node + 3), 3 * i);
  });
  return { corners, values: Float64Array.from(nodes, (node) => values[node]) };
}

/** A copy of the cell. */
export interface Shift {
  readonly steps: readonly number[];
  readonly vector: readonly [number, number, number];
}

/** The copies of a cell, repeated along each axis. */
export function listShifts({ vectors }: SceneBox, tile: number): Shift[] {
  return Array.from({ length: tile ** 3 }, (_, copy) => {
    const steps = [copy % tile, Math.floor(copy / tile) % tile, Math.floor(copy / tile ** 2)];
    const sum = (k: number): number => vectors.reduce((total, vector, d) => total + steps[d] * vector[k], 0);
    return { steps, vector: [sum(0), sum(1), sum(2)] };
  });
}

/** All copies of triangles but those on faces between copies; for the membrane but those on any face. */
export function repeatTriangles(
  one: ValuedTriangles,
  box: SceneBox,
  tile: number,
  isMembrane: boolean,
): ValuedTriangles {
  const faces = findFaces(one.corners, box);
  const corners: number[] = [];
  const values: number[] = [];
  for (const { steps, vector } of listShifts(box, tile)) {
    faces.forEach((face, triangle) => {
      const isInner = face >= 0 && steps[face >> 1] !== (face & 1) * (tile - 1);
      if (isInner || (isMembrane && face >= 0)) return;
      for (let i = 9 * triangle; i < 9 * triangle + 9; i++) corners.push(one.corners[i] + vector[i % 3]);
      for (let i = 3 * triangle; i < 3 * triangle + 3; i++) values.push(one.values[i]);
    });
  }
  return { corners: Float64Array.from(corners), values: Float64Array.from(values) };
}

/** The face 2 d + side of the box that each triangle lies on; -1 for none. */
function findFaces(corners: Float64Array, { origin, vectors }: SceneBox): Int32Array {
  const volume = dot(vectors[0], cross(vectors[1], vectors[2]));
  const duals = [0, 1, 2].map((d) =>
    cross(vectors[(d + 1) % 3], vectors[(d + 2) % 3]).map((x) => x / volume),
  );
  const faces = new Int32Array(corners.length / 9).fill(-1);
  for (let triangle = 0; triangle < faces.length; triangle++) {
    for (let face = 0; face < 6; face++) {
      const isOn = [0, 1, 2].every((i) => {
        const at = 9 * triangle + 3 * i;
        const place = [0, 1, 2].map((d) => corners[at + d] - origin[d]);
        return Math.abs(dot(duals[face >> 1], place) - (face & 1)) < FACE_TOLERANCE;
      });
      if (isOn) faces[triangle] = face;
    }
  }
  return faces;
}

/** The cut through all copies: each is that of the cell by a plane shifted back. */
export function repeatCut(
  points: Float64Array,
  cells: Int32Array,
  values: Float64Array,
  { normal, offset }: HalfSpace,
  box: SceneBox,
  tile: number,
): ValuedTriangles {
  const corners: number[] = [];
  const cutValues: number[] = [];
  for (const { vector } of listShifts(box, tile)) {
    const cut = cutCells(points, cells, values, normal, offset - dot(normal, vector));
    cut.corners.forEach((x, i) => corners.push(x + vector[i % 3]));
    cut.values.forEach((value) => cutValues.push(value));
  }
  return { corners: Float64Array.from(corners), values: Float64Array.from(cutValues) };
}

/** The smallest box around points. */
export function boundingBox(points: Float64Array): SceneBox {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  points.forEach((x, i) => {
    low[i % 3] = Math.min(low[i % 3], x);
    high[i % 3] = Math.max(high[i % 3], x);
  });
  const edges = high.map((x, d) => x - low[d]);
  return {
    origin: [low[0], low[1], low[2]],
    vectors: [
      [edges[0], 0, 0],
      [0, edges[1], 0],
      [0, 0, edges[2]],
    ],
  };
}

/** a . b */
export function dot(a: readonly number[], b: readonly number[]): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: readonly number[], b: readonly number[]): number[] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
