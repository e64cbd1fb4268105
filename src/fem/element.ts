/** The mesh entities that carry degrees of freedom. */
export type DofEntity = "node" | "facet";

/**
 * A finite element on the reference tetrahedron with nodes (0,0,0), (1,0,0), (0,1,0), (0,0,1), as data: assembly
 * knows elements by these numbers only. The basis functions are affine, so their gradients are constant.
 */
export interface TetElement {
  readonly name: string;
  readonly numLocalDofs: number;
  /** Local dof i belongs to local node i, or to the facet opposite local node i. */
  readonly dofEntity: DofEntity;
  /** Point of each dof, numLocalDofs x 3. */
  readonly dofPoints: readonly number[];
  /** Value of each basis function at the reference node (0,0,0): phi_i(x) = constants_i + gradients_i . x. */
  readonly constants: readonly number[];
  /** Gradient of each basis function, numLocalDofs x 3. */
  readonly gradients: readonly number[];
}

/**
 * Continuous piecewise linear functions: phi_i is the barycentric coordinate of node i.
 *
 * @see Ciarlet, The Finite Element Method for Elliptic Problems, section 2.2
 */
export const P1: TetElement = {
  name: "P1",
  numLocalDofs: 4,
  dofEntity: "node",
  dofPoints: [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
  constants: [1, 0, 0, 0],
  gradients: [-1, -1, -1, 1, 0, 0, 0, 1, 0, 0, 0, 1],
};

/**
 * Affine functions that are continuous at the centroids of the facets only: phi_i = 1 - 3 lambda_i is 1 at the centroid
 * of the facet opposite node i, 0 at the three others.
 *
 * |T| grad phi_i is the area of that facet times its outer normal, so that a load without source gives a flux whose
 * normal component is continuous.
 *
 * @see Crouzeix and Raviart, "Conforming and nonconforming finite element methods for solving the stationary Stokes
 *   equations I", RAIRO 7 (1973)
 */
export const CROUZEIX_RAVIART: TetElement = {
  name: "Crouzeix-Raviart",
  numLocalDofs: 4,
  dofEntity: "facet",
  dofPoints: [1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0, 1 / 3, 1 / 3, 1 / 3, 0],
  constants: [-2, 1, 1, 1],
  gradients: [3, 3, 3, -3, 0, 0, 0, -3, 0, 0, 0, -3],
};

/** phi_i at the reference point (x, y, z). */
export function evaluateBasis(element: TetElement, i: number, x: number, y: number, z: number): number {
  const g = element.gradients;
  return element.constants[i] + g[3 * i] * x + g[3 * i + 1] * y + g[3 * i + 2] * z;
}
