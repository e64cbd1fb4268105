import type { TetMesh } from "../mesh/tet-mesh.js";

/** Largest tag in a 32-bit field. */
export const maxInt = 2147483647;

/** Regions with the physical tags to write for them: what both formats need. */
export interface WritableRegion {
  readonly entityTag: number;
  /** Empty for a region in no physical group. */
  readonly physicalTags: readonly number[];
}

/** A mesh with the physical tags of its regions resolved. */
export interface WritableMesh {
  readonly mesh: TetMesh;
  readonly cellRegions: readonly WritableRegion[];
  readonly facetRegions: readonly WritableRegion[];
}
