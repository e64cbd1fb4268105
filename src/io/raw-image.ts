import type { Vector3 } from "../core/tensor.js";
import { defaultMaxBytes } from "./decompress.js";
import { checkShape, imageError, type VolumeImage } from "./volume-image.js";
import { bytesOfType, decodeVoxels, type VoxelType } from "./voxel-values.js";

/** What a file without a header cannot say itself. */
export interface RawImageOptions {
  /** [nx, ny, nz], x fastest. */
  readonly shape: Vector3;
  readonly type: VoxelType;
  /** Byte order; default little. */
  readonly endian?: "little" | "big";
  /** Most bytes; default 4 GiB. */
  readonly maxBytes?: number;
}

/**
 * Reads bare values, x fastest; their number must be that of the shape exactly.
 *
 * @throws ParseError `image-size-mismatch`, `image-header-damaged`, `image-too-large`, `image-value-too-large`
 */
export function parseRawImage(bytes: Uint8Array, options: RawImageOptions): VolumeImage {
  const { type, endian = "little", maxBytes = defaultMaxBytes } = options;
  const { shape, numVoxels, numBytes } = checkShape(options.shape, bytesOfType(type), maxBytes);
  if (bytes.length !== numBytes) {
    throw imageError(
      "image-size-mismatch",
      `${shape.join(" x ")} voxels of ${type} are ${numBytes} bytes, the file has ${bytes.length}: ` +
        "it is cut, has a header, or has another shape or type.",
      { expected: numBytes, found: bytes.length },
    );
  }
  const data = decodeVoxels(bytes, 0, numVoxels, type, endian === "little");
  return { shape, data, spacing: null, unit: null };
}
