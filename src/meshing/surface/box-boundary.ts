import { MeshError, UsageError } from "../../core/errors.js";
import { createDisjointSets, findRoot, joinSets } from "../../core/union-find.js";
import type { SurfaceEdges } from "./surface-edges.js";
import { boxOfPoints, formatPoint, middleOf, type Box, type TriangleSurface } from "./triangle-surface.js";

/** Holes named in a message. */
const listed = 3;

/** Room around a surface in the box that an error proposes, of the surface's own extent. */
const margin = 0.1;

/** Faces of the box that a point lies on: bit 2 d the low face normal to axis d, bit 2 d + 1 the high one. */
export function faceBits(points: Float64Array, point: number, { min, max }: Box): number {
  let bits = 0;
  for (let d = 0; d < 3; d++) {
    const x = points[3 * point + d];
    if (x === min[d]) bits |= 1 << (2 * d);
    if (x === max[d]) bits |= 2 << (2 * d);
  }
  return bits;
}

/**
 * Requires that the boundary of a surface lies on the faces of the box: what does not is a hole.
 *
 * @throws MeshError `surface-has-holes` with their number, and where and how long the largest ones are
 */
export function requireNoHoles(surface: TriangleSurface, edges: SurfaceEdges, box: Box): void {
  const open = listOpenEdges(edges).filter((edge) => {
    const [a, b] = edges.points.subarray(2 * edge, 2 * edge + 2);
    return (faceBits(surface.points, a, box) & faceBits(surface.points, b, box)) === 0;
  });
  if (open.length === 0) return;
  const holes = describeLoops(surface, edges, open);
  const places = holes
    .slice(0, listed)
    .map(
      (hole) =>
        `${hole.numEdges} edges, ${Number(hole.length.toPrecision(4))} long, around ${formatPoint(hole.middle)}`,
    );
  throw new MeshError(
    "surface-has-holes",
    `the surface has ${holes.length} ${holes.length === 1 ? "hole" : "holes"} whose edges do not lie on the faces of the box ` +
      `${formatPoint(box.min)} to ${formatPoint(box.max)}: ${places.join("; ")}${holes.length > listed ? "; ..." : ""}. Close them ` +
      "(MeshLab: Close holes; Meshmixer: Inspector; pymeshfix), or, where the surface has been cut there, give the box it has " +
      "been cut to with --box",
    { details: { count: holes.length, holes: holes.slice(0, 20) } },
  );
}

/** Edges with one triangle. */
function listOpenEdges(edges: SurfaceEdges): number[] {
  const open: number[] = [];
  for (let edge = 0; edge < edges.numEdges; edge++) if (edges.count[edge] === 1) open.push(edge);
  return open;
}

/** Edges joined at their ends, the longest chain first. */
function describeLoops(
  surface: TriangleSurface,
  edges: SurfaceEdges,
  open: readonly number[],
): { numEdges: number; length: number; middle: readonly number[] }[] {
  const { points } = surface;
  const sets = createDisjointSets(points.length / 3);
  for (const edge of open) joinSets(sets, edges.points[2 * edge], edges.points[2 * edge + 1]);
  const loops = new Map<number, { corners: number[]; length: number }>();
  for (const edge of open) {
    const [a, b] = edges.points.subarray(2 * edge, 2 * edge + 2);
    const root = findRoot(sets, a);
    const loop = loops.get(root) ?? { corners: [], length: 0 };
    loop.corners.push(a, b);
    loop.length += Math.hypot(
      points[3 * a] - points[3 * b],
      points[3 * a + 1] - points[3 * b + 1],
      points[3 * a + 2] - points[3 * b + 2],
    );
    loops.set(root, loop);
  }
  return [...loops.values()]
    .map(({ corners, length }) => ({
      numEdges: corners.length / 2,
      length,
      middle: middleOf(surface, corners),
    }))
    .sort((a, b) => b.length - a.length);
}

/**
 * The box of a surface that has been cut to it: its bounding box, where loops lie on all six faces.
 *
 * @throws UsageError `box-missing` that proposes a box
 */
export function findClippingBox(surface: TriangleSurface, edges: SurfaceEdges, tolerance: number): Box {
  const box = boxOfPoints(surface.points);
  const isReached = new Uint8Array(6);
  for (const edge of listOpenEdges(edges)) {
    const [a, b] = edges.points.subarray(2 * edge, 2 * edge + 2);
    for (let d = 0; d < 3; d++) {
      [box.min[d], box.max[d]].forEach((plane, side) => {
        const isOn = [a, b].every((point) => Math.abs(surface.points[3 * point + d] - plane) <= tolerance);
        if (isOn) isReached[2 * d + side] = 1;
      });
    }
  }
  if (!isReached.includes(0)) return box;
  const proposal = [0, 1, 2].map((d) => {
    const room = margin * (box.max[d] - box.min[d]);
    return [
      isReached[2 * d] === 1 ? box.min[d] : box.min[d] - room,
      isReached[2 * d + 1] === 1 ? box.max[d] : box.max[d] + room,
    ].map((x) => Number(x.toPrecision(6)));
  });
  const text = [...proposal.map(([low]) => low), ...proposal.map(([, high]) => high)].join(",");
  throw new UsageError(
    "box-missing",
    `nothing says which box the unit cell is: the surface, from ${formatPoint(box.min)} to ${formatPoint(box.max)}, is not cut open ` +
      `at all six faces of its bounding box; expected --box x0,y0,z0,x1,y1,z1, for instance --box ${text}`,
    { details: { boundingBox: box, proposal: text } },
  );
}
