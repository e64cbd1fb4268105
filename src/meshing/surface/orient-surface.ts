import { MeshError } from "../../core/errors.js";
import type { SurfaceEdges } from "./surface-edges.js";
import { nextInTriangle, numberSurfaceEdges, oppositeHalf } from "./surface-edges.js";
import { formatPoint, middleOf, type TriangleSurface } from "./triangle-surface.js";

/** A surface whose triangles agree about their side, and its components: triangles joined by edges. */
export interface OrientedSurface {
  readonly surface: TriangleSurface;
  readonly edges: SurfaceEdges;
  readonly numComponents: number;
  /** Component of each triangle. */
  readonly componentOf: Int32Array;
  /** Triangles turned around. */
  readonly numTurned: number;
}

/**
 * Turns triangles around until neighbours run along their common edge in opposite directions; of each component the
 * smaller part is turned. Edges must have one or two triangles.
 *
 * @throws MeshError `surface-not-orientable` for a Moebius strip or Klein bottle, with a place
 */
export function orientSurface(surface: TriangleSurface): OrientedSurface {
  const { triangles } = surface;
  const numTriangles = triangles.length / 3;
  const edges = numberSurfaceEdges(triangles);
  const componentOf = new Int32Array(numTriangles).fill(-1);
  const isTurned = new Uint8Array(numTriangles);
  const queue = new Int32Array(numTriangles);
  let numComponents = 0;
  let numTurned = 0;
  for (let seed = 0; seed < numTriangles; seed++) {
    if (componentOf[seed] >= 0) continue;
    const component = numComponents++;
    componentOf[seed] = component;
    queue[0] = seed;
    let end = 1;
    let turned = 0;
    for (let begin = 0; begin < end; begin++) {
      const triangle = queue[begin];
      for (let half = 3 * triangle; half < 3 * triangle + 3; half++) {
        const other = oppositeHalf(edges, half);
        if (other < 0) continue;
        const neighbour = Math.floor(other / 3);
        const runsAlike = triangles[half] === triangles[other] ? 1 : 0;
        const shouldTurn = isTurned[triangle] ^ runsAlike;
        if (componentOf[neighbour] < 0) {
          componentOf[neighbour] = component;
          isTurned[neighbour] = shouldTurn;
          turned += shouldTurn;
          queue[end++] = neighbour;
        } else if (isTurned[neighbour] !== shouldTurn) {
          throw notOrientable(surface, half);
        }
      }
    }
    const turnsOthers = 2 * turned > end;
    if (turnsOthers) for (let i = 0; i < end; i++) isTurned[queue[i]] ^= 1;
    numTurned += turnsOthers ? end - turned : turned;
  }
  if (numTurned === 0) return { surface, edges, numComponents, componentOf, numTurned };
  const oriented = { points: surface.points, triangles: turnTriangles(triangles, (t) => isTurned[t] === 1) };
  return {
    surface: oriented,
    edges: numberSurfaceEdges(oriented.triangles),
    numComponents,
    componentOf,
    numTurned,
  };
}

/** A copy of some triangles, those chosen turned around. */
export function turnTriangles(triangles: Int32Array, isChosen: (triangle: number) => boolean): Int32Array {
  const turned = triangles.slice();
  for (let triangle = 0; 3 * triangle < triangles.length; triangle++) {
    if (!isChosen(triangle)) continue;
    turned[3 * triangle + 1] = triangles[3 * triangle + 2];
    turned[3 * triangle + 2] = triangles[3 * triangle + 1];
  }
  return turned;
}

function notOrientable(surface: TriangleSurface, half: number): MeshError {
  const point = middleOf(surface, [surface.triangles[half], surface.triangles[nextInTriangle(half)]]);
  return new MeshError(
    "surface-not-orientable",
    `the surface has one side only: following it around, inside becomes outside at ${formatPoint(point)}; expected a surface ` +
      "with the ER on one side and the cytosol on the other: remove the wrong triangles (MeshLab: Select non manifold, " +
      "Remesh; pymeshfix rebuilds the surface)",
    { details: { point } },
  );
}
