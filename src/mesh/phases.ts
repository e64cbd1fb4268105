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
  /** Phase index of each cell, numCells. */
  readonly cellPhase: Uint16Array;
}

/**
 * Divides the cells of a mesh into phases: first those asked for, then one for each physical volume left.
 *
 * @throws UsageError `unknown-volume`, `duplicate-phase`, `overlapping-phases`
 * @throws MeshError `ambiguous-volume` where cells lie in several physical volumes and none of them was asked for
 */
export function partitionPhases(mesh: TetMesh, requested: readonly PhaseSpec[] = []): PhasePartition {
  const phases: Phase[] = [];
  const regionPhase = new Int32Array(mesh.cellRegions.length).fill(-1);
  for (const spec of requested) addRequestedPhase(mesh, spec, phases, regionPhase);
  addRemainingVolumes(mesh, phases, regionPhase);

  const cellPhase = new Uint16Array(mesh.numCells);
  for (let cell = 0; cell < mesh.numCells; cell++) cellPhase[cell] = regionPhase[mesh.cellRegion[cell]];
  return { phases, regionPhase, cellPhase };
}

/** Cells of one phase, ascending. */
export function cellsOfPhase(partition: PhasePartition, phase: number): Int32Array {
  const { cellPhase } = partition;
  let count = 0;
  for (let cell = 0; cell < cellPhase.length; cell++) if (cellPhase[cell] === phase) count++;
  const cells = new Int32Array(count);
  count = 0;
  for (let cell = 0; cell < cellPhase.length; cell++) if (cellPhase[cell] === phase) cells[count++] = cell;
  return cells;
}

/**
 * Index of the physical volume with this name or, failing that, this physical tag.
 *
 * @throws UsageError `unknown-volume`, with the names that exist
 */
export function findVolume(mesh: TetMesh, nameOrTag: string): number {
  const byName = mesh.volumes.findIndex((volume) => volume.name === nameOrTag);
  if (byName >= 0) return byName;
  const byTag = mesh.volumes.findIndex((volume) => String(volume.tag) === nameOrTag);
  if (byTag >= 0) return byTag;
  const existing = mesh.volumes.map((volume) => `${volume.name} (tag ${volume.tag})`);
  throw new UsageError(
    "unknown-volume",
    `the mesh has no physical volume "${nameOrTag}"; it has: ${existing.join(", ")}`,
    { details: { volume: nameOrTag, existing: mesh.volumes.map((volume) => volume.name) } },
  );
}

function addRequestedPhase(mesh: TetMesh, spec: PhaseSpec, phases: Phase[], regionPhase: Int32Array): void {
  if (phases.some((phase) => phase.name === spec.name)) {
    throw new UsageError(
      "duplicate-phase",
      `the phase "${spec.name}" is asked for twice; give each phase once`,
      {
        details: { phase: spec.name },
      },
    );
  }
  const volumes = spec.volumes.map((name) => findVolume(mesh, name));
  if (volumes.length === 0) {
    throw new UsageError(
      "unknown-volume",
      `the phase "${spec.name}" has no volumes; write NAME=volume1+volume2`,
      {
        details: { phase: spec.name },
      },
    );
  }
  const index = phases.length;
  mesh.cellRegions.forEach((region, r) => {
    if (!region.groups.some((group) => volumes.includes(group))) return;
    if (regionPhase[r] >= 0) {
      throw new UsageError(
        "overlapping-phases",
        `the phases "${phases[regionPhase[r]].name}" and "${spec.name}" share cells (volume entity ` +
          `${region.entityTag}); a cell conducts in one phase only`,
        { details: { phases: [phases[regionPhase[r]].name, spec.name], entityTag: region.entityTag } },
      );
    }
    regionPhase[r] = index;
  });
  phases.push({ name: spec.name, volumes: volumes.map((volume) => mesh.volumes[volume].name) });
}

function addRemainingVolumes(mesh: TetMesh, phases: Phase[], regionPhase: Int32Array): void {
  const phaseOfVolume = new Map<number, number>();
  mesh.cellRegions.forEach((region, r) => {
    if (regionPhase[r] >= 0) return;
    if (region.groups.length > 1) {
      const names = region.groups.map((group) => mesh.volumes[group].name);
      throw new MeshError(
        "ambiguous-volume",
        `the cells of volume entity ${region.entityTag} lie in several physical volumes (${names.join(", ")}); say ` +
          `which of them are phases, for instance --phase ${names[0]}`,
        { details: { entityTag: region.entityTag, volumes: names } },
      );
    }
    const group = region.groups[0];
    let index = phaseOfVolume.get(group);
    if (index === undefined) {
      const name = mesh.volumes[group].name;
      if (phases.some((phase) => phase.name === name)) {
        throw new UsageError(
          "duplicate-phase",
          `the phase "${name}" has the name of a physical volume that is not part of it; choose another name`,
          { details: { phase: name } },
        );
      }
      index = phases.length;
      phaseOfVolume.set(group, index);
      phases.push({ name, volumes: [name] });
    }
    regionPhase[r] = index;
  });
}
