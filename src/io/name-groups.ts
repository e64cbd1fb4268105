import type { MeshRegion, PhysicalGroup } from "../mesh/tet-mesh.js";
import type { ElementList } from "./element-list.js";
import type { PhysicalName } from "./raw-mesh.js";

/** Groups of one dimension, and the regions in terms of them. */
export interface NamedRegions {
  /** Groups in the order of $PhysicalNames, then those without a name by tag, then entities in no group by tag. */
  readonly groups: readonly PhysicalGroup[];
  /** In the order in which the elements meet them. */
  readonly regions: readonly MeshRegion[];
}

/**
 * Names the physical groups of the listed elements and drops what no element uses. Groups of one name become one group.
 * The elements' regions become indices into the regions that are returned.
 * @param dimension 3: an entity in no group becomes a group of its own, `volume<tag>`; 2: it stays without group
 * @param warnings sentences are appended
 */
export function nameGroups(
  list: ElementList,
  dimension: 2 | 3,
  names: readonly PhysicalName[],
  warnings: string[],
): NamedRegions {
  const rawRegions = list.usedRegions.map((index) => ({ ...list.regions[index], index }));
  const groups: PhysicalGroup[] = [];
  const byName = new Map<string, number>();
  const byTag = new Map<number, number>();
  const byEntity = new Map<number, number>();
  const what = dimension === 3 ? "volumes" : "surfaces";
  const add = (name: string, tag: number): number => {
    let group = byName.get(name);
    if (group === undefined) {
      group = groups.push({ name, tag }) - 1;
      byName.set(name, group);
    } else {
      warnings.push(
        `Two groups of ${what} have the name "${name}" (tags ${groups[group].tag} and ${tag}): joined.`,
      );
    }
    return group;
  };

  const usedTags = new Set(rawRegions.flatMap((region) => region.physicalTags));
  for (const { tag, name, dimension: nameDimension } of names) {
    if (nameDimension === dimension && usedTags.has(tag) && !byTag.has(tag)) byTag.set(tag, add(name, tag));
  }
  for (const tag of [...usedTags].sort((a, b) => a - b)) {
    if (!byTag.has(tag)) byTag.set(tag, add(`physical${tag}`, tag));
  }
  const unusedNames = names
    .filter((entry) => entry.dimension === dimension)
    .map((entry) => `"${entry.name}"`);
  if (usedTags.size === 0 && unusedNames.length > 0 && list.count > 0) {
    warnings.push(
      `The file names the groups ${unusedNames.join(", ")} of ${what}, but puts no element into any of them ` +
        "(Mesh.SaveAll loses them in MSH 2.2).",
    );
  }
  if (dimension === 3) {
    const outside = rawRegions
      .filter((region) => region.physicalTags.length === 0)
      .map((region) => region.entityTag);
    for (const tag of outside.sort((a, b) => a - b)) byEntity.set(tag, add(`volume${tag}`, tag));
    if (usedTags.size > 0 && outside.length > 0) {
      warnings.push(
        `Volumes ${outside.join(", ")} are in no physical group: named ${outside.map((tag) => `volume${tag}`).join(", ")}.`,
      );
    }
  }

  const regions: MeshRegion[] = [];
  const byKey = new Map<string, number>();
  const newIndex = new Int32Array(list.regions.length);
  for (const raw of rawRegions) {
    const own =
      raw.physicalTags.length > 0
        ? raw.physicalTags.map((tag) => byTag.get(tag))
        : [byEntity.get(raw.entityTag)];
    const indices = [...new Set(own.filter((group) => group !== undefined))].sort((a, b) => a - b);
    const key = `${raw.entityTag}:${indices.join()}`;
    const region = byKey.get(key) ?? regions.push({ entityTag: raw.entityTag, groups: indices }) - 1;
    byKey.set(key, region);
    newIndex[raw.index] = region;
  }
  if (newIndex.some((region, index) => region !== index)) {
    for (let element = 0; element < list.count; element++) {
      list.region[element] = newIndex[list.region[element]];
    }
  }
  return { groups, regions };
}
