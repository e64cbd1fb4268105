import { createHash } from "node:crypto";
import { ErfemError } from "../../src/core/errors.js";
import type { ByteInput } from "../../src/io/byte-input.js";
import { parseMsh, type ParseMshOptions } from "../../src/io/parse-msh.js";

/** The mesh, its arrays as hashes, which compare fast; or all that an error tells. */
export function tryParse(file: Uint8Array | ByteInput, options: ParseMshOptions = {}): object {
  try {
    return Object.fromEntries(
      Object.entries(parseMsh(file, options)).map(([name, value]) => [
        name,
        ArrayBuffer.isView(value) ? hashArray(value) : (value as unknown),
      ]),
    );
  } catch (error) {
    if (error instanceof ErfemError) {
      return { code: error.code, message: error.message, details: error.details };
    }
    throw error;
  }
}

function hashArray({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}
