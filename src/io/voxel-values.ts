import { imageError, type VoxelArray } from "./volume-image.js";

/** Types of the values that image files hold. */
export const voxelTypes = [
  "uint8",
  "int8",
  "uint16",
  "int16",
  "uint32",
  "int32",
  "uint64",
  "int64",
  "float16",
  "float32",
  "float64",
] as const;

/** A type of the values that image files hold. */
export type VoxelType = (typeof voxelTypes)[number];

/** The byte order of this machine. */
export const isLittleEndianMachine = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes of a value. */
export function bytesOfType(type: VoxelType): number {
  return Number(/\d+/.exec(type)) / 8;
}

/**
 * The values of `count` voxels that stand at `offset`, which the caller has compared with the length of `bytes`. Values
 * of one byte share the memory of `bytes`. Whole numbers of 64 bits come as 32 bits, halves as single precision.
 *
 * @throws ParseError `image-value-too-large` for a whole number that 32 bits do not hold
 */
export function decodeVoxels(
  bytes: Uint8Array,
  offset: number,
  count: number,
  type: VoxelType,
  isLittleEndian: boolean,
): VoxelArray {
  const size = bytesOfType(type);
  if (type === "uint8") return new Uint8Array(bytes.buffer, bytes.byteOffset + offset, count);
  if (type === "int8") return new Int8Array(bytes.buffer, bytes.byteOffset + offset, count);
  // A copy, because the values of a file need not be aligned; slice() of a Node buffer would not be one.
  const copy = new Uint8Array(count * size);
  copy.set(bytes.subarray(offset, offset + count * size));
  if (isLittleEndian !== isLittleEndianMachine) reverseBytes(copy, size);
  const { buffer } = copy;
  switch (type) {
    case "uint16":
      return new Uint16Array(buffer);
    case "int16":
      return new Int16Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint64":
      return narrow(new BigUint64Array(buffer), new Uint32Array(count), 0n, 0xffffffffn);
    case "int64":
      return narrow(new BigInt64Array(buffer), new Int32Array(count), -0x80000000n, 0x7fffffffn);
    case "float16":
      return Float32Array.from(new Uint16Array(buffer), decodeHalf);
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
  }
}

/** Turns the bytes of each value, of `size` bytes, in place. */
export function reverseBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let i = start, j = start + size - 1; i < j; i++, j--) {
      const byte = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = byte;
    }
  }
}

function narrow<T extends Uint32Array | Int32Array>(
  values: BigUint64Array | BigInt64Array,
  target: T,
  least: bigint,
  most: bigint,
): T {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < least || value > most) {
      throw imageError(
        "image-value-too-large",
        `Voxel ${i} of the file has the value ${String(value)}; expected labels from ${String(least)} to ${String(most)}. ` +
          "Number the labels anew.",
        { voxel: i, value: String(value) },
      );
    }
    target[i] = Number(value);
  }
  return target;
}

/** (-1)^s 2^(e - 15) (1 + m / 1024), with e = 0 for subnormal numbers and e = 31 for infinity and NaN (IEEE 754). */
function decodeHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 0) return sign * 2 ** -24 * mantissa;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * 2 ** (exponent - 15) * (1 + mantissa / 1024);
}
