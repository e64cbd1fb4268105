import { MeshError, UsageError } from "../../core/errors.js";
import type { ProgressReporter } from "../../core/progress.js";
import { cleanSurface, requireManifold, type CleanReport } from "./clean-surface.js";
import { clipSurface, type ClipReport } from "./clip-surface.js";
import { findClippingBox, requireNoHoles } from "./box-boundary.js";
import { orientClosedComponents } from "./nested-components.js";
import { orientSurface, type OrientedSurface } from "./orient-surface.js";
import { requireNoSelfIntersections } from "./self-intersections.js";
import { numberSurfaceEdges } from "./surface-edges.js";
import {
  boxOfPoints,
  boxSize,
  formatPoint,
  meanEdge,
  surfaceArea,
  type Box,
  type TriangleSurface,
} from "./triangle-surface.js";
import { weldPoints, type WeldReport } from "./weld-points.js";

/** How a surface is made ready. */
export interface PrepareSurfaceOptions {
  /** The unit cell; may be left out where the surface has been cut at all six faces of its bounding box. */
  readonly box?: Box;
  readonly progress?: ProgressReporter;
}

/** What was done to a surface, and what it is. */
export interface SurfaceReport {
  readonly weld: WeldReport;
  readonly clean: CleanReport;
  readonly clip: ClipReport;
  readonly numTriangles: number;
  readonly numComponents: number;
  /** Components without boundary before the surface was cut to the box. */
  readonly numClosed: number;
  readonly numCavities: number;
  readonly numInsideOut: number;
  /** Triangles that were turned to agree with their neighbours. */
  readonly numTurned: number;
  readonly area: number;
  readonly meanEdge: number;
  /** Sentences on what was changed. */
  readonly notes: readonly string[];
}

/** A surface that bounds a body in a box. */
export interface PreparedSurface extends OrientedSurface {
  readonly box: Box;
  readonly report: SurfaceReport;
}

/** Points within this distance of the plane of a face lie on it, relative to the longest edge of the box. */
export const faceTolerance = 1e-5;

/** Extents of surfaces beyond which products of three lengths are no numbers. */
const largestExtent = 1e60;

/**
 * Makes a surface of a file one that can be meshed: welded, cleaned, oriented, cut to the box; and refuses what cannot be
 * mended.
 *
 * @throws MeshError `surface-empty`, `surface-not-manifold`, `surface-not-orientable`, `surface-has-holes`,
 *   `surface-self-intersecting`, `surface-outside-box`; UsageError `box-missing`, `box-degenerate`
 */
export function prepareSurface(given: TriangleSurface, options: PrepareSurfaceOptions = {}): PreparedSurface {
  const { progress } = options;
  if (options.box !== undefined) checkBox(options.box);
  progress?.({ step: "weld points" });
  const extent = boxSize(boxOfPoints(given.points));
  if (!(extent > 1 / largestExtent && extent < largestExtent)) throw notMeasurable(extent);
  const welded = weldPoints(given);
  const cleaned = cleanSurface(welded.surface);
  const whole = cleaned.surface;
  if (whole.triangles.length === 0) {
    throw new MeshError(
      "surface-empty",
      `none of the ${given.triangles.length / 3} triangles of the surface has an area; expected a surface`,
    );
  }
  const wholeEdges = numberSurfaceEdges(whole.triangles);
  requireManifold(whole, wholeEdges);
  const tolerance = (box: Box): number => faceTolerance * boxSize(box);
  const box = options.box ?? findClippingBox(whole, wholeEdges, tolerance(boxOfPoints(whole.points)));
  const nested = orientClosedComponents(orientSurface(whole));
  progress?.({ step: "cut the surface at the box" });
  const clipped = clipSurface(nested.oriented.surface, box, tolerance(box));
  const cut = cleanSurface(weldPoints(clipped.surface).surface).surface;
  if (cut.triangles.length === 0) throw outsideBox(whole, box);
  const oriented = orientSurface(cut);
  requireManifold(oriented.surface, oriented.edges);
  requireNoHoles(oriented.surface, oriented.edges, box);
  progress?.({ step: "look for self-intersections" });
  requireNoSelfIntersections(oriented.surface);
  const counts = {
    weld: welded.report,
    clean: cleaned.report,
    clip: clipped.report,
    numTriangles: oriented.surface.triangles.length / 3,
    numComponents: oriented.numComponents,
    numClosed: nested.numClosed,
    numCavities: nested.numCavities,
    numInsideOut: nested.numInsideOut,
    numTurned: nested.oriented.numTurned,
    area: surfaceArea(oriented.surface),
    meanEdge: meanEdge(oriented.surface),
  };
  return { ...oriented, box, report: { ...counts, notes: describeChanges(counts) } };
}

function describeChanges(report: Omit<SurfaceReport, "notes">): string[] {
  const { clean, clip, weld } = report;
  const notes: string[] = [];
  const add = (count: number, text: (subject: string) => string, noun: string): void => {
    if (count > 0) notes.push(text(`${count} ${noun}${count === 1 ? "" : "s"}`));
  };
  if (weld.largestMove > 0) {
    notes.push(`points moved by up to ${weld.largestMove.toExponential(1)} when they were welded`);
  }
  add(clean.numCollapsed + clean.numFlat, (n) => `${n} without area removed`, "triangle");
  add(clean.numDuplicates, (n) => `${n} given twice, taken once`, "triangle");
  add(report.numTurned, (n) => `${n} turned around to agree with the neighbours`, "triangle");
  add(report.numInsideOut, (n) => `${n} with negative volume: inside out, turned around`, "closed component");
  add(
    report.numCavities,
    (n) => `${n} inside another: taken for a cavity, with cytosol in it`,
    "closed component",
  );
  add(clip.numOutside, (n) => `${n} reached out of the box: cut at its faces`, "triangle");
  add(clip.numInFaces, (n) => `${n} in the faces of the box removed: the ER goes on behind them`, "triangle");
  return notes;
}

function notMeasurable(extent: number): MeshError {
  return new MeshError(
    "surface-empty",
    `the surface is ${extent} long; expected a surface with an extent, in a unit of length such as nm or um`,
    { details: { extent } },
  );
}

function checkBox({ min, max }: Box): void {
  if ([...min, ...max].every(Number.isFinite) && min.every((x, d) => x < max[d])) return;
  throw new UsageError(
    "box-degenerate",
    `the box from ${formatPoint(min)} to ${formatPoint(max)} has no volume; expected x0,y0,z0,x1,y1,z1 with x0 < x1, y0 < y1, z0 < z1`,
    { details: { box: { min, max } } },
  );
}

function outsideBox(surface: TriangleSurface, box: Box): MeshError {
  const own = boxOfPoints(surface.points);
  return new MeshError(
    "surface-outside-box",
    `no part of the surface, from ${formatPoint(own.min)} to ${formatPoint(own.max)}, lies inside the box, from ` +
      `${formatPoint(box.min)} to ${formatPoint(box.max)}; expected a surface in it, in the same unit of length: change --box or ` +
      "move the surface",
    { details: { surface: own, box } },
  );
}
