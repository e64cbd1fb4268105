import { ParseError } from "../core/errors.js";
import { withHdf5 } from "./hdf5-file.js";
import { MeshText } from "./mesh-text.js";
import { decodeNumbers } from "./stored-numbers.js";
import type { XdmfItem } from "./xdmf-grids.js";

/** Gives the bytes of a file by its name as it stands in the mesh file, null where there is none. */
export type OpenFile = (name: string) => Promise<Uint8Array | null>;

/**
 * The numbers of a <DataItem>.
 *
 * @param bytes the XDMF file
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-count`, `mesh-file-missing`, `xdmf-unsupported`, `hdf5-...`
 */
export async function readXdmfItem(
  bytes: Uint8Array,
  item: XdmfItem,
  openFile: OpenFile | undefined,
): Promise<Float64Array<ArrayBuffer>> {
  const count = item.shape.reduce((product, n) => product * n, 1);
  const { start = 0 } = item.text.at(0) ?? {};
  const { end = 0 } = item.text.at(-1) ?? {};
  if (item.format === "xml") {
    const text = new MeshText("XDMF", bytes.subarray(0, end), start);
    const values = text.readDoubles(count, "numbers");
    if (!text.isAtEnd) throw text.error("mesh-count", `More than the ${count} numbers expected stand here`);
    return values;
  }
  const place = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + 4096))).trim();
  if (item.format === "hdf") {
    const match = /^(.*?):(\/?[^:]+)$/s.exec(place);
    if (match === null)
      throw itemError("mesh-syntax", `the place "${place}" is not "file.h5:/path"; write it again`);
    const file = await open(match[1], openFile);
    const { values } = await withHdf5(file, match[1], ({ read }) => read(match[2]));
    if (values.length !== count) {
      throw itemError("mesh-count", `${place} has ${values.length} numbers, the XDMF file says ${count}`);
    }
    return Float64Array.from(values);
  }
  if (item.format === "binary") {
    const file = await open(place, openFile);
    const stored = file.subarray(item.seek, item.seek + count * item.size);
    const isSize = [1, 2, 4, 8].includes(item.size) && (item.kind !== "float" || item.size >= 4);
    if (!isSize || !(item.seek >= 0) || stored.length !== count * item.size) {
      throw itemError(
        "mesh-truncated",
        `${place} has no ${count} numbers of ${item.size} bytes at byte ${item.seek}`,
      );
    }
    return decodeNumbers(stored, item, !item.isBigEndian);
  }
  throw itemError(
    "xdmf-unsupported",
    `a DataItem has the format ${item.format}; expected XML, HDF or Binary`,
  );
}

async function open(name: string, openFile: OpenFile | undefined): Promise<Uint8Array> {
  const bytes = (await openFile?.(name)) ?? null;
  if (bytes !== null) return bytes;
  throw new ParseError(
    "mesh-file-missing",
    `XDMF: the numbers are in ${name}, which cannot be opened; expected it beside the .xdmf file: copy it there.`,
    { details: { file: name } },
  );
}

function itemError(code: string, message: string): ParseError {
  return new ParseError(code, `XDMF: ${message}.`);
}
