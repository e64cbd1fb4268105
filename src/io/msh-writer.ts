import { UsageError } from "../core/errors.js";
import type { MeshRegion, PhysicalGroup, TetMesh } from "../mesh/tet-mesh.js";
import { BinarySink, TextSink, type ByteSink } from "./byte-sink.js";
import { writeElementData } from "./element-data-writer.js";
import { writeMsh2Body } from "./msh2-writer.js";
import { writeMsh4Body } from "./msh4-writer.js";
import { maxInt, type WritableMesh, type WritableRegion } from "./writable-mesh.js";

/** Options of {@link writeMsh}. */
export interface WriteMshOptions {
  readonly version: "2.2" | "4.1";
  /** Binary (little-endian) instead of text; default true. */
  readonly binary?: boolean;
}

/**
 * Writes a mesh in Gmsh's format: nodes and cells with their tags and in their order, facets, physical names, $Periodic
 * and cell data. parseMsh reads all arrays back unchanged, provided that groups are numbered in the order of first use of
 * the reader: physical groups, then volumes in no group (`volume<tag>`), which are written without a group. Version 4.1
 * gives an entity whose elements have different groups several entity tags.
 * @throws UsageError `msh-group-invalid` for two groups with one tag or a name that the format cannot hold,
 *   `msh-tag-too-large` for tags above 2^31 - 1 where the format has 32-bit tags, `msh-view-invalid` for a view's name of
 *   several lines
 * @see Gmsh reference manual, section 10.1, MSH file format
 */
export function writeMsh(mesh: TetMesh, options: WriteMshOptions): Uint8Array {
  const { version, binary = true } = options;
  const volumeIsEntity = mesh.volumes.map((_, group) => isEntityGroup(mesh, group));
  const volumes = mesh.volumes.filter((_, group) => !volumeIsEntity[group]);
  checkGroups(volumes);
  checkGroups(mesh.surfaces);

  const sink: ByteSink = binary ? new BinarySink(version === "4.1" ? 8 : 4) : new TextSink();
  sink.writeText(`$MeshFormat\n${version} ${binary ? 1 : 0} 8\n`);
  if (binary) {
    sink.writeInt(1);
    sink.writeText("\n");
  }
  sink.writeText("$EndMeshFormat\n");
  writePhysicalNames(sink, volumes, mesh.surfaces);
  const writable: WritableMesh = {
    mesh,
    cellRegions: resolveRegions(mesh.cellRegions, (group) =>
      volumeIsEntity[group] ? [] : [mesh.volumes[group].tag],
    ),
    facetRegions: resolveRegions(mesh.facetRegions, (group) => [mesh.surfaces[group].tag]),
  };
  if (version === "4.1") writeMsh4Body(sink, writable);
  else writeMsh2Body(sink, writable);
  writeElementData(sink, mesh);
  return sink.getBytes();
}

/** Whether a volume group is the reader's name for an entity in no group, so that it is written as no group. */
function isEntityGroup(mesh: TetMesh, group: number): boolean {
  const { name, tag } = mesh.volumes[group];
  const isOwn = ({ entityTag, groups }: MeshRegion): boolean => entityTag === tag && groups.length === 1;
  return (
    name === `volume${tag}` &&
    mesh.cellRegions.every((region) => !region.groups.includes(group) || isOwn(region))
  );
}

function resolveRegions(
  regions: readonly MeshRegion[],
  getTags: (group: number) => readonly number[],
): WritableRegion[] {
  return regions.map(({ entityTag, groups }) => ({ entityTag, physicalTags: groups.flatMap(getTags) }));
}

function checkGroups(groups: readonly PhysicalGroup[]): void {
  const nameOfTag = new Map<number, string>();
  for (const { name, tag } of groups) {
    const other = nameOfTag.get(tag);
    if (other !== undefined || !Number.isInteger(tag) || tag < 1 || tag > maxInt) {
      const fact = other === undefined ? "" : `, and so has "${other}"`;
      throw new UsageError(
        "msh-group-invalid",
        `Group "${name}" has the tag ${tag}${fact}; expected a positive 32-bit integer for each group: renumber the groups.`,
        { details: { name, tag } },
      );
    }
    if (/["\r\n]/.test(name)) {
      throw new UsageError(
        "msh-group-invalid",
        `Group ${JSON.stringify(name)} (tag ${tag}) has a quotation mark or a line end in its name: rename it.`,
        { details: { name, tag } },
      );
    }
    nameOfTag.set(tag, name);
  }
}

function writePhysicalNames(
  sink: ByteSink,
  volumes: readonly PhysicalGroup[],
  surfaces: readonly PhysicalGroup[],
): void {
  if (volumes.length + surfaces.length === 0) return;
  const lines = [
    ...surfaces.map(({ name, tag }) => `2 ${tag} "${name}"\n`),
    ...volumes.map(({ name, tag }) => `3 ${tag} "${name}"\n`),
  ];
  sink.writeText(`$PhysicalNames\n${lines.length}\n${lines.join("")}$EndPhysicalNames\n`);
}
