import h5wasm, { File } from "h5wasm";
import { writeVtu } from "../../src/io/vtu-writer.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { toBytes } from "./msh-text.js";

/** Rows of `width` numbers. */
function rows(values: ArrayLike<number>, width: number, offset = 0): string[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (__, k) => String(values[row * width + k] + offset)),
  );
}

/** Number of the region of each cell, from `first` on. */
export function labelsOf(mesh: TetMesh, first = 1): Int32Array {
  return mesh.cellRegion.map((region) => region + first);
}

/** As Gmsh writes .mesh: `Dimension` and its number on two lines; a comment in every section. */
export function meditFile(mesh: TetMesh): Uint8Array {
  const labels = labelsOf(mesh);
  const lines = [
    " MeshVersionFormatted 2 # a comment",
    " Dimension\n 3",
    ` Vertices\n ${mesh.numNodes}`,
    ...rows(mesh.coordinates, 3).map((row) => `${row.join("    ")} 0`),
    "# Vertices 7",
    ` Corners\n 2\n1\n2`,
    ` Tetrahedra\n ${mesh.numCells}`,
    ...rows(mesh.cells, 4, 1).map((row, cell) => `${row.join(" ")} ${labels[cell]}`),
    ` Triangles\n 1\n ${rows(mesh.cells.subarray(0, 4), 4, 1)[0].slice(0, 3).join(" ")} 9`,
    " End\n",
  ];
  return toBytes(lines.join("\n"));
}

/** Sections with names, a continued element, a generated set, a set of all, node numbers with gaps. */
export function abaqusFile(mesh: TetMesh, names: readonly string[]): Uint8Array {
  const labels = labelsOf(mesh, 0);
  const node = (index: number | string): number => 10 * (Number(index) + 1);
  const lines = [
    "*Heading\n cell",
    "** a comment",
    "*Node",
    ...rows(mesh.coordinates, 3).map((row, i) => `${node(i)}, ${row.join(", ")}`),
    "*Element, type=C3D4,\n ELSET=All",
    ...rows(mesh.cells, 4).map(
      ([a, b, c, d], cell) => `${cell + 1}, ${node(a)}, ${node(b)},\n ${node(c)}, ${node(d)}`,
    ),
    "*Element, type=S3, elset=shell",
    `900001, ${node(0)}, ${node(1)}, ${node(2)}`,
    ...names.flatMap((name, label) => [
      `*Elset, elset=${name}${label === 0 ? "" : ", generate"}`,
      ...Array.from(labels, (one, cell) =>
        one !== label ? [] : [label === 0 ? `${cell + 1}` : `${cell + 1}, ${cell + 1}, 1`],
      ).flat(),
    ]),
    ...names.map((name) => `*Solid Section, elset=${name}, material=m\n,`),
    "*Material, name=m",
  ];
  return toBytes(lines.join("\n"));
}

/** DOLFIN's mesh, with the marks in it or without. */
export function dolfinFile(mesh: TetMesh, hasDomains = true): Uint8Array {
  const labels = labelsOf(mesh);
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<dolfin xmlns:dolfin="http://www.fenicsproject.org">',
    `<mesh celltype="tetrahedron" dim="3"><vertices size="${mesh.numNodes}">`,
    ...rows(mesh.coordinates, 3).map(([x, y, z], i) => `<vertex index="${i}" x="${x}" y="${y}" z="${z}"/>`),
    `</vertices><cells size="${mesh.numCells}">`,
    ...rows(mesh.cells, 4).map(
      ([a, b, c, d], i) => `<tetrahedron index="${i}" v0="${a}" v1="${b}" v2="${c}" v3="${d}"/>`,
    ),
    "</cells>",
    ...(hasDomains
      ? [
          `<domains><mesh_value_collection name="m" type="uint" dim="3" size="${mesh.numCells}">`,
          ...Array.from(labels, (label, i) => `<value cell_index="${i}" local_entity="0" value="${label}"/>`),
          '</mesh_value_collection><mesh_value_collection type="uint" dim="2" size="1">',
          '<value cell_index="0" local_entity="3" value="9"/></mesh_value_collection></domains>',
        ]
      : []),
    "</mesh>\n</dolfin>\n",
  ];
  return toBytes(lines.join("\n"));
}

/** DOLFIN's marks of cells, as dolfin-convert writes them. */
export function dolfinMarks(mesh: TetMesh): Uint8Array {
  const lines = Array.from(labelsOf(mesh), (label, i) => `<entity index="${i}" value="${label}"/>`);
  return toBytes(
    `<dolfin><mesh_function type="uint" dim="3" size="${mesh.numCells}">${lines.join("\n")}</mesh_function></dolfin>`,
  );
}

/** What {@link xdmfFile} asks of its numbers. */
export type XdmfStorage = "XML" | "HDF" | "Mixed";

/** XDMF as meshio writes it, numbers in place or in `cell.h5`; with a document type, as others write it. */
export function xdmfFile(mesh: TetMesh, storage: XdmfStorage): Uint8Array {
  const item = (path: string, type: string, shape: string, values: ArrayLike<number>): string => {
    const isHdf = storage === "HDF";
    const content = isHdf ? `cell.h5:/${path}` : Array.from(values).join("\n");
    return `<DataItem DataType="${type}" Dimensions="${shape}" Format="${isHdf ? "HDF" : "XML"}" Precision="8">\n${content}\n</DataItem>`;
  };
  const mixed = rows(mesh.cells, 4).flatMap((row) => [6, ...row.map(Number)]);
  const isMixed = storage === "Mixed";
  const text = [
    '<?xml version="1.0"?><!DOCTYPE Xdmf SYSTEM "Xdmf.dtd" []>',
    '<Xdmf Version="3.0"><Domain><Grid Name="Grid"><Geometry GeometryType="XYZ">',
    item("data0", "Float", `${mesh.numNodes} 3`, mesh.coordinates),
    `</Geometry><Topology TopologyType="${isMixed ? "Mixed" : "Tetrahedron"}" NumberOfElements="${mesh.numCells}">`,
    isMixed
      ? item("data1", "Int", `${mixed.length}`, mixed)
      : item("data1", "Int", `${mesh.numCells} 4`, mesh.cells),
    '</Topology><Attribute Name="mf_data" AttributeType="Scalar" Center="Cell">',
    item("data2", "Int", String(mesh.numCells), labelsOf(mesh)),
    "</Attribute></Grid></Domain></Xdmf>\n",
  ];
  return toBytes(text.join(""));
}

/** The .h5 of {@link xdmfFile} or, with `isDolfin`, the one of SMART: mesh functions list their cells in another order. */
export async function hdf5File(mesh: TetMesh, isDolfin = false): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const file = new File("made.h5", "w");
  const [coordinates, topology, marks] = isDolfin
    ? ["mesh/coordinates", "mesh/topology", "mf3/values"]
    : ["data0", "data1", "data2"];
  for (const group of isDolfin ? ["mesh", "mf3", "mf2"] : []) file.create_group(group);
  const cells = BigInt64Array.from(mesh.cells, BigInt);
  const labels = BigInt64Array.from(labelsOf(mesh), BigInt);
  const create = (name: string, data: Float64Array | BigInt64Array, shape: number[]): void => {
    file.create_dataset({ name, data, shape });
  };
  create(coordinates, mesh.coordinates, [mesh.numNodes, 3]);
  create(topology, cells, [mesh.numCells, 4]);
  if (isDolfin) {
    const order = Array.from({ length: mesh.numCells }, (_, cell) => mesh.numCells - 1 - cell);
    const turned = order.flatMap((cell) => Array.from(cells.subarray(4 * cell, 4 * cell + 4)).reverse());
    create("mf3/topology", BigInt64Array.from(turned), [mesh.numCells, 4]);
    create("mf2/topology", cells.slice(0, 3), [1, 3]);
    create("mf2/values", BigInt64Array.of(9n), [1]);
    create(marks, labels.toReversed(), [mesh.numCells]);
  } else {
    create(marks, labels, [mesh.numCells]);
  }
  file.close();
  return FS.readFile("made.h5");
}

/** Our own .vtu, with the regions as `region` and a second array of whole numbers. */
export async function ownVtu(mesh: TetMesh, compress: boolean): Promise<Uint8Array> {
  const grid = {
    points: mesh.coordinates,
    cells: mesh.cells,
    pointData: [],
    cellData: [
      { name: "number", numComponents: 1, values: Int32Array.from({ length: mesh.numCells }, (_, i) => i) },
      { name: "region", numComponents: 1, values: labelsOf(mesh) },
    ],
    fieldData: [],
  };
  return writeVtu(grid, { compress });
}

/** A .vtu as others write it: two pieces, ascii or base64 in place, of either byte order, 32-bit headers. */
export function placedVtu(mesh: TetMesh, format: "ascii" | "binary", isBigEndian: boolean): Uint8Array {
  const half = Math.floor(mesh.numCells / 2);
  const piece = (first: number, last: number): string => {
    const count = last - first;
    const array = (name: string, type: string, width: number, values: ArrayLike<number>): string => {
      const text = format === "ascii" ? Array.from(values).join(" ") : encode(values, type, isBigEndian);
      return `<DataArray type="${type}" Name="${name}" NumberOfComponents="${width}" format="${format}">${text}</DataArray>`;
    };
    return [
      `<Piece NumberOfPoints="${mesh.numNodes}" NumberOfCells="${count + 1}"><CellData>`,
      array("material", "Float64", 1, [...labelsOf(mesh).subarray(first, last), 77]),
      `</CellData><Points>${array("Points", "Float64", 3, mesh.coordinates)}</Points><Cells>`,
      array("connectivity", "Int64", 1, [...mesh.cells.subarray(4 * first, 4 * last), 0, 1, 2]),
      array("offsets", "Int64", 1, [...Array.from({ length: count }, (_, i) => 4 * i + 4), 4 * count + 3]),
      `${array("types", "UInt8", 1, [...new Uint8Array(count).fill(10), 5])}</Cells></Piece>`,
    ].join("\n");
  };
  return toBytes(
    `<VTKFile type="UnstructuredGrid" version="0.1" byte_order="${isBigEndian ? "BigEndian" : "LittleEndian"}">` +
      `<UnstructuredGrid>${piece(0, half)}${piece(half, mesh.numCells)}</UnstructuredGrid></VTKFile>`,
  );
}

/** Base64 of the length in 32 bits and the numbers. */
function encode(values: ArrayLike<number>, type: string, isBigEndian: boolean): string {
  const size = type === "UInt8" ? 1 : 8;
  const bytes = new Uint8Array(4 + size * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, size * values.length, !isBigEndian);
  for (let i = 0; i < values.length; i++) {
    const at = 4 + size * i;
    if (type === "UInt8") bytes[at] = values[i];
    else if (type === "Int64") view.setBigInt64(at, BigInt(values[i]), !isBigEndian);
    else view.setFloat64(at, values[i], !isBigEndian);
  }
  return Buffer.from(bytes).toString("base64");
}
