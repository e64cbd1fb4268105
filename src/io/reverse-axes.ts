import type { Vector3 } from "../core/tensor.js";
import type { VoxelArray } from "./volume-image.js";

/** Edge of the squares that are copied together, so that what is read and what is written stays in the cache. */
const blockSize = 64;

/**
 * Values kept with z fastest, put in the order with x fastest: b(i, j, k) = a(k, j, i).
 *
 * @param shape [nx, ny, nz]
 */
export function reverseAxes(values: VoxelArray, shape: Vector3): VoxelArray {
  const [nx, ny, nz] = shape;
  const result = new (values.constructor as new (length: number) => VoxelArray)(values.length);
  for (let k0 = 0; k0 < nz; k0 += blockSize) {
    const k1 = Math.min(nz, k0 + blockSize);
    for (let j = 0; j < ny; j++) {
      for (let i0 = 0; i0 < nx; i0 += blockSize) {
        const i1 = Math.min(nx, i0 + blockSize);
        for (let k = k0; k < k1; k++) {
          for (let i = i0; i < i1; i++) result[i + nx * (j + ny * k)] = values[k + nz * (j + ny * i)];
        }
      }
    }
  }
  return result;
}
