import { isLittleEndianMachine, reverseBytes } from "./voxel-values.js";

/** Types of numbers as VTK and XDMF name their parts: kind and bytes. */
export interface NumberType {
  readonly kind: "int" | "uint" | "float";
  /** 1, 2, 4 or 8. */
  readonly size: number;
}

/** `Int32`, `UInt8`, `Float64` and their like; null for any other. */
export function parseNumberType(name: string): NumberType | null {
  const match = /^(Int|UInt|Float)(8|16|32|64)$/.exec(name);
  if (match === null) return null;
  const kind = match[1].toLowerCase() as NumberType["kind"];
  const size = Number(match[2]) / 8;
  return kind === "float" && size < 4 ? null : { kind, size };
}

/** The numbers that `bytes` holds, in double precision: of whole numbers up to 2^53 exactly. */
export function decodeNumbers(
  bytes: Uint8Array,
  { kind, size }: NumberType,
  isLittle: boolean,
): Float64Array<ArrayBuffer> {
  // A copy, because the numbers of a file need not be aligned.
  const copy = Uint8Array.from(bytes);
  if (isLittle !== isLittleEndianMachine) reverseBytes(copy, size);
  const { buffer } = copy;
  if (kind === "float")
    return size === 8 ? new Float64Array(buffer) : Float64Array.from(new Float32Array(buffer));
  const isSigned = kind === "int";
  switch (size) {
    case 1:
      return Float64Array.from(isSigned ? new Int8Array(buffer) : copy);
    case 2:
      return Float64Array.from(isSigned ? new Int16Array(buffer) : new Uint16Array(buffer));
    case 4:
      return Float64Array.from(isSigned ? new Int32Array(buffer) : new Uint32Array(buffer));
    default:
      return decodeWide(copy, isSigned);
  }
}

/** high 2^32 + low of each pair of words. */
function decodeWide(bytes: Uint8Array<ArrayBuffer>, isSigned: boolean): Float64Array<ArrayBuffer> {
  const words = new Uint32Array(bytes.buffer);
  const low = isLittleEndianMachine ? 0 : 1;
  const numbers = new Float64Array(words.length / 2);
  for (let i = 0; i < numbers.length; i++) {
    const high = words[2 * i + 1 - low];
    numbers[i] = (isSigned ? high | 0 : high) * 4294967296 + words[2 * i + low];
  }
  return numbers;
}

/** Node numbers as indices: what is no whole number or out of 32 bits becomes -1, which no mesh has. */
export function toIndices(numbers: ArrayLike<number>, offset = 0): Int32Array<ArrayBuffer> {
  const indices = new Int32Array(numbers.length);
  for (let i = 0; i < indices.length; i++) {
    const index = numbers[i] - offset;
    indices[i] = index === (index | 0) ? index : -1;
  }
  return indices;
}
