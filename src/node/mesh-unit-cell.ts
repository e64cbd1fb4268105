import { UsageError } from "../core/errors.js";
import { findFamily } from "../meshing/families/catalog.js";
import { createFamilyLevelSet } from "../meshing/families/family.js";
import { IMAGE_MESH_DEFAULTS } from "../meshing/image-level-set.js";
import { DEFAULT_GRADING, type LevelSet, type LevelSetMeshOptions } from "../meshing/level-set.js";
import { checkMeshSize } from "../meshing/mesh-level-set.js";
import { openGeometry, unknownParameter, type Geometry } from "./geometries.js";
import { meshGeometry, type MeshedGeometry, type MeshGeometryOptions } from "./gmsh.js";
import { createImageLevelSet, isImageGeometry } from "./image-geometry.js";
import { writeLevelSetMesh } from "./write-level-set-mesh.js";

/**
 * Meshes a unit cell: a family of level sets by name and a part of an image (`.image.yaml`) with our own mesher, everything
 * else with Gmsh. The file at `output` appears when the mesh is complete and verified.
 *
 * @throws UsageError `family-needs-no-gmsh` for what only Gmsh can do, `unknown-parameter`, `contradicting-size`
 * @throws what `meshGeometry`, `createFamilyLevelSet`, `openImageGeometry`, `createImageLevelSet` and `meshLevelSet` throw
 */
export async function meshUnitCell(options: MeshGeometryOptions): Promise<MeshedGeometry> {
  if (findFamily(options.geo) === undefined && !isImageGeometry(options.geo)) return meshGeometry(options);
  const geometry = await openGeometry(options.geo);
  refuseGmsh(options);
  const { h, grading = DEFAULT_GRADING, ...set } = options.set ?? {};
  const size = chooseSize(options.size, h, geometry);
  const { maxNodes, maxBytes } = IMAGE_MESH_DEFAULTS;
  const limits = geometry.image === undefined ? {} : { maxNodes, maxBytes };
  const meshing: LevelSetMeshOptions = { size, grading, ...limits };
  const { levelSet, names } = createLevelSet(geometry, set, (lengths) => {
    checkMeshSize(lengths, meshing);
  });
  const { output, format, ascii, progress, verify } = options;
  const written = await writeLevelSetMesh(levelSet, {
    ...meshing,
    output,
    ...(names === undefined ? {} : { names }),
    ...(format === undefined ? {} : { format }),
    ...(ascii === undefined ? {} : { ascii }),
    ...(progress === undefined ? {} : { progress }),
    ...(verify === undefined ? {} : { verify }),
  });
  const settings = Object.entries(options.set ?? {})
    .filter(([name]) => name !== "h")
    .flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  return {
    output,
    bytes: written.bytes,
    command: ["erfem", "mesh", options.geo, ...settings, "--size", String(size), "-o", output],
    gmshVersion: null,
    warnings: [],
  };
}

function createLevelSet(
  geometry: Geometry,
  set: Readonly<Record<string, number>>,
  checkBox: (lengths: LevelSet["lengths"]) => void,
): { readonly levelSet: LevelSet; readonly names?: LevelSetMeshOptions["names"] } {
  const { family, image, parameters } = geometry;
  if (family !== undefined) return { levelSet: createFamilyLevelSet(family, set) };
  for (const name of Object.keys(set)) {
    if (!parameters.some((parameter) => parameter.name === name)) throw unknownParameter(name, geometry);
  }
  if (image === undefined) throw new TypeError("neither a family nor an image");
  return { levelSet: createImageLevelSet(image, set, checkBox), names: image.cell.names };
}

function refuseGmsh({ geo, sizes, algorithm }: MeshGeometryOptions): void {
  const refused = sizes !== undefined ? "sizes that vary in space" : algorithm === "hxt" ? "hxt" : null;
  if (refused === null) return;
  throw new UsageError(
    "family-needs-no-gmsh",
    `The unit cell ${geo} is meshed without Gmsh and takes no ${refused}; expected --size alone.`,
    { details: { geometry: geo } },
  );
}

function chooseSize(asked: number | undefined, h: number | undefined, { parameters }: Geometry): number {
  if (asked !== undefined && h !== undefined && asked !== h) {
    throw new UsageError(
      "contradicting-size",
      `The mesh size is given twice: size ${asked} and h = ${h}; leave one of them out.`,
      { details: { size: asked, h } },
    );
  }
  return asked ?? h ?? Number(parameters.find(({ name }) => name === "h")?.defaultText);
}
