import { UsageError } from "../core/errors.js";
import { findFamily } from "../meshing/families/catalog.js";
import { createFamilyLevelSet, type UnitCellFamily } from "../meshing/families/family.js";
import { meshGeometry, type MeshedGeometry, type MeshGeometryOptions } from "./gmsh.js";
import { DEFAULT_GRADING } from "../meshing/level-set.js";
import { writeLevelSetMesh } from "./write-level-set-mesh.js";

/**
 * Meshes a unit cell: a family of level sets by name with our own mesher, everything else with Gmsh. The file at `output`
 * appears when the mesh is complete and verified.
 *
 * @throws UsageError `family-needs-no-gmsh` for what only Gmsh can do
 * @throws what `meshGeometry`, `createFamilyLevelSet` and `meshLevelSet` throw
 */
export async function meshUnitCell(options: MeshGeometryOptions): Promise<MeshedGeometry> {
  const family = findFamily(options.geo);
  return family === undefined ? meshGeometry(options) : meshFamily(family, options);
}

async function meshFamily(family: UnitCellFamily, options: MeshGeometryOptions): Promise<MeshedGeometry> {
  const { h, grading = DEFAULT_GRADING, ...set } = options.set ?? {};
  const refused =
    options.sizes !== undefined ? "sizes that vary in space" : options.algorithm === "hxt" ? "hxt" : null;
  if (refused !== null) {
    throw new UsageError(
      "family-needs-no-gmsh",
      `The unit cell ${family.name} is meshed without Gmsh and takes no ${refused}; expected --size alone.`,
      { details: { geometry: family.name } },
    );
  }
  const given = [options.size, h].filter((size) => size !== undefined);
  if (given.length === 2 && given[0] !== given[1]) {
    throw new UsageError(
      "contradicting-size",
      `The mesh size is given twice: size ${given[0]} and h = ${given[1]}; leave one of them out.`,
      { details: { size: given[0], h: given[1] } },
    );
  }
  const size = given.at(0) ?? family.defaultSize;
  const levelSet = createFamilyLevelSet(family, set);
  const { output, format, ascii, progress, verify } = options;
  const written = await writeLevelSetMesh(levelSet, {
    size,
    output,
    grading,
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
    command: ["erfem", "mesh", family.name, ...settings, "--size", String(size), "-o", output],
    gmshVersion: null,
    warnings: [],
  };
}
