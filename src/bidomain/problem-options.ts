import type { Matrix3 } from "../core/tensor.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { Reaction } from "./reaction.js";

/** One field in one region: C_k^r du_k/dt = div(A_k^r grad u_k) + R_k^r. */
export interface RegionField {
  readonly name: string;
  /** C, volume of the field's compartment per volume of the region, > 0. */
  readonly capacity: number;
  /**
   * A, symmetric and positive semidefinite, um^2/s; zero for what does not move. As a function: its value on a cell of
   * the mesh, for tensors whose axes turn.
   */
  readonly tensor: Matrix3 | ((cell: number) => Matrix3);
}

/** What holds in one physical volume. */
export interface RegionOptions {
  /** Name (or physical tag) of the volume. */
  readonly volume: string;
  /** The fields that exist there. */
  readonly fields: readonly RegionField[];
  /** R and Phi; its fields are among those of the region. None by default. */
  readonly reaction?: Reaction;
}

/**
 * What happens on facets inside the mesh, where the two sides of a membrane are resolved: into field k flows
 *
 *   n . A_k grad u_k = epsilon R_k(t, x, u, X)   per area,   dX/dt = Phi.
 *
 * @see Goel, Sneyd and Friedman (2006), equation (2.2)
 */
export interface MembraneOptions {
  /** For messages. */
  readonly name: string;
  /** Nodes of the facets, numFacets x 3. */
  readonly facets: Int32Array;
  /** epsilon, um where R is in uM/s. */
  readonly thickness: number;
  /** R and Phi; its fields exist at all nodes of the facets. */
  readonly reaction: Reaction;
}

/** Inputs and outputs of {@link FluxCondition.evaluate} in one point of the surface. */
export interface FluxPoint {
  /** s. */
  time: number;
  /** um. */
  x: number;
  y: number;
  z: number;
  /** u, all fields of the problem in its order, uM; 0 where a field does not exist. */
  readonly fields: Float64Array;
  /** g, into the domain, uM um/s. */
  value: number;
  /** dg / du_l, as many as fields, um/s. */
  readonly byFields: Float64Array;
}

/** n . A_k grad u_k = g(t, x, u) on a physical surface, n being the outward normal: an influx where g > 0. */
export interface FluxCondition {
  readonly kind: "flux";
  /** Name of the surface. */
  readonly surface: string;
  readonly field: string;
  /** Reads the inputs of `point`, overwrites `value` and all of `byFields`. */
  evaluate(point: FluxPoint): void;
}

/** u_k = value on a physical surface, uM. */
export interface ConcentrationCondition {
  readonly kind: "concentration";
  /** Name of the surface. */
  readonly surface: string;
  readonly field: string;
  /** uM; as a function of t (s) and x (um). */
  readonly value: number | ((time: number, x: number, y: number, z: number) => number);
}

export type BoundaryCondition = FluxCondition | ConcentrationCondition;

/** The macroscopic problem as it is asked for. */
export interface MacroscopicProblemOptions {
  /** The cell, um. A mesh from orderMesh is handled fastest. */
  readonly mesh: TetMesh;
  /** Volumes that are not named here carry no field. */
  readonly regions: readonly RegionOptions[];
  /** No flux where nothing is said. */
  readonly boundary?: readonly BoundaryCondition[];
  /** None by default. */
  readonly membranes?: readonly MembraneOptions[];
  /**
   * The node that each node of the mesh is identified with, for a mesh that meets itself across opposite faces: itself for
   * the first nodes, one of those for all others. The vectors of the problem hold the first ones only.
   */
  readonly nodeOf?: Int32Array;
}
