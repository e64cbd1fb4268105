import type { Vector3 } from "../core/tensor.js";
import { wrapVoxel, type VoxelContinuation } from "./voxel-box.js";

/** Values at the centres of voxels. */
export interface VoxelField {
  /** x fastest. */
  readonly values: Float32Array;
  readonly shape: Vector3;
  readonly spacing: Vector3;
  /** Lower corner of the first voxel. */
  readonly origin: Vector3;
  readonly continuation: VoxelContinuation;
}

/**
 * The function u(x) = sum_v c_v B(x - v), with the quadratic B-spline B about the centre of every voxel, along each axis
 * (1/2)(1/2 - t)^2, 3/4 - t^2, (1/2)(1/2 + t)^2 at the distance t from the nearest centre. Its gradient is continuous.
 *
 * @param transform applied to every value
 * @returns evaluates at numPoints x 3 coordinates, row-major
 */
export function createVoxelSpline(
  field: VoxelField,
  transform: (u: number) => number,
): (points: Float64Array, numPoints: number, values: Float64Array) => void {
  const { values: c, shape, spacing, origin, continuation } = field;
  const strides = [1, shape[0], shape[0] * shape[1]];
  // Offsets into c and weights of the three voxels along each axis.
  const offsets = new Int32Array(9);
  const weights = new Float64Array(9);
  return (points, numPoints, values) => {
    for (let point = 0; point < numPoints; point++) {
      for (let k = 0; k < 3; k++) {
        const x = (points[3 * point + k] - origin[k]) / spacing[k] - 0.5;
        const nearest = Math.round(x);
        const t = x - nearest;
        for (let s = 0; s < 3; s++) {
          offsets[3 * k + s] = strides[k] * wrapVoxel(nearest + s - 1, shape[k], continuation);
        }
        weights[3 * k] = 0.5 * (0.5 - t) * (0.5 - t);
        weights[3 * k + 1] = 0.75 - t * t;
        weights[3 * k + 2] = 0.5 * (0.5 + t) * (0.5 + t);
      }
      let u = 0;
      for (let s = 6; s < 9; s++) {
        for (let r = 3; r < 6; r++) {
          const at = offsets[s] + offsets[r];
          const line =
            weights[0] * c[at + offsets[0]] +
            weights[1] * c[at + offsets[1]] +
            weights[2] * c[at + offsets[2]];
          u += weights[s] * weights[r] * line;
        }
      }
      values[point] = transform(u);
    }
  };
}
