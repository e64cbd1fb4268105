import h5wasm, { Dataset, File } from "h5wasm";
import { ParseError } from "../core/errors.js";

/** A dataset of numbers, shape and values by rows. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** An HDF5 file that is open. */
export interface Hdf5File {
  /** @throws ParseError `hdf5-path-missing`, `hdf5-unsupported`, `hdf5-damaged` */
  readonly read: (path: string) => Hdf5Array;
  /** Paths of all groups and datasets, without the slash at the beginning. */
  readonly paths: readonly string[];
}

/** Chunks that are compressed expand by no more than this. */
const maxExpansion = 1032;

/** Most bytes of a dataset: its values are copied within the 32-bit memory of the library. */
const maxBytes = 2 ** 30;

let numOpened = 0;

/**
 * Opens an HDF5 file in memory for the time of `use`. The library prints nothing, and its failures become errors.
 *
 * @param name of the file, for messages
 * @throws ParseError `hdf5-damaged`, and those of {@link Hdf5File}
 */
export async function withHdf5<T>(bytes: Uint8Array, name: string, use: (file: Hdf5File) => T): Promise<T> {
  const { FS, activate_throwing_error_handler: throwErrors } = (await h5wasm.ready) as unknown as Library;
  // Of its own the library writes a trace of each error.
  throwErrors();
  const path = `erfem-${numOpened++}.h5`;
  let file: File | null = null;
  try {
    FS.writeFile(path, bytes);
    file = new File(path, "r");
    if (file.file_id <= 0n) throw new RangeError("it is no HDF5 file, or cut");
    const { root, length } = { root: file, length: bytes.length };
    return use({
      paths: root.paths().map((one) => one.replace(/^\//, "")),
      read: (at) => readDataset(root, at, name, length),
    });
  } catch (cause) {
    if (cause instanceof ParseError) throw cause;
    throw hdf5Error("hdf5-damaged", name, `cannot be read: ${describe(cause)}; write the file again`, cause);
  } finally {
    close(file);
    FS.unlink(path);
  }
}

/** What is used of the module that h5wasm resolves to. */
interface Library {
  readonly FS: { writeFile: (path: string, bytes: Uint8Array) => void; unlink: (path: string) => void };
  readonly activate_throwing_error_handler: () => void;
}

function readDataset(root: File, path: string, name: string, numBytes: number): Hdf5Array {
  const dataset = exists(root, path) ? root.get(path) : null;
  if (!(dataset instanceof Dataset)) {
    const list = root.paths().slice(0, 20).join(", ");
    throw hdf5Error("hdf5-path-missing", name, `has no dataset ${path}; it has ${list}: check the path`);
  }
  const { metadata, shape } = dataset;
  if (shape === null || (metadata.type !== 0 && metadata.type !== 1)) {
    throw hdf5Error(
      "hdf5-unsupported",
      name,
      `has no numbers in ${path}; expected a dataset of whole or real numbers`,
    );
  }
  const bytes = metadata.size * shape.reduce((product, n) => product * n, 1);
  if (bytes > maxBytes || bytes > numBytes * maxExpansion) {
    const problem = `says that ${path} has ${bytes} bytes; expected at most ${Math.min(maxBytes, numBytes * maxExpansion)}`;
    throw hdf5Error("hdf5-unsupported", name, `${problem}: use a coarser mesh, or write the file again`);
  }
  const { value } = dataset;
  if (value instanceof BigInt64Array || value instanceof BigUint64Array) {
    return { shape, values: Float64Array.from(value, Number) };
  }
  if (!ArrayBuffer.isView(value))
    throw hdf5Error("hdf5-unsupported", name, `has no array of numbers in ${path}`);
  return { shape, values: Float64Array.from(value) };
}

function exists(root: File, path: string): boolean {
  const wanted = path.replace(/^\//, "");
  return root.paths().some((one) => one.replace(/^\//, "") === wanted);
}

function close(file: File | null): void {
  try {
    file?.close();
  } catch {
    // A file that could not be opened needs no closing.
  }
}

function describe(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n")[0].slice(0, 200);
}

function hdf5Error(code: string, name: string, problem: string, cause?: unknown): ParseError {
  return new ParseError(code, `HDF5: ${name === "" ? "the file" : name} ${problem}.`, {
    cause,
    details: { file: name },
  });
}
