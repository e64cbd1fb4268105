import type { Vector3 } from "../core/tensor.js";
import { signedDistance } from "./distance-transform.js";
import type { VoxelMask } from "./voxel-box.js";

/**
 * Makes an image periodic by fading its end into its beginning. Along an axis with n voxels and a zone of b, the period
 * is n - b: d(i) <- w d(i) + (1 - w) d(i + n - b) for i < b, w = (i + 1/2) / b, d the signed distance, so that what does
 * not fit grows together or tapers off over the zone. Voxels outside the zones are as they were.
 *
 * @param widths b along each axis, voxels, less than half of each
 * @returns the smaller box: `values` the part of each voxel inside, 0 to 1; `inside` where that is above 1/2
 */
export function blendFaces(mask: VoxelMask, widths: Vector3): VoxelMask & { readonly values: Float32Array } {
  let values = signedDistance(mask);
  let shape = mask.shape;
  for (let axis = 0; axis < 3; axis++) {
    values = blendAxis(values, shape, axis, widths[axis]);
    shape = [0, 1, 2].map((k) => shape[k] - (k === axis ? widths[k] : 0)) as unknown as Vector3;
  }
  const edge = Math.min(...mask.spacing);
  const inside = new Uint8Array(values.length);
  for (let v = 0; v < values.length; v++) {
    values[v] = Math.min(1, Math.max(0, 0.5 - values[v] / edge));
    inside[v] = values[v] > 0.5 ? 1 : 0;
  }
  return { shape, spacing: mask.spacing, origin: mask.origin, inside, values };
}

function blendAxis(values: Float32Array, shape: Vector3, axis: number, width: number): Float32Array {
  const [nx, ny] = shape;
  const n = shape[axis];
  const period = n - width;
  const stride = [1, nx, nx * ny][axis];
  const result = new Float32Array((values.length / n) * period);
  const numBlocks = values.length / (n * stride);
  for (let block = 0; block < numBlocks; block++) {
    for (let i = 0; i < period; i++) {
      const from = (block * n + i) * stride;
      const to = (block * period + i) * stride;
      const w = i < width ? (i + 0.5) / width : 1;
      const shift = i < width ? period * stride : 0;
      for (let s = 0; s < stride; s++) {
        result[to + s] = w * values[from + s] + (1 - w) * values[from + s + shift];
      }
    }
  }
  return result;
}
