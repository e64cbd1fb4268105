import { MeshError, UsageError } from "../core/errors.js";
import type { TetMesh } from "./tet-mesh.js";

/** A phase by its name and the physical volumes that conduct together, by name or by physical tag. */
export interface PhaseSpec {
  readonly name: string;
  readonly volumes: readonly string[];
}

/** One or several physical volumes that conduct together. */
export interface Phase {
  readonly name: string;
  /** Names of its physical volumes. */
  readonly volumes: readonly string[];
}

/** Every cell in exactly one phase. */
export interface PhasePartition {
  readonly phases: readonly Phase[];
  /** Phase index of each cell region of the mesh. */
  readonly regionPhase: Int32Array;
  /** Region of each cell, that of the mesh. */
  readonly cellRegion: Int32Array;
  /** Phase index of each cell, numCells: regionPhase[cellRegion[cell]], as an array when it is asked for. */
  readonly cellPhase: Int32Array;
}

/** Name of what lies beyond a boundary facet inside Y where only one phase is meshed. */
export const VOID_PHASE = "void";

/** Names listed in a message before the rest is only counted: a polycrystal has thousands. */
const LISTED_NAMES = 20;

/**
 * Divides the cells of a mesh into phases: first those asked for, then one for each physical volume left. Linear in the
 * numbers of cells, regions and volumes.
 *
 * @throws UsageError `unknown-volume`, `duplicate-phase`, `overlapping-phases`; `phase-name-reserved` for a single phase
 *   called `void`, the name of what lies around it
 * @throws MeshError `ambiguous-volume` where cells lie in several physical volumes and none of them was asked for
 */
export function partitionPhases(mesh: TetMesh, requested: readonly PhaseSpec[] = []): PhasePartition {
  const phases: Phase[] = [];
  const names = new Set<string>();
  const regionPhase = new Int32Array(mesh.cellRegions.length).fill(-1);
  if (requested.length > 0) {
    const volumeIndex = indexVolumes(mesh);
    const regionsOfVolume = listRegions(mesh);
    for (const spec of requested) {
      addRequestedPhase(mesh, spec, volumeIndex, regionsOfVolume, phases, names, regionPhase);
    }
  }
  addRemainingVolumes(mesh, phases, names, regionPhase);
  if (phases.length === 1 && phases[0].name === VOID_PHASE) {
    throw new UsageError(
      "phase-name-reserved",
      `the only phase is called "${VOID_PHASE}", the name of what lies around a phase meshed alone; give it another ` +
        `name, for instance --phase ER=${phases[0].volumes.join("+")}`,
      { details: { phase: VOID_PHASE } },
    );
  }

  const { cellRegion } = mesh;
  let cellPhase: Int32Array | undefined;
  return {
    phases,
    regionPhase,
    cellRegion,
    get cellPhase() {
      cellPhase ??= cellRegion.map((region) => regionPhase[region]);
      return cellPhase;
    },
  };
}

/** Cells of one phase, ascending. Looks at every cell: `cellsByPhase` gives those of all phases at once. */
export function cellsOfPhase(partition: PhasePartition, phase: number): Int32Array {
  const { cellPhase } = partition;
  let count = 0;
  for (let cell = 0; cell < cellPhase.length; cell++) if (cellPhase[cell] === phase) count++;
  const cells = new Int32Array(count);
  count = 0;
  for (let cell = 0; cell < cellPhase.length; cell++) if (cellPhase[cell] === phase) cells[count++] = cell;
  return cells;
}

/** Up to so many phases a pass for each is faster than one in which every cell goes to a list of its own choice. */
const FEW_PHASES = 4;

/** Cells of every phase, each list ascending, numPhases lists: a few passes over the cells, however many phases. */
export function cellsByPhase(partition: PhasePartition): Int32Array[] {
  const { cellRegion, regionPhase, phases } = partition;
  const numCells = cellRegion.length;
  const countOfRegion = new Int32Array(regionPhase.length);
  for (let cell = 0; cell < numCells; cell++) countOfRegion[cellRegion[cell]]++;
  const count = new Int32Array(phases.length);
  regionPhase.forEach((phase, region) => (count[phase] += countOfRegion[region]));
  const lists = Array.from(count, (length) => new Int32Array(length));
  if (phases.length <= FEW_PHASES) {
    lists.forEach((list, phase) => {
      fillWithCells(list, phase, cellRegion, regionPhase);
    });
    return lists;
  }
  count.fill(0);
  for (let cell = 0; cell < numCells; cell++) {
    const phase = regionPhase[cellRegion[cell]];
    lists[phase][count[phase]++] = cell;
  }
  return lists;
}

function fillWithCells(
  list: Int32Array,
  phase: number,
  cellRegion: Int32Array,
  regionPhase: Int32Array,
): void {
  let count = 0;
  for (let cell = 0; count < list.length; cell++) {
    if (regionPhase[cellRegion[cell]] === phase) list[count++] = cell;
  }
}

/**
 * Indices of the physical volumes by name and, for tags that are the name of none, by physical tag in decimal digits:
 * how users name volumes.
 */
export function indexVolumes(mesh: TetMesh): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  mesh.volumes.forEach(({ name }, volume) => {
    if (!index.has(name)) index.set(name, volume);
  });
  mesh.volumes.forEach(({ tag }, volume) => {
    if (!index.has(String(tag))) index.set(String(tag), volume);
  });
  return index;
}

/** `ER, cytosol` for a message; of many names the first ones and the number of the others. */
export function listNames(names: readonly string[]): string {
  if (names.length <= LISTED_NAMES) return names.join(", ");
  return `${names.slice(0, LISTED_NAMES).join(", ")} and ${names.length - LISTED_NAMES} more`;
}

/** Regions of each physical volume, numVolumes lists. */
function listRegions(mesh: TetMesh): number[][] {
  const regions = mesh.volumes.map((): number[] => []);
  mesh.cellRegions.forEach((region, r) => {
    for (const group of region.groups) regions[group].push(r);
  });
  return regions;
}

function addRequestedPhase(
  mesh: TetMesh,
  spec: PhaseSpec,
  volumeIndex: ReadonlyMap<string, number>,
  regionsOfVolume: readonly (readonly number[])[],
  phases: Phase[],
  names: Set<string>,
  regionPhase: Int32Array,
): void {
  if (names.has(spec.name)) {
    throw new UsageError(
      "duplicate-phase",
      `the phase "${spec.name}" is asked for twice; give each phase once`,
      { details: { phase: spec.name } },
    );
  }
  if (spec.volumes.length === 0) {
    throw new UsageError(
      "unknown-volume",
      `the phase "${spec.name}" has no volumes; write NAME=volume1+volume2`,
      { details: { phase: spec.name } },
    );
  }
  const volumes = spec.volumes.map((name) => {
    const volume = volumeIndex.get(name);
    if (volume === undefined) refuseUnknownVolume(mesh, name);
    return volume;
  });
  const index = phases.length;
  for (const volume of volumes) {
    for (const r of regionsOfVolume[volume]) {
      if (regionPhase[r] >= 0 && regionPhase[r] !== index) {
        const { entityTag } = mesh.cellRegions[r];
        const other = phases[regionPhase[r]].name;
        throw new UsageError(
          "overlapping-phases",
          `the phases "${other}" and "${spec.name}" share cells (volume entity ${entityTag}); a cell conducts in one ` +
            `phase only`,
          { details: { phases: [other, spec.name], entityTag } },
        );
      }
      regionPhase[r] = index;
    }
  }
  names.add(spec.name);
  phases.push({ name: spec.name, volumes: volumes.map((volume) => mesh.volumes[volume].name) });
}

function addRemainingVolumes(
  mesh: TetMesh,
  phases: Phase[],
  names: Set<string>,
  regionPhase: Int32Array,
): void {
  const phaseOfVolume = new Map<number, number>();
  mesh.cellRegions.forEach((region, r) => {
    if (regionPhase[r] >= 0) return;
    if (region.groups.length > 1) {
      const volumes = region.groups.map((group) => mesh.volumes[group].name);
      throw new MeshError(
        "ambiguous-volume",
        `the cells of volume entity ${region.entityTag} lie in several physical volumes (${volumes.join(", ")}); say ` +
          `which of them are phases, for instance --phase ${volumes[0]}`,
        { details: { entityTag: region.entityTag, volumes } },
      );
    }
    const group = region.groups[0];
    let index = phaseOfVolume.get(group);
    if (index === undefined) {
      const { name } = mesh.volumes[group];
      if (names.has(name)) {
        throw new UsageError(
          "duplicate-phase",
          `the phase "${name}" has the name of a physical volume that is not part of it; choose another name`,
          { details: { phase: name } },
        );
      }
      index = phases.push({ name, volumes: [name] }) - 1;
      names.add(name);
      phaseOfVolume.set(group, index);
    }
    regionPhase[r] = index;
  });
}

function refuseUnknownVolume(mesh: TetMesh, name: string): never {
  const existing = mesh.volumes.map((volume) => `${volume.name} (tag ${volume.tag})`);
  throw new UsageError(
    "unknown-volume",
    `the mesh has no physical volume "${name}"; it has: ${listNames(existing)}`,
    { details: { volume: name, existing: mesh.volumes.map((volume) => volume.name) } },
  );
}
