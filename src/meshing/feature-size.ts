import type { Vector3 } from "../core/tensor.js";
import { squaredDistance } from "./distance-transform.js";
import type { VoxelMask } from "./voxel-box.js";

/** Voxels looked at, at most: of larger images every second one along each axis, or every third, ... */
const maxVoxels = 1 << 24;

/** Share of the ridges, each voxel counted by its depth, that may be thinner than the radius. */
const thinShare = 0.1;

/**
 * Radius of the thin parts of both phases: 1/10 of their ridges, the voxels that are deeper than their 26 neighbours, have a
 * smaller depth. The ridge of a tube of radius r is its axis, of depth r; that of a sheet of thickness 2 r its middle.
 * Ridges on the faces of the box count only where there are no others (a tube may be cut there).
 *
 * @returns mesh units, at least half the smallest edge of a voxel
 */
export function estimateFeatureRadius(mask: VoxelMask): number {
  const thinned = thinOut(mask);
  return Math.min(radiusOf(thinned, 1), radiusOf(thinned, 0));
}

/** Every f-th voxel along each axis, f as small as leaves {@link maxVoxels}. */
function thinOut(mask: VoxelMask): VoxelMask {
  const factor = Math.ceil(Math.cbrt(mask.inside.length / maxVoxels));
  if (factor === 1) return mask;
  const [nx, ny] = mask.shape;
  const shape = mask.shape.map((n) => Math.max(1, Math.floor(n / factor))) as unknown as Vector3;
  const spacing = mask.spacing.map((edge) => factor * edge) as unknown as Vector3;
  const inside = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let voxel = 0;
  for (let k = 0; k < shape[2]; k++) {
    for (let j = 0; j < shape[1]; j++) {
      const row = factor * nx * (j + ny * k);
      for (let i = 0; i < shape[0]; i++) inside[voxel++] = mask.inside[row + factor * i];
    }
  }
  return { shape, spacing, origin: mask.origin, inside };
}

function radiusOf(mask: VoxelMask, side: 0 | 1): number {
  const squares = squaredDistance(mask, side === 1 ? 0 : 1);
  const half = Math.min(...mask.spacing) / 2;
  const ridges = findRidges(squares, mask);
  // A phase that thinning out has removed has no ridge.
  if (ridges.length === 0) return half;
  const depths = ridges.map((square) => Math.max(half, Math.sqrt(square) - half)).sort();
  const enough = thinShare * depths.reduce((sum, depth) => sum + depth, 0);
  let counted = 0;
  return depths.find((depth) => (counted += depth) >= enough) ?? half;
}

/** Squared depths of the voxels that are as deep as all their neighbours, or deeper. */
function findRidges(squares: Float32Array, { shape: [nx, ny, nz], inside }: VoxelMask): Float32Array {
  const steps: number[] = [];
  for (let code = 0; code < 27; code++) {
    if (code !== 13)
      steps.push((code % 3) - 1 + nx * ((Math.floor(code / 3) % 3) - 1 + ny * (Math.floor(code / 9) - 1)));
  }
  const ridges: number[] = [];
  for (let k = 1; k < nz - 1; k++) {
    for (let j = 1; j < ny - 1; j++) {
      const row = nx * (j + ny * k);
      for (let voxel = row + 1; voxel < row + nx - 1; voxel++) {
        const square = squares[voxel];
        if (square > 0 && steps.every((step) => squares[voxel + step] <= square)) ridges.push(square);
      }
    }
  }
  if (ridges.length > 0 || inside.length === 0) return Float32Array.from(ridges);
  let deepest = 0;
  for (const square of squares) if (square > deepest) deepest = square;
  return deepest === 0 ? new Float32Array(0) : Float32Array.of(deepest);
}
