import type { ProgressReporter } from "../core/progress.js";
import type { Vector3 } from "../core/tensor.js";
import type { TetMesh } from "../mesh/tet-mesh.js";

/** A periodic function whose zero set is the membrane: phi < 0 in the ER, phi > 0 in the cytosol. */
export interface LevelSet {
  /** Lower corner of the unit cell, a box, mesh units. */
  readonly origin: Vector3;
  /** Edges of the box, the periods of phi, mesh units. */
  readonly lengths: Vector3;
  /**
   * phi at many points, at and outside the box too (it is periodic). Near its zero set it should grow about like the
   * distance from it, so that its zeros between two points are found by interpolation and a few secant steps.
   *
   * @param points numPoints x 3, row-major, mesh units
   * @param values numPoints, written
   */
  readonly evaluate: (points: Float64Array, numPoints: number, values: Float64Array) => void;
}

/** Largest edge of cubes over the smallest where none is asked for. Larger ones save few nodes more, and cost accuracy. */
export const DEFAULT_GRADING = 4;

/** How a level set is meshed. */
export interface LevelSetMeshOptions {
  /** Edge of the cubes of the lattice, mesh units; made to divide the box, or refused where it cannot. */
  readonly size: number;
  /** Largest edge of cubes far from the membrane over `size`, a power of two; 1 is a uniform lattice. Default 4. */
  readonly grading?: number;
  /** Names of the physical volumes; default ER and cytosol. */
  readonly names?: { readonly inside: string; readonly outside: string };
  /** Most nodes of the mesh; what would exceed it is refused beforehand, with the estimate. */
  readonly maxNodes?: number;
  /** Most bytes of working memory; what would exceed it is refused beforehand, with the estimate. */
  readonly maxBytes?: number;
  readonly progress?: ProgressReporter;
}

/** A mesh of both phases, periodic by construction, and how good it is. */
export interface LevelSetMesh {
  readonly mesh: TetMesh;
  readonly report: {
    /** Smallest and largest dihedral angle of the cells, degrees. */
    readonly dihedral: { readonly smallest: number; readonly largest: number };
    /** Proven bounds of these angles for every level set: those of cubes, or less by the aspect of the lattice's cuboids. */
    readonly guaranteedDihedral: { readonly smallest: number; readonly largest: number };
    /** Of the mesh: volume of the inside, area of the membrane, mesh units. */
    readonly volume: number;
    readonly area: number;
    /** Nodes that stand for nodes of the membrane without lying on it: in faces of the box, and where it is not resolved. */
    readonly snappedNodes: number;
  };
}
