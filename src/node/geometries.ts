import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MeshError, UsageError } from "../core/errors.js";
import { findFamily, unitCellFamilies } from "../meshing/families/catalog.js";
import type { FamilyParameter, UnitCellFamily } from "../meshing/families/family.js";
import { DEFAULT_GRADING } from "../meshing/level-set.js";
import {
  describeImageParameters,
  isImageGeometry,
  openImageGeometry,
  type ImageGeometry,
} from "./image-geometry.js";
import { parseGeoIncludes, parseGeoMerges, parseGeoParameters, type GeoParameter } from "./geo-parameters.js";

/** Unit cells that come as Gmsh geometries. */
const geoGeometries: readonly string[] = ["three-pipe", "three-pipe-unequal", "arched-pipes"];

/** Names of the unit cells that come with erfem, as {@link openGeometry} takes them: Gmsh geometries, then level sets. */
export const builtInGeometries: readonly string[] = [
  ...geoGeometries,
  ...unitCellFamilies.map(({ name }) => name),
];

/** A Gmsh geometry on disk, a family of level sets, or unit cells cut out of an image. */
export interface Geometry {
  /** Absolute path of the file; the name of a family. */
  readonly path: string;
  /** The family of level sets, where it is one: meshed without Gmsh. */
  readonly family?: UnitCellFamily;
  /** The image, where the file describes one (`.image.yaml`): meshed without Gmsh, too. */
  readonly image?: ImageGeometry;
  /** What `--set` may change, of the file itself and of the files it includes, in order of appearance. */
  readonly parameters: readonly GeoParameter[];
}

/**
 * Finds a geometry by the name of a built-in one or by its path, and reads which parameters it declares.
 *
 * @throws MeshError `file-not-found` where it is neither, `file-unreadable` where the file cannot be read; what
 *   `openImageGeometry` throws
 */
export async function openGeometry(nameOrPath: string): Promise<Geometry> {
  const family = findFamily(nameOrPath);
  if (family !== undefined) return { path: family.name, family, parameters: describeParameters(family) };
  const path = geoGeometries.includes(nameOrPath)
    ? fileURLToPath(new URL(`../../meshes/${nameOrPath}.geo`, import.meta.url))
    : resolve(nameOrPath);
  if (!(await isFile(path))) {
    throw new MeshError(
      "file-not-found",
      `No geometry "${nameOrPath}": expected the path of a Gmsh .geo file or of an .image.yaml, or one of ${builtInGeometries.join(", ")}.`,
      { details: { path, builtIn: builtInGeometries } },
    );
  }
  if (isImageGeometry(path)) {
    const image = await openImageGeometry(path);
    return { path, image, parameters: describeImageParameters(image) };
  }
  const texts = new Map<string, string>();
  await collectTexts(path, texts);
  const parameters = new Map<string, GeoParameter>();
  for (const text of texts.values()) {
    for (const parameter of parseGeoParameters(text)) {
      if (!parameters.has(parameter.name)) parameters.set(parameter.name, parameter);
    }
  }
  return { path, parameters: [...parameters.values()] };
}

/**
 * SHA-256 over the geometry's file, the files it includes and those it merges, such as STEP files and images; hexadecimal. Files whose
 * names the geometry computes are not seen.
 *
 * @throws MeshError `file-unreadable`
 */
export async function hashGeometry(geometry: Geometry): Promise<string> {
  if (geometry.image !== undefined) return geometry.image.sha256;
  if (geometry.family !== undefined) {
    // Its code is that of this version of erfem, which is recorded beside the hash.
    const { name, parameters } = geometry.family;
    return createHash("sha256").update(JSON.stringify({ name, parameters })).digest("hex");
  }
  const texts = new Map<string, string>();
  await collectTexts(geometry.path, texts);
  const hash = createHash("sha256");
  const add = (content: string | Uint8Array): void => {
    const digest = createHash("sha256").update(content).digest();
    hash.update(digest);
  };
  for (const [path, text] of texts) {
    add(text);
    for (const name of parseGeoMerges(text)) {
      const merged = resolve(dirname(path), name);
      if (await isFile(merged)) add(await readFile(merged));
    }
  }
  return hash.digest("hex");
}

/** Whether something is a geometry, not a mesh or a problem, by its name. */
export function isGeometry(nameOrPath: string): boolean {
  return builtInGeometries.includes(nameOrPath) || nameOrPath.endsWith(".geo") || isImageGeometry(nameOrPath);
}

/** Unit of the lengths of a geometry: nm for a family; undefined for a .geo file, which does not say. */
export function unitOfGeometry(nameOrPath: string): "nm" | undefined {
  return findFamily(nameOrPath) === undefined ? undefined : "nm";
}

/** The parameters of a family, and those of its mesh: `h` and `grading`. */
function describeParameters(family: UnitCellFamily): GeoParameter[] {
  const describe = ({
    name,
    default: value,
    label,
    unit,
    min,
    max,
    mayBeMin,
  }: FamilyParameter): GeoParameter => {
    const range = `${mayBeMin === true ? "from" : "above"} ${min}${max === undefined ? "" : ` to ${max}`}`;
    return { name, defaultText: String(value), label: `${label}${unit === "" ? "" : `, ${unit}`}; ${range}` };
  };
  const size = {
    name: "h",
    defaultText: String(family.defaultSize),
    label: "mesh size, nm (the same as --size)",
  };
  const grading = {
    name: "grading",
    defaultText: String(DEFAULT_GRADING),
    label: "factor of coarsening far from the ER, a power of two; 1 is uniform",
  };
  return [...family.parameters.map(describe), size, grading];
}

/** UsageError `unknown-parameter`, which lists the parameters that the geometry declares. */
export function unknownParameter(name: string, geometry: Geometry): UsageError {
  const declared = geometry.parameters.map((parameter) => parameter.name);
  const list = declared.length === 0 ? "none" : declared.join(", ");
  const hint =
    geometry.family === undefined && geometry.image === undefined
      ? ` A parameter is declared by DefineConstant[ ${name} = {0.1, Name "meaning"} ].`
      : "";
  return new UsageError(
    "unknown-parameter",
    `The geometry ${geometry.path} declares no parameter "${name}"; it declares: ${list}.${hint}`,
    { details: { name, declared, path: geometry.path } },
  );
}

/** Reads a file and what it includes, each once; a file that is not there is for Gmsh to complain about. */
async function collectTexts(path: string, texts: Map<string, string>): Promise<void> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new MeshError("file-unreadable", `Cannot read the geometry ${path}: ${String(cause)}`, {
      cause,
      details: { path },
    });
  }
  texts.set(path, text);
  for (const name of parseGeoIncludes(text)) {
    const included = resolve(dirname(path), name);
    if (!texts.has(included) && (await isFile(included))) await collectTexts(included, texts);
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
