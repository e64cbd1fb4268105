/** Upper half of a symmetric tensor: xx, yy, zz, yz, xz, xy. */
export type Tensor = readonly [number, number, number, number, number, number];

/** Diffusion on a periodic grid of cubes, each cut into six tetrahedra. */
export interface GridOptions {
  /** Number of cubes along each axis, at least 3; even where there are slivers. */
  readonly counts: readonly [number, number, number];
  /** Edges of a cube; default 1. */
  readonly spacing?: readonly [number, number, number];
  /** Tensor of a cell of cube (i, j, k), asked for each; default the identity. */
  readonly tensorOf?: (i: number, j: number, k: number, cell: number) => Tensor;
  /** Whether the cube (i, j, k) is there; default always. */
  readonly isThere?: (i: number, j: number, k: number) => boolean;
  /** Smallest dihedral angle, degrees, of a sliver in each square between two layers of cubes; default: there are none. */
  readonly sliverAngle?: number;
  /** Share of the cells that get a further node just above a facet, which makes four of them; default 0. */
  readonly capShare?: number;
  readonly random: () => number;
}

export function measureGrid(options: GridOptions): {
  readonly smallestAngle: number;
  readonly volume: number;
};
