import { ErfemError, UsageError, type ErrorDetails } from "../core/errors.js";
import { cross, norm3, type Vector3 } from "../core/tensor.js";
import type { Kernel } from "../kernel/kernel.js";
import { checkCellMesh } from "../mesh/check-cell-mesh.js";
import { findComponents } from "../mesh/components.js";
import { boundingBox, cellVolume, type BoundingBox } from "../mesh/geometry.js";
import { withKernelMesh } from "../mesh/kernel-mesh.js";
import { unitCellVolume, type UnitCell } from "../mesh/lattice.js";
import { findMembrane, type Membrane } from "../mesh/membrane.js";
import { countClassSizes, identifyPeriodicFaces, type PeriodicMesh } from "../mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases, type PhasePartition } from "../mesh/phases.js";
import { measureQuality, type MeshQuality } from "../mesh/quality.js";
import type { MeshRegion, PhysicalGroup, TetMesh } from "../mesh/tet-mesh.js";
import type { ComponentRecord } from "../io/homogenization-result.js";
import { toUnitCellOptions, warnOfHomogeneous, type WholeCellFlags } from "./command-options.js";

/** A physical group: of volumes with cells and volume, of surfaces with facets and area, in mesh units. */
export interface GroupSummary {
  readonly name: string;
  readonly tag: number;
  /** Number of cells or facets. */
  readonly count: number;
  /** Volume or area. */
  readonly measure: number;
}

export interface PhaseSummary {
  readonly name: string;
  readonly volumes: readonly string[];
  readonly cells: number;
  readonly volume: number;
  /** Null where no unit cell is known, like `components`. */
  readonly volumeFraction: number | null;
  readonly components: readonly ComponentRecord[] | null;
}

/** What is known only of a periodic unit cell. */
export interface PeriodicSummary {
  readonly unitCell: UnitCell;
  /** Number of periodic classes of nodes, by their size. */
  readonly classes: Readonly<Record<string, number>>;
  readonly maxMismatch: number;
  readonly tolerance: number;
  readonly membrane: {
    readonly area: number;
    readonly areaPerVolume: number;
    readonly pairs: Readonly<Record<string, number>>;
  };
}

/** What a mesh holds; the object that `erfem info --json` prints, with the facts on the file. */
export interface MeshSummary {
  readonly nodes: number;
  readonly cells: number;
  /** Triangles that stand in the file. */
  readonly facets: number;
  readonly boundingBox: BoundingBox;
  readonly volumes: readonly GroupSummary[];
  readonly surfaces: readonly GroupSummary[];
  /** Null where the cells cannot be divided into phases. */
  readonly phases: readonly PhaseSummary[] | null;
  /** Null where the mesh is no periodic unit cell. */
  readonly periodic: PeriodicSummary | null;
  readonly quality: MeshQuality;
  readonly report: Omit<TetMesh["report"], "warnings">;
  readonly warnings: readonly string[];
  /** Why `phases` or `periodic` is null. */
  readonly error: { readonly code: string; readonly message: string; readonly details: ErrorDetails } | null;
}

/**
 * Measures a mesh. That it is no periodic unit cell is no failure here, but comes back as `problem`.
 *
 * @throws UsageError for phases or a unit cell that contradict the mesh
 */
export function summarizeMesh(
  kernel: Kernel,
  mesh: TetMesh,
  flags: WholeCellFlags,
): { readonly summary: MeshSummary; readonly problem: ErfemError | undefined } {
  let partition: PhasePartition | undefined;
  let periodic: PeriodicMesh | undefined;
  let problem: ErfemError | undefined;
  try {
    partition = partitionPhases(mesh, flags.phase);
    if (flags.wholeCell === true) checkCellMesh(kernel, mesh);
    else periodic = identifyPeriodicFaces(kernel, mesh, partition.phases.length, toUnitCellOptions(flags));
  } catch (error) {
    if (!(error instanceof ErfemError) || error instanceof UsageError) throw error;
    problem = error;
  }
  const cells = countRegions(mesh.cellRegions.length, mesh.cellRegion);
  const volumes = sumRegions(mesh.cellRegions.length, mesh.cellRegion, (cell) => cellVolume(mesh, cell));
  const facets = countRegions(mesh.facetRegions.length, mesh.facetRegion);
  const areas = sumRegions(mesh.facetRegions.length, mesh.facetRegion, (facet) => facetArea(mesh, facet));
  const found =
    partition === undefined || periodic === undefined
      ? undefined
      : measurePeriodic(kernel, periodic, partition);
  const membrane = found?.membrane;
  const { warnings, ...report } = mesh.report;
  const summary: MeshSummary = {
    nodes: mesh.numNodes,
    cells: mesh.numCells,
    facets: mesh.numFacets,
    boundingBox: boundingBox(mesh),
    volumes: summarizeGroups(mesh.volumes, mesh.cellRegions, cells, volumes),
    surfaces: summarizeGroups(mesh.surfaces, mesh.facetRegions, facets, areas),
    phases: partition === undefined ? null : summarizePhases(partition, found, cells, volumes),
    periodic:
      periodic === undefined || membrane === undefined
        ? null
        : {
            unitCell: periodic.unitCell,
            classes: Object.fromEntries(
              countClassSizes(periodic.nodeClass).flatMap((n, size) => (n > 0 ? [[size, n]] : [])),
            ),
            maxMismatch: periodic.maxMismatch,
            tolerance: periodic.tolerance,
            membrane: {
              area: membrane.area,
              areaPerVolume: membrane.area / unitCellVolume(periodic.unitCell),
              pairs: membrane.pairs,
            },
          },
    quality: measureQuality(mesh),
    report,
    warnings: [
      ...warnings,
      ...(membrane?.warnings ?? []),
      ...warnOfHomogeneous(flags, periodic?.unitCell.source),
    ],
    error:
      problem === undefined
        ? null
        : { code: problem.code, message: problem.message, details: problem.details },
  };
  return { summary, problem };
}

function summarizePhases(
  partition: PhasePartition,
  found: PeriodicMeasures | undefined,
  cells: Int32Array,
  volumes: Float64Array,
): PhaseSummary[] {
  const { phases, regionPhase } = partition;
  const numCells = new Int32Array(phases.length);
  const volume = new Float64Array(phases.length);
  regionPhase.forEach((phase, region) => {
    numCells[phase] += cells[region];
    volume[phase] += volumes[region];
  });
  return phases.map(({ name, volumes: names }, p) => ({
    name,
    volumes: names,
    cells: numCells[p],
    volume: volume[p],
    volumeFraction: found === undefined ? null : volume[p] / found.unitCellVolume,
    components: found === undefined ? null : found.components[p],
  }));
}

interface PeriodicMeasures {
  readonly unitCellVolume: number;
  readonly membrane: Membrane;
  /** Components of every phase. */
  readonly components: readonly ComponentRecord[][];
}

function measurePeriodic(
  kernel: Kernel,
  periodic: PeriodicMesh,
  partition: PhasePartition,
): PeriodicMeasures {
  const size = unitCellVolume(periodic.unitCell);
  return withKernelMesh(kernel, periodic, (mesh) => ({
    unitCellVolume: size,
    membrane: findMembrane(mesh, partition),
    components: cellsByPhase(partition).map((phaseCells) =>
      findComponents(mesh, phaseCells).components.map((component) => ({
        cells: component.numCells,
        volumeFraction: component.volume / size,
        percolates: component.percolates,
      })),
    ),
  }));
}

/** Count and measure of each group, from those of the regions. */
function summarizeGroups(
  groups: readonly PhysicalGroup[],
  regions: readonly MeshRegion[],
  counts: Int32Array,
  measures: Float64Array,
): GroupSummary[] {
  const count = new Int32Array(groups.length);
  const measure = new Float64Array(groups.length);
  regions.forEach((region, r) => {
    for (const group of region.groups) {
      count[group] += counts[r];
      measure[group] += measures[r];
    }
  });
  return groups.map((group, g) => ({ ...group, count: count[g], measure: measure[g] }));
}

function countRegions(numRegions: number, regionOf: Int32Array): Int32Array {
  const counts = new Int32Array(numRegions);
  for (const region of regionOf) counts[region]++;
  return counts;
}

/** Sum of term(i) over the members i of each region, compensated as in core/summation. */
function sumRegions(numRegions: number, regionOf: Int32Array, term: (i: number) => number): Float64Array {
  const sums = new Float64Array(numRegions);
  const corrections = new Float64Array(numRegions);
  for (let i = 0; i < regionOf.length; i++) {
    const r = regionOf[i];
    const x = term(i);
    const total = sums[r] + x;
    corrections[r] += Math.abs(sums[r]) >= x ? sums[r] - total + x : x - total + sums[r];
    sums[r] = total;
  }
  return sums.map((sum, r) => sum + corrections[r]);
}

/** Area of a facet that stands in the file, 1/2 |(x1 - x0) x (x2 - x0)|. */
function facetArea(mesh: TetMesh, facet: number): number {
  const x = mesh.coordinates;
  const [a, b, c] = [0, 1, 2].map((corner) => 3 * mesh.facets[3 * facet + corner]);
  const edge = (end: number): Vector3 => [x[end] - x[a], x[end + 1] - x[a + 1], x[end + 2] - x[a + 2]];
  return norm3(cross(edge(b), edge(c))) / 2;
}
