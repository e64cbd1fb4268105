import type { Vector3 } from "../core/tensor.js";

/** Which voxels of an image are inside, with the box they fill. */
export interface VoxelMask {
  /** [nx, ny, nz]. */
  readonly shape: Vector3;
  /** Edges of a voxel, mesh units. */
  readonly spacing: Vector3;
  /** Lower corner of the box, mesh units; the centre of voxel (i, j, k) lies at origin + (i + 1/2, j + 1/2, k + 1/2) spacing. */
  readonly origin: Vector3;
  /** nx ny nz, x fastest: 1 inside, 0 outside. */
  readonly inside: Uint8Array;
}

/** How the voxels continue beyond the faces of the box. */
export type VoxelContinuation = "repeated" | "mirrored";

/**
 * The index of the voxel that stands at index i of the line without end: i mod n where the n voxels are repeated; where
 * they are mirrored at the faces, min(r, 2n - 1 - r) with r = i mod 2n.
 */
export function wrapVoxel(i: number, n: number, continuation: VoxelContinuation): number {
  if (i >= 0 && i < n) return i;
  if (continuation === "repeated") return ((i % n) + n) % n;
  const period = 2 * n;
  const r = ((i % period) + period) % period;
  return r < n ? r : period - 1 - r;
}
