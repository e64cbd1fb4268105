import { ParseError, type ErrorDetails } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";

/** The values of the voxels of an image: labels, or a quantity. */
export type VoxelArray =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** A volume image: values on the voxels of a box, one for each. */
export interface VolumeImage {
  /** Numbers of voxels [nx, ny, nz], each at least 1. */
  readonly shape: Vector3;
  /** nx ny nz values, x fastest: voxel (i, j, k) at i + nx (j + ny k). May share the memory of the file's bytes. */
  readonly data: VoxelArray;
  /** Edges of a voxel by the file, in its unit of length; null where it does not say. */
  readonly spacing: Vector3 | null;
  /** Unit of length of `spacing` as the file names it; null where it does not. */
  readonly unit: string | null;
}

/** How a volume image is read. */
export interface ReadImageOptions {
  /** Most bytes of the voxels, after decompression; default 4 GiB. */
  readonly maxBytes?: number;
  /** What the axes of a NumPy array are, the first index first; default zyx, as image stacks are kept. */
  readonly axes?: "zyx" | "xyz";
}

/** An error of an image file. */
export function imageError(
  code: string,
  message: string,
  details: ErrorDetails = {},
  cause?: unknown,
): ParseError {
  return new ParseError(code, message, { details, ...(cause === undefined ? {} : { cause }) });
}

/**
 * Number of voxels, and of their bytes, of the shape that a file states.
 *
 * @throws ParseError `image-not-3d`, `image-header-damaged`, `image-too-large`
 */
export function checkShape(
  shape: readonly number[],
  bytesPerVoxel: number,
  maxBytes: number,
): { readonly shape: Vector3; readonly numVoxels: number; readonly numBytes: number } {
  if (shape.length !== 3) {
    throw imageError(
      "image-not-3d",
      `The image has ${shape.length} axes (${shape.join(" x ")}); expected a volume with 3, of one value each. ` +
        "Save one channel and one time of it.",
      { shape },
    );
  }
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 1)) {
    throw imageError(
      "image-header-damaged",
      `The image has the shape ${shape.join(" x ")}; expected three whole numbers of at least 1.`,
      { shape },
    );
  }
  const numVoxels = shape[0] * shape[1] * shape[2];
  const numBytes = numVoxels * bytesPerVoxel;
  if (numBytes > maxBytes) {
    throw imageError(
      "image-too-large",
      `The image of ${shape.join(" x ")} voxels has ${numBytes} bytes, the limit is ${maxBytes}. ` +
        "Raise the limit (--max-bytes) if you trust the file, or save a part of it, or fewer bytes a voxel.",
      { shape, numBytes, maxBytes },
    );
  }
  return { shape: [shape[0], shape[1], shape[2]], numVoxels, numBytes };
}

/**
 * Compares the bytes of a file with what its header says.
 *
 * @throws ParseError `image-truncated`
 */
export function checkLength(available: number, needed: number, shape: Vector3): void {
  if (available >= needed) return;
  throw imageError(
    "image-truncated",
    `The image of ${shape.join(" x ")} voxels needs ${needed} bytes of data, the file holds ${available}: ` +
      "it is cut, or its header is wrong.",
    { available, needed, shape },
  );
}
