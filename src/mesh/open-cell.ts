import { UsageError } from "../core/errors.js";
import { withKernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel } from "../kernel/kernel.js";
import type { PhaseComponents } from "./components.js";
import { pairFacetsOf } from "./facets.js";
import { facePlanes, unitCellSize, unitCellVolume } from "./lattice.js";
import { collectFaces, listFaceNodes, type FacePair } from "./periodic-faces.js";
import { coordinateRoundoff } from "./periodic-matching.js";
import { requireInside, requireNoOverlap, type PeriodicMesh } from "./periodic-mesh.js";
import { placeCellsOf } from "./resident-cells.js";
import { surveyInKernel } from "./survey-mesh.js";
import type { TetMesh } from "./tet-mesh.js";
import { DEFAULT_PERIODIC_TOLERANCE, findUnitCell, type UnitCellOptions } from "./unit-cell.js";

/** A unit cell whose opposite faces are not identified. */
export interface OpenCell {
  /** The mesh without any wrap: no facet on a face of Y has a partner, every node is a class of its own. */
  readonly periodic: PeriodicMesh;
  /** Low and high face of each direction. */
  readonly faces: readonly FacePair[];
}

/**
 * Finds the unit cell of a mesh and what lies on its faces, and identifies nothing.
 *
 * @throws PeriodicityError `unit-cell-unknown`, `outside-unit-cell`, ...; MeshError `cells-overlap`
 */
export function findOpenCell(
  kernel: Kernel,
  mesh: TetMesh,
  numPhases: number,
  options: UnitCellOptions = {},
): OpenCell {
  const relativeTolerance = options.periodicTolerance ?? DEFAULT_PERIODIC_TOLERANCE;
  const { survey, partner, unitCell } = withKernelBuffers(kernel, (buffers) => {
    const places = [buffers.copyIn(mesh.coordinates), placeCellsOf(mesh, kernel, buffers)] as const;
    const found = surveyInKernel(kernel, mesh, ...places);
    const partnerAt = pairFacetsOf(kernel, buffers, mesh, places[1]);
    return {
      survey: found,
      partner: buffers.readInt32(partnerAt, 4 * mesh.numCells),
      unitCell: findUnitCell(kernel, mesh, found, numPhases, options),
    };
  });
  const tolerance = Math.max(
    relativeTolerance * unitCellSize(unitCell),
    coordinateRoundoff(survey.largestCoordinate),
  );
  const near = listFaceNodes(kernel, mesh, unitCell, tolerance);
  requireInside(mesh, unitCell, near, tolerance);
  requireNoOverlap(survey.volume / unitCellVolume(unitCell), unitCell);
  const none = (): Int32Array => new Int32Array(mesh.numNodes).fill(-1);
  const periodic: PeriodicMesh = {
    mesh,
    unitCell,
    partner,
    wrap: new Int8Array(partner.length),
    lowPartner: [none(), none(), none()],
    nodeClass: Int32Array.from({ length: mesh.numNodes }, (_, node) => node),
    maxMismatch: 0,
    tolerance,
  };
  return { periodic, faces: collectFaces(mesh, unitCell, survey.boundaryFacets, near) };
}

/**
 * Requires a box with edges along x, y, z: what conditions on one axis at a time are defined on.
 *
 * @throws UsageError `boundary-needs-box`
 */
export function requireBox({ periodic }: OpenCell, boundary: string): void {
  const { normals } = facePlanes(periodic.unitCell.vectors);
  if (normals.every((normal, k) => Math.abs(normal[k] - 1) < 1e-9)) return;
  throw new UsageError(
    "boundary-needs-box",
    `the boundary condition "${boundary}" needs a unit cell with edges along x, y, z; this one is oblique: take ` +
      "--boundary periodic or dirichlet",
    { details: { boundary, vectors: periodic.unitCell.vectors } },
  );
}

/**
 * The components of a phase of an open cell, with `percolates` for each lattice direction: whether the component reaches
 * both faces across it.
 *
 * @param phaseCells cells of the phase, ascending
 */
export function findSpans(
  { periodic, faces }: OpenCell,
  phaseCells: Int32Array,
  { components, componentOfCell }: PhaseComponents,
): PhaseComponents {
  const componentAt = new Int32Array(periodic.mesh.numCells).fill(-1);
  phaseCells.forEach((cell, i) => (componentAt[cell] = componentOfCell[i]));
  const spans = faces.map((pair) => {
    const [low, high] = pair.map((face) => {
      const reached = new Uint8Array(components.length);
      for (const half of face.facets) if (componentAt[half >> 2] >= 0) reached[componentAt[half >> 2]] = 1;
      return reached;
    });
    return components.map((_, c) => low[c] === 1 && high[c] === 1);
  });
  return {
    componentOfCell,
    components: components.map((component, c) => ({
      ...component,
      percolates: [spans[0][c], spans[1][c], spans[2][c]],
    })),
  };
}
