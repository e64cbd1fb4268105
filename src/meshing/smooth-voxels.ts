import type { ProgressReporter } from "../core/progress.js";
import type { Vector3 } from "../core/tensor.js";
import { wrapVoxel, type VoxelContinuation } from "./voxel-box.js";

/** Reach of the kernel in standard deviations: what is cut off is 6e-5 of it. */
const reach = 4;

/**
 * Convolves with a Gaussian and takes off the bend that it adds, in place:
 * u <- G u - sum_k b_k d_k^2 (G u), with the variances a_k of G along the axes and b_k, d_k^2 the second difference.
 *
 * A Gaussian of variance s^2 alone moves a surface of curvature H = 1/R1 + 1/R2 towards its centre by s^2 H / 2 (a tube of
 * 6 voxels' radius loses 3 % of its volume); with b = s^2 this first error is gone, what is left is of order s^4.
 *
 * @param values shape[0] shape[1] shape[2], x fastest; overwritten
 * @param variances a_k, voxels^2, not negative
 * @param bends b_k, voxels^2
 */
export function smoothVoxels(
  values: Float32Array,
  shape: Vector3,
  variances: Vector3,
  bends: Vector3,
  continuation: VoxelContinuation,
  progress?: ProgressReporter,
): void {
  for (let axis = 0; axis < 3; axis++) {
    progress?.({ step: "smooth the image", fraction: axis / 4 });
    if (variances[axis] > 0) convolve(values, shape, axis, createKernel(variances[axis]), continuation);
  }
  progress?.({ step: "smooth the image", fraction: 3 / 4 });
  takeOffBend(values, shape, bends, continuation);
}

/** Weights w_0, w_1, ... of a Gaussian, w_0 + 2 sum_t w_t = 1. */
function createKernel(variance: number): Float64Array {
  const radius = Math.ceil(reach * Math.sqrt(variance));
  const kernel = Float64Array.from({ length: radius + 1 }, (_, t) => Math.exp((-t * t) / (2 * variance)));
  const sum = kernel.reduce((total, w) => total + w, 0) * 2 - kernel[0];
  return kernel.map((w) => w / sum);
}

/** Convolves the slices that hold whole lines along the axis, one after the other. */
function convolve(
  values: Float32Array,
  shape: Vector3,
  axis: number,
  kernel: Float64Array,
  continuation: VoxelContinuation,
): void {
  const [nx, ny, nz] = shape;
  const n = shape[axis];
  const radius = kernel.length - 1;
  // A slice is n rows, each continuous in memory; along x a row is one value, and the slice one line.
  const rowLength = axis === 0 ? 1 : nx;
  const stride = axis === 0 ? 1 : axis === 1 ? nx : nx * ny;
  const numSlices = axis === 2 ? ny : axis === 1 ? nz : ny * nz;
  const sliceStride = axis === 1 ? nx * ny : nx;
  const rows = new Float32Array((n + 2 * radius) * rowLength);
  const sources = Int32Array.from({ length: n + 2 * radius }, (_, i) =>
    wrapVoxel(i - radius, n, continuation),
  );
  for (let slice = 0; slice < numSlices; slice++) {
    const start = slice * sliceStride;
    for (let row = 0; row < sources.length; row++) {
      const from = start + sources[row] * stride;
      if (rowLength === 1) rows[row] = values[from];
      else rows.set(values.subarray(from, from + rowLength), row * rowLength);
    }
    for (let row = 0; row < n; row++) {
      const target = start + row * stride;
      const centre = (row + radius) * rowLength;
      for (let i = 0; i < rowLength; i++) {
        let sum = kernel[0] * rows[centre + i];
        for (let t = 1; t <= radius; t++) {
          sum += kernel[t] * (rows[centre + i - t * rowLength] + rows[centre + i + t * rowLength]);
        }
        values[target + i] = sum;
      }
    }
  }
}

/** u <- u - sum_k b_k (u_{i-1} - 2 u_i + u_{i+1}), with copies of the few layers that are still needed as they were. */
function takeOffBend(
  values: Float32Array,
  shape: Vector3,
  [bx, by, bz]: Vector3,
  continuation: VoxelContinuation,
): void {
  const [nx, ny, nz] = shape;
  const layer = nx * ny;
  const centre = 1 + 2 * (bx + by + bz);
  const firstLayer = values.slice(0, layer);
  let below = layerAt(wrapVoxel(-1, nz, continuation));
  const beforeX = Int32Array.from({ length: nx }, (_, i) => wrapVoxel(i - 1, nx, continuation));
  const afterX = Int32Array.from({ length: nx }, (_, i) => wrapVoxel(i + 1, nx, continuation));
  for (let k = 0; k < nz; k++) {
    const current = layerAt(k);
    const next = wrapVoxel(k + 1, nz, continuation);
    const above =
      next === 0 ? firstLayer : next === k ? current : values.subarray(layer * next, layer * (next + 1));
    for (let j = 0; j < ny; j++) {
      const row = nx * j;
      const rowBefore = nx * wrapVoxel(j - 1, ny, continuation);
      const rowAfter = nx * wrapVoxel(j + 1, ny, continuation);
      for (let i = 0; i < nx; i++) {
        values[layer * k + row + i] =
          centre * current[row + i] -
          bx * (current[row + beforeX[i]] + current[row + afterX[i]]) -
          by * (current[rowBefore + i] + current[rowAfter + i]) -
          bz * (below[row + i] + above[row + i]);
      }
    }
    below = current;
  }

  function layerAt(k: number): Float32Array {
    return values.slice(layer * k, layer * (k + 1));
  }
}
