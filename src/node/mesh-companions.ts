import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import type { ParseMeshOptions } from "../io/parse-mesh.js";
import { recognizeMesh } from "../io/recognize-mesh.js";
import { readMeshFile, type ReadMeshFileOptions } from "./files.js";

/** Endings of the names of files that mark the cells of a DOLFIN XML mesh: dolfin-convert's, meshio's, others'. */
const regionSuffixes = ["_physical_region", "_gmsh:physical", "_domains", "_cell_domains", "_subdomains"];

/** What stands beside a mesh file. */
interface Companions {
  readonly options: Pick<ParseMeshOptions, "regions" | "openFile">;
  /** What was found without being asked for. */
  readonly warnings: readonly string[];
}

/**
 * Finds the second files of a mesh: of DOLFIN XML the one with the regions, of XDMF those that it names, which must be in its
 * own folder or below.
 *
 * @throws UsageError `region-file-unused` for a file of regions beside a mesh of another format
 * @throws MeshError, ParseError of `readMeshFile`
 */
export async function findCompanions(
  path: string,
  bytes: Uint8Array,
  options: ReadMeshFileOptions & { readonly regionFile?: string },
): Promise<Companions> {
  const format = recognizeMesh(bytes, path);
  const { regionFile } = options;
  if (regionFile !== undefined && format !== "DOLFIN XML") {
    throw new UsageError(
      "region-file-unused",
      `the mesh ${path} is ${format}, which keeps its regions itself; expected DOLFIN XML with the region file ${regionFile}.`,
      { details: { path, regionFile, format } },
    );
  }
  if (format === "XDMF") return { options: { openFile: openBeside(path, options) }, warnings: [] };
  if (format !== "DOLFIN XML") return { options: {}, warnings: [] };
  if (regionFile !== undefined) {
    const { bytes: regions } = await readMeshFile(regionFile, options);
    return { options: { regions }, warnings: [] };
  }
  const found = await findRegionFile(path);
  if (found === undefined) return { options: {}, warnings: [] };
  const { bytes: regions } = await readMeshFile(found, options);
  const warnings = [
    `The regions are taken from ${found}, found beside the mesh (--region-file names another).`,
  ];
  return { options: { regions }, warnings };
}

async function findRegionFile(path: string): Promise<string | undefined> {
  const stem = path.replace(/(\.xml)?(\.gz)?$/i, "");
  for (const suffix of regionSuffixes) {
    for (const ending of [".xml", ".xml.gz"]) {
      const file = `${stem}${suffix}${ending}`;
      if ((await stat(file).catch(() => undefined))?.isFile() === true) return file;
    }
  }
  return undefined;
}

/** Opens files that a mesh names; each is read once. */
function openBeside(
  path: string,
  options: ReadMeshFileOptions,
): (name: string) => Promise<Uint8Array | null> {
  const files = new Map<string, Promise<Uint8Array | null>>();
  const read = async (name: string): Promise<Uint8Array | null> => {
    if (isAbsolute(name) || name.split(/[/\\]/).includes("..")) {
      throw new MeshError(
        "file-unreadable",
        `${path} names the file ${name}; expected one in its own folder: copy ${basename(name)} there and correct the name.`,
        { details: { path, name } },
      );
    }
    const file = join(dirname(path), name);
    const isThere = (await stat(file).catch(() => undefined))?.isFile() === true;
    return isThere ? (await readMeshFile(file, options)).bytes : null;
  };
  return (name) => {
    const opened = files.get(name) ?? read(name);
    files.set(name, opened);
    return opened;
  };
}
