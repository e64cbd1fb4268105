import { UsageError } from "../core/errors.js";
import { indexVolumes } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { indexNames } from "./index-names.js";
import type { MembraneOptions, RegionOptions } from "./problem-options.js";
import type { Reaction } from "./reaction.js";

/** A volume or a membrane on the nodes of the mesh: its pairs (node, region) are one behind the other. */
export interface ProblemRegion {
  /** Name of the volume or of the membrane. */
  readonly volume: string;
  readonly reaction: Reaction | null;
  /** Field of the problem of each field of the reaction. */
  readonly fieldOfReaction: Int32Array;
  /** C of each field of the problem, numFields; 0 where it does not exist, and on a membrane. */
  readonly capacities: Float64Array;
  readonly firstPair: number;
  readonly numPairs: number;
  /** States of a pair. */
  readonly numStates: number;
  /** Where its states begin: those of pair p at firstState + (p - firstPair) numStates. */
  readonly firstState: number;
}

/** Where the pairs and states of a region begin, and how many pairs it has. */
type RegionPlace = Pick<ProblemRegion, "firstPair" | "numPairs" | "firstState">;

/** @throws UsageError `duplicate-field`, `capacity-not-positive` */
export function checkFields({ volume, fields }: RegionOptions): void {
  fields.forEach(({ name, capacity }, index) => {
    const details = { volume, field: name, capacity };
    if (fields.findIndex((other) => other.name === name) !== index) {
      throw new UsageError("duplicate-field", `the region "${volume}" names the field "${name}" twice`, {
        details,
      });
    }
    if (!(capacity > 0 && Number.isFinite(capacity))) {
      throw new UsageError(
        "capacity-not-positive",
        `the capacity of "${name}" in "${volume}" is ${capacity}; expected a volume fraction > 0`,
        { details },
      );
    }
  });
}

/**
 * The region of a volume.
 *
 * @throws UsageError `unknown-field`
 */
export function createVolumeRegion(
  region: RegionOptions,
  fieldNames: readonly string[],
  place: RegionPlace,
): ProblemRegion {
  const { volume, fields, reaction = null } = region;
  const capacities = new Float64Array(fieldNames.length);
  for (const { name, capacity } of fields) capacities[fieldNames.indexOf(name)] = capacity;
  const own = fields.map(({ name }) => name);
  const fieldOfReaction = Int32Array.from(reaction?.fields ?? [], (name) =>
    fieldNames.indexOf(own[indexNames(own, name, "field")]),
  );
  return { volume, reaction, fieldOfReaction, capacities, numStates: reaction?.states.length ?? 0, ...place };
}

/**
 * The region of a membrane.
 *
 * @throws UsageError `unknown-field`
 */
export function createMembraneRegion(
  { name, reaction }: MembraneOptions,
  fieldNames: readonly string[],
  place: RegionPlace,
): ProblemRegion {
  const fieldOfReaction = Int32Array.from(reaction.fields, (field) => indexNames(fieldNames, field, "field"));
  const capacities = new Float64Array(fieldNames.length);
  return { volume: name, reaction, fieldOfReaction, capacities, numStates: reaction.states.length, ...place };
}

/**
 * Refuses a region with a node that lacks a field of its reaction.
 *
 * @param exists whether field k exists at node i
 * @throws UsageError `field-not-on-membrane`
 */
export function requireFields(
  { volume, fieldOfReaction, firstPair, numPairs }: ProblemRegion,
  fieldNames: readonly string[],
  pairNode: readonly number[],
  exists: (node: number, field: number) => boolean,
): void {
  for (let pair = firstPair; pair < firstPair + numPairs; pair++) {
    const node = pairNode[pair];
    const field = fieldOfReaction.find((one) => !exists(node, one));
    if (field === undefined) continue;
    throw new UsageError(
      "field-not-on-membrane",
      `the membrane "${volume}" has the node ${node}, where the field "${fieldNames[field]}" does not exist; its facets lie ` +
        "between volumes that together have all fields of its reaction",
      { details: { membrane: volume, node, field: fieldNames[field] } },
    );
  }
}

/**
 * Region of each cell, numCells; -1 for none.
 *
 * @throws UsageError `unknown-volume`, `overlapping-regions`
 */
export function findRegions(mesh: TetMesh, regions: readonly RegionOptions[]): Int32Array {
  const volumes = indexVolumes(mesh);
  const regionOfGroup = new Map<number, number>();
  regions.forEach(({ volume }, r) => {
    const group = volumes.get(volume) ?? indexNames([...volumes.keys()], volume, "volume");
    if (regionOfGroup.has(group)) refuseOverlap(volume, regions[regionOfGroup.get(group) ?? 0].volume);
    regionOfGroup.set(group, r);
  });
  const regionOfEntity = mesh.cellRegions.map(({ groups }) => {
    const found = groups.flatMap((group) => regionOfGroup.get(group) ?? []);
    if (found.length > 1) refuseOverlap(regions[found[0]].volume, regions[found[1]].volume);
    return found.length === 1 ? found[0] : -1;
  });
  return mesh.cellRegion.map((entity) => regionOfEntity[entity]);
}

function refuseOverlap(first: string, second: string): never {
  throw new UsageError(
    "overlapping-regions",
    `the regions "${first}" and "${second}" share cells; a cell belongs to one region`,
    { details: { volumes: [first, second] } },
  );
}
