import { ParseError } from "../core/errors.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { parseAbaqus } from "./abaqus-reader.js";
import { parseMedit } from "./medit-reader.js";
import { parseMsh, type ParseMshOptions } from "./parse-msh.js";
import { recognizeMesh } from "./recognize-mesh.js";

/** Options of {@link parseMesh}. */
export interface ParseMeshOptions extends ParseMshOptions {
  /** Name of the file: tells the format where the content does not, and is that of files beside it. */
  readonly name?: string;
  /** Of VTU and XDMF: name of the cell array that tells the regions; `none` for a single region. Default: a usual name. */
  readonly regionArray?: string;
  /** Of DOLFIN XML: the second file, which tells the regions. Not compressed. */
  readonly regions?: Uint8Array;
  /** Of XDMF: gives the bytes of a file that the mesh names, null where there is none. */
  readonly openFile?: (name: string) => Promise<Uint8Array | null>;
}

/**
 * Reads a tetrahedral mesh with its regions, in whatever format it is: Gmsh, medit, VTU, Abaqus, DOLFIN XML, XDMF or HDF5, by
 * content first, by the extension of its name second.
 *
 * @param bytes the file, not compressed; not changed
 * @throws ParseError of {@link parseMsh}; of the other formats `mesh-...`, `vtu-...`; `mesh-format-unsupported`
 * @throws MeshError `no-tetrahedra`, `unsupported-cell-type`, `flat-cell`, `overlapping-cells`, `degenerate-facet`
 * @throws UsageError `region-array-unknown`
 */
export async function parseMesh(bytes: Uint8Array, options: ParseMeshOptions = {}): Promise<TetMesh> {
  const format = recognizeMesh(bytes, options.name);
  // Readers that need packages are loaded when they are needed: pages that are served without a bundler have none.
  switch (format) {
    case "msh":
      return parseMsh(bytes, options);
    case "medit":
      return parseMedit(bytes);
    case "VTU":
      return (await import("./vtu-reader.js")).parseVtu(bytes, options);
    case "Abaqus":
      return parseAbaqus(bytes);
    case "DOLFIN XML":
      return (await import("./dolfin-reader.js")).parseDolfin(bytes, options.regions ?? null);
    case "XDMF":
      return (await import("./xdmf-reader.js")).parseXdmf(bytes, options);
    case "HDF5":
      return (await import("./dolfin-hdf5-reader.js")).parseDolfinHdf5(bytes, options);
    case "medit binary":
      throw unsupported(format, "expected text: convert it with Gmsh (gmsh -save file.meshb -o file.mesh)");
    case "legacy VTK":
      throw unsupported(format, "expected XML: save it as .vtu in ParaView, or with meshio convert");
  }
}

function unsupported(format: string, remedy: string): ParseError {
  return new ParseError("mesh-format-unsupported", `The file is ${format}: ${remedy}.`, {
    details: { format },
  });
}
