import { MeshError, UsageError } from "../core/errors.js";
import { SYMMETRIC_SIZE } from "../core/symmetric.js";
import { SYMMETRIC_INDEX, type Matrix3 } from "../core/tensor.js";
import { tensorOffset, type CellCoefficient } from "../fem/cell-input.js";
import type { DofMap } from "../fem/dof-map.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import { sumCompensated } from "../core/summation.js";
import { facetArea } from "../mesh/facets.js";
import { unitCellVolume } from "../mesh/lattice.js";
import type { Membrane } from "../mesh/membrane.js";
import type { PeriodicMesh } from "../mesh/periodic-mesh.js";

/** A homogenized unit cell, as `homogenize` returns it: tensors, correctors and the mesh they belong to. */
export interface HomogenizedCell {
  readonly result: HomogenizationResult;
  readonly correctors: Readonly<Record<string, PhaseCorrectors>>;
  readonly periodic: PeriodicMesh;
  readonly membrane: Membrane;
}

/** Correctors of a phase on the dofs of P1. */
interface PhaseCorrectors {
  readonly phaseCells: Int32Array;
  readonly dofMap: DofMap;
  readonly coefficient: CellCoefficient;
  /** chi_k, numDofs x 3, mesh units. */
  readonly chi: Float64Array;
}

/** One phase of a unit cell, ready to be resolved. */
export interface ResolvedPhase {
  readonly name: string;
  /** Cells of the unit cell's mesh, ascending. */
  readonly cells: Int32Array;
  /** Physical volumes. */
  readonly volumes: readonly string[];
  /** gamma. */
  readonly volumeFraction: number;
  /** a~, um^2/s. */
  readonly homogenized: Matrix3;
  /** a~ for a = identity; null where a is not a constant number. */
  readonly factor: Matrix3 | null;
  /** a on each cell of the unit cell's mesh, um^2/s, or the one for all. */
  readonly tensor: Matrix3 | ((cell: number) => Matrix3);
  /** chi_k at each node of the unit cell's mesh, numNodes x 3, mesh units; 0 outside of the phase. */
  readonly chi: Float64Array;
}

/** A unit cell whose copies make a block. */
export interface ResolvedUnitCell {
  readonly periodic: PeriodicMesh;
  readonly cytosol: ResolvedPhase;
  readonly er: ResolvedPhase;
  /** Half-facets of the membrane between the two, each facet once. */
  readonly membrane: Int32Array;
  /** |L1| area / |Y|: 1 for a unit cube with one unit of membrane; lambda~ = lambda times this, see (2.26). */
  readonly membraneFactor: number;
}

/** um^2/s in 1 um^2/ms. */
const PER_SECOND = 1000;

/**
 * The two phases of a homogenized unit cell and the membrane between them.
 *
 * @param given names of the phases; by default `cytosol` and `ER`
 * @throws UsageError `unknown-phase`
 * @throws MeshError `unit-cell-oblique` for one that is no box along the axes; `phase-touches-itself` where a phase meets
 *   itself in an edge or a node only; `membrane-missing`; `membrane-on-face` where membrane lies on a face of the unit cell,
 *   which a block would cut
 */
export function prepareUnitCell(
  cell: HomogenizedCell,
  given: { readonly cytosol?: string | undefined; readonly er?: string | undefined } = {},
): ResolvedUnitCell {
  const names = { cytosol: given.cytosol ?? "cytosol", er: given.er ?? "ER" };
  requireBox(cell.periodic);
  const cytosol = preparePhase(cell, names.cytosol);
  const er = preparePhase(cell, names.er);
  const { periodic } = cell;
  const side = new Int8Array(periodic.mesh.numCells);
  for (const index of cell.correctors[names.cytosol].phaseCells) side[index] = 1;
  for (const index of cell.correctors[names.er].phaseCells) side[index] = 2;
  const membrane = cell.membrane.halfFacets.filter((half) => {
    const other = periodic.partner[half];
    return other >= 0 && side[half >> 2] + side[other >> 2] === 3;
  });
  if (membrane.length === 0) {
    throw new MeshError(
      "membrane-missing",
      `there is no membrane between "${names.cytosol}" and "${names.er}"; name two phases that touch`,
      { details: { ...names } },
    );
  }
  const onFace = membrane.filter((half) => periodic.wrap[half] !== 0).length;
  if (onFace > 0) {
    throw new MeshError(
      "membrane-on-face",
      `${onFace} facets of the membrane lie on faces of the unit cell, where a block of copies ends; move the unit cell so ` +
        "that its faces cut through the phases",
      { details: { facets: onFace } },
    );
  }
  const area = sumCompensated(membrane.length, (i) => facetArea(periodic.mesh, membrane[i]));
  const { unitCell } = periodic;
  const membraneFactor = (unitCell.vectors[0][0] * area) / unitCellVolume(unitCell);
  return { periodic, cytosol, er, membrane, membraneFactor };
}

function requireBox({ unitCell }: PeriodicMesh): void {
  const { vectors } = unitCell;
  const isBox = vectors.every((vector, k) =>
    vector.every((entry, d) => d === k || Math.abs(entry) <= 1e-9 * vector[k]),
  );
  if (isBox) return;
  throw new MeshError(
    "unit-cell-oblique",
    `the unit cell has the edges ${JSON.stringify(vectors)}; expected a box along the axes`,
    { details: { vectors } },
  );
}

function preparePhase({ result, correctors, periodic }: HomogenizedCell, name: string): ResolvedPhase {
  if (!Object.hasOwn(result.phases, name)) {
    const known = Object.keys(result.phases);
    throw new UsageError("unknown-phase", `there is no phase "${name}"; there are: ${known.join(", ")}`, {
      details: { phase: name, known },
    });
  }
  const { phaseCells, dofMap, coefficient, chi } = correctors[name];
  if (dofMap.numExtraDofs > 0) {
    throw new MeshError(
      "phase-touches-itself",
      `the phase "${name}" touches itself in ${dofMap.numExtraDofs} places in an edge or a node only, where it would ` +
        "conduct though it is not connected; mesh the geometry so that it either joins or does not touch",
      { details: { phase: name, places: dofMap.numExtraDofs } },
    );
  }
  const { volumes, volumeFraction, homogenized, factor } = result.phases[name];
  const { numNodes, numCells, cells } = periodic.mesh;
  const nodal = new Float64Array(3 * numNodes);
  const { cellDofs } = dofMap;
  for (let corner = 0; corner < cellDofs.length; corner++) {
    const node = cells[4 * phaseCells[corner >> 2] + (corner & 3)];
    for (let k = 0; k < 3; k++) nodal[3 * node + k] = chi[3 * cellDofs[corner] + k];
  }
  return {
    name,
    cells: phaseCells,
    volumes,
    volumeFraction,
    homogenized: scaleMatrix(homogenized),
    factor,
    tensor: readTensors(coefficient, phaseCells, numCells),
    chi: nodal,
  };
}

function readTensors(
  coefficient: CellCoefficient,
  phaseCells: Int32Array,
  numCells: number,
): ResolvedPhase["tensor"] {
  const read = (i: number): Matrix3 => {
    const offset = tensorOffset(coefficient, i);
    const at = (e: number): number => PER_SECOND * coefficient.tensors[offset + SYMMETRIC_INDEX[e]];
    return [
      [at(0), at(1), at(2)],
      [at(3), at(4), at(5)],
      [at(6), at(7), at(8)],
    ];
  };
  if (coefficient.tensors.length === SYMMETRIC_SIZE) return read(0);
  const placeOf = new Int32Array(numCells);
  phaseCells.forEach((cell, i) => (placeOf[cell] = i));
  return (cell) => read(placeOf[cell]);
}

function scaleMatrix(a: Matrix3): Matrix3 {
  const row = (i: number): [number, number, number] => [
    PER_SECOND * a[i][0],
    PER_SECOND * a[i][1],
    PER_SECOND * a[i][2],
  ];
  return [row(0), row(1), row(2)];
}
