/** A named physical group of volumes or surfaces. */
export interface PhysicalGroup {
  /** Name in the file; `physical<tag>` for a group without one, `volume<tag>` for an entity in no group. */
  readonly name: string;
  /** Physical tag, positive; for an entity in no group, its entity tag. */
  readonly tag: number;
}

/** Cells (or facets) of one elementary entity that lie in one and the same set of physical groups. */
export interface MeshRegion {
  /** Tag of the elementary entity (the parent's, in a partitioned mesh). */
  readonly entityTag: number;
  /** Indices into {@link TetMesh.volumes} (of facets: {@link TetMesh.surfaces}), ascending; empty for a facet in no group. */
  readonly groups: readonly number[];
}

/** A pair of entities that the mesh file declares periodic images of each other: slave = transform(master). */
export interface PeriodicLink {
  /** Dimension of the two entities: 0 points, 1 curves, 2 surfaces. */
  readonly dimension: number;
  readonly slaveTag: number;
  readonly masterTag: number;
  /** Row-major 4x4 affine map that takes the master to the slave; null where the file gives none. */
  readonly affine: Float64Array | null;
  /** Node pairs as node indices, numPairs x 2, row-major: slave, master. */
  readonly nodePairs: Int32Array;
}

/** Values given in the mesh file for its cells, by the name of the view. */
export interface CellData {
  readonly name: string;
  /** Numbers for each cell: 1 a scalar, 3 a vector, 9 a tensor by rows; 1 to 9. */
  readonly numComponents: number;
  /** numCells x numComponents, row-major; NaN for a cell without a value. */
  readonly values: Float64Array;
}

/** What the reader changed or passed over; all zero for a plain first-order mesh. */
export interface MeshReadReport {
  /** Cells whose orientation was inverted and has been mended. */
  readonly invertedCells: number;
  /** Nodes of the file that no tetrahedron uses. */
  readonly droppedNodes: number;
  /** Elements that the file held more than once (MSH 2.2 writes one copy for each physical group). */
  readonly duplicatedElements: number;
  /** Second-order tetrahedra of which only the corner nodes are used. */
  readonly reducedCells: number;
  /** Ghost cells of a partitioned mesh that were dropped. */
  readonly ghostCells: number;
  /** Sentences for the user: everything above that is not zero, and what else was noticed. */
  readonly warnings: readonly string[];
}

/**
 * A tetrahedral mesh with named regions, as it stands in the file: geometry only, no identification of nodes.
 *
 * Invariants: every node is used by a cell; every cell has positive volume, its nodes ordered so that
 * det(x1 - x0, x2 - x0, x3 - x0) > 0; all indices are in range; coordinates are finite. Coordinates are in the unit of
 * the file, which has no name for it.
 */
export interface TetMesh {
  readonly numNodes: number;
  readonly numCells: number;
  readonly numFacets: number;
  /** Node coordinates, numNodes x 3. */
  readonly coordinates: Float64Array;
  /** Node indices of the cells, numCells x 4. */
  readonly cells: Int32Array;
  /** Index into `cellRegions`, numCells. */
  readonly cellRegion: Int32Array;
  readonly cellRegions: readonly MeshRegion[];
  /** Physical volumes; each has at least one cell. */
  readonly volumes: readonly PhysicalGroup[];
  /** Node indices of the triangles that stand in the file (some facets only), numFacets x 3. */
  readonly facets: Int32Array;
  /** Index into `facetRegions`, numFacets. */
  readonly facetRegion: Int32Array;
  readonly facetRegions: readonly MeshRegion[];
  /** Physical surfaces; each has at least one facet. */
  readonly surfaces: readonly PhysicalGroup[];
  readonly periodicLinks: readonly PeriodicLink[];
  /** Node tags of the file, numNodes: for messages and for writing. */
  readonly nodeTags: Float64Array;
  /** Element tags of the cells in the file, numCells: for messages and for writing. */
  readonly cellTags: Float64Array;
  /** Each name once; most meshes have none. */
  readonly cellData: readonly CellData[];
  readonly report: MeshReadReport;
}
