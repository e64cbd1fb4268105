import { ParseError } from "../core/errors.js";
import { readXml, type TextRange } from "./xml-reader.js";

/** A <DataItem>: numbers, or the place where they are. */
export interface XdmfItem {
  readonly shape: readonly number[];
  readonly kind: "int" | "uint" | "float";
  /** Bytes of a number where it is stored in binary. */
  readonly size: number;
  /** `xml`, `hdf` or `binary`. */
  readonly format: string;
  readonly isBigEndian: boolean;
  /** Bytes to pass over in a binary file. */
  readonly seek: number;
  text: readonly TextRange[];
}

/** A uniform grid. */
export interface XdmfGrid {
  topology: { readonly type: string; item: XdmfItem } | null;
  geometry: XdmfItem | null;
  readonly cellAttributes: { readonly name: string; readonly item: XdmfItem }[];
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** What is open around the item that is read. */
interface Owner {
  readonly name: string;
  readonly attributes: Attributes;
}

/**
 * Reads the markup of an XDMF file: its uniform grids in their order.
 *
 * @throws ParseError `mesh-syntax`, `mesh-truncated`, `mesh-count`, `mesh-xml-entities`, `xdmf-unsupported`
 */
export function readXdmfGrids(bytes: Uint8Array): XdmfGrid[] {
  const grids: XdmfGrid[] = [];
  const owners: Owner[] = [];
  const items: XdmfItem[] = [];
  readXml(bytes, "XDMF", {
    open(name, attributes: Attributes) {
      if (name === "Grid") grids.push({ topology: null, geometry: null, cellAttributes: [] });
      if (name === "Topology" || name === "Geometry" || name === "Attribute")
        owners.push({ name, attributes });
      if (name !== "DataItem") return;
      const item = describeItem(attributes, owners.at(-1)?.name === "Topology");
      items.push(item);
      const [owner, grid] = [owners.at(-1), grids.at(-1)];
      if (owner === undefined || grid === undefined || items.length > 1) return;
      placeItem(grid, owner, item);
    },
    close(name, text) {
      if (name === "Topology" || name === "Geometry" || name === "Attribute") owners.pop();
      if (name !== "DataItem") return;
      const item = items.pop();
      if (item !== undefined) item.text = text;
    },
  });
  return grids;
}

function placeItem(grid: XdmfGrid, { name, attributes }: Owner, item: XdmfItem): void {
  if (name === "Topology") {
    grid.topology ??= { type: attributes["TopologyType"] ?? attributes["Type"] ?? "", item };
  } else if (name === "Geometry") {
    const type = attributes["GeometryType"] ?? attributes["Type"] ?? "XYZ";
    if (type.toUpperCase() !== "XYZ") {
      throw new ParseError(
        "xdmf-unsupported",
        `XDMF: the geometry is ${type}; expected XYZ: save points of three numbers.`,
      );
    }
    grid.geometry ??= item;
  } else if ((attributes["Center"] ?? "Node").toLowerCase() === "cell") {
    grid.cellAttributes.push({ name: attributes["Name"] ?? "", item });
  }
}

function describeItem(attributes: Attributes, isIndex: boolean): XdmfItem {
  const { ItemType: itemType = "Uniform", Reference: reference } = attributes;
  if (itemType !== "Uniform" || reference !== undefined) {
    const what = reference === undefined ? `ItemType="${itemType}"` : "a Reference";
    throw new ParseError(
      "xdmf-unsupported",
      `XDMF: a DataItem has ${what}; expected the numbers themselves: save the mesh alone, for instance with meshio.`,
    );
  }
  const shape = (attributes["Dimensions"] ?? "").trim().split(/\s+/).map(Number);
  const count = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0) || !Number.isSafeInteger(count)) {
    throw new ParseError(
      "mesh-count",
      `XDMF: a DataItem has Dimensions="${attributes["Dimensions"] ?? ""}"; expected whole numbers: write the file again.`,
    );
  }
  const type = (
    attributes["NumberType"] ??
    attributes["DataType"] ??
    (isIndex ? "Int" : "Float")
  ).toLowerCase();
  const size = type === "char" || type === "uchar" ? 1 : Number(attributes["Precision"] ?? 4);
  return {
    shape,
    kind: type === "float" ? "float" : type.startsWith("u") ? "uint" : "int",
    size,
    format: (attributes["Format"] ?? "XML").toLowerCase(),
    isBigEndian: attributes["Endian"] === "Big",
    seek: Number(attributes["Seek"] ?? 0),
    text: [],
  };
}
