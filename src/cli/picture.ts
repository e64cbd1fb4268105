import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { createCorrectorGrid } from "../homogenization/corrector-grid.js";
import { homogenize } from "../homogenization/homogenize.js";
import { readSnapshot, type Snapshot } from "../io/snapshot-reader.js";
import type { VtuGrid } from "../io/vtu-writer.js";
import { loadKernel } from "../kernel/kernel.js";
import { partitionPhases, type PhaseSpec } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { readFileBytes } from "../node/files.js";
import { drawCellPicture, type CellPictureOptions } from "../plots/cell-picture.js";
import { boundingBox } from "../plots/repeat-cell.js";
import type { SceneBox } from "../plots/scene-box.js";
import type { MeshFileFlags } from "./command-options.js";
import { toHomogenizeOptions, type HomogenizeFlags } from "./homogenize-flags.js";
import { openMesh } from "./open-mesh.js";
import type { CutFlag } from "./parse-picture.js";
import type { Terminal } from "./terminal.js";

/** Flags of a picture. */
export interface PictureFlags extends HomogenizeFlags, MeshFileFlags {
  readonly title?: string;
  readonly width?: number;
  readonly fontSize?: number;
  readonly color?: string;
  readonly arrows?: boolean;
  readonly count?: number;
  readonly unit?: string;
  readonly membrane?: boolean;
  readonly cut?: CutFlag;
  readonly tile?: number;
  readonly view?: Vector3;
  readonly range?: readonly [number, number];
}

/** The vector field of `--arrows`. */
const arrowField = "chi";

/** Most bytes of a .vtu file where --max-bytes says nothing. */
const MAX_VTU_BYTES = 2 ** 32;

/**
 * A mesh as an SVG text. Correctors are solved for where they are asked for, of the phases shown.
 *
 * @throws UsageError `unknown-field`, `unknown-phase`, and what reading and homogenizing throw
 */
export async function drawMesh(path: string, flags: PictureFlags, terminal: Terminal): Promise<string> {
  const kernel = await loadKernel();
  const isSolved = flags.color !== undefined || flags.arrows === true;
  const { mesh, source } = await openMesh({ file: path }, terminal, {
    kernel,
    file: flags,
    isOrdered: isSolved,
  });
  const phases = flags.phase ?? chooseEr(mesh);
  const unit = lengthUnits[flags.lengthUnit ?? "cell"];
  if (!isSolved) {
    const box = { ...(givenBox(flags) ?? boundingBox(mesh.coordinates)), unit: boxUnit(flags) };
    return drawCellPicture(shapeOf(mesh, phases), {
      ...toPictureOptions(flags, box),
      phases: names(phases, mesh),
    });
  }
  const known = ["chi_1", "chi_2", "chi_3"];
  if (flags.color !== undefined && !known.includes(flags.color)) {
    throw new UsageError(
      "unknown-field",
      `a mesh has no field "${flags.color}"; there are: ${known.join(", ")}. Other fields are in .vtu files`,
      { details: { name: flags.color, known } },
    );
  }
  const homogenized = await homogenize(mesh, {
    ...toHomogenizeOptions(flags),
    ...(phases.length === 0 ? {} : { phases }),
    ...terminal.progress,
    source,
    kernel,
  });
  const { origin, vectors } = homogenized.periodic.unitCell;
  const options = toPictureOptions(flags, { origin, vectors, unit: boxUnit(flags) });
  return drawCellPicture(snapshotOf(createCorrectorGrid(homogenized)), {
    ...options,
    unit: flags.unit ?? unit,
    phases: names(phases, mesh),
  });
}

/**
 * A .vtu file that erfem wrote as an SVG text.
 *
 * @throws ParseError `snapshot-unreadable`; UsageError `unknown-field`, `unknown-phase`
 */
export async function drawVtu(path: string, flags: PictureFlags): Promise<string> {
  const bytes = await readFileBytes(path, flags.maxBytes ?? MAX_VTU_BYTES);
  const grid = await readSnapshot(Uint8Array.from(bytes), path);
  // Snapshots of a simulation have no phases, and are in um.
  const unit = grid.phases === null && flags.lengthUnit === undefined ? lengthUnits.um : boxUnit(flags);
  const box = { ...(givenBox(flags) ?? boundingBox(grid.points)), unit };
  const wanted = flags.phase?.map(({ name }) => name);
  const isCorrector = flags.arrows === true || flags.color?.startsWith(`${arrowField}_`) === true;
  return drawCellPicture(grid, {
    ...toPictureOptions(flags, box),
    ...(isCorrector ? { unit: flags.unit ?? lengthUnits[flags.lengthUnit ?? "cell"] } : {}),
    ...(wanted === undefined ? {} : { phases: wanted }),
  });
}

/** Units as figures show them; a mesh without a unit is told so. */
const lengthUnits = { cell: "mesh units", nm: "nm", um: "µm" } as const;

function boxUnit({ lengthUnit = "cell" }: PictureFlags): string {
  return lengthUnit === "cell" ? "" : lengthUnits[lengthUnit];
}

function toPictureOptions(flags: PictureFlags, box: SceneBox): CellPictureOptions {
  const { title, width, fontSize, color, tile, range, cut, view, count, unit } = flags;
  const given = { title, width, fontSize, color, tile, range, eye: view, numArrows: count, unit };
  const normal = ([0, 1, 2] as const).map((d) => Number(d === cut?.axis));
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(flags.membrane === true ? { part: "membrane" as const } : {}),
    ...(flags.arrows === true ? { arrows: arrowField } : {}),
    ...(cut === undefined
      ? {}
      : { cut: { normal: [normal[0], normal[1], normal[2]], offset: placeCut(cut, box) } }),
    box,
  };
}

/** The place of a cut in mesh units: origin + share times the edge. */
function placeCut({ axis, at, isShare }: CutFlag, { origin, vectors }: SceneBox): number {
  return isShare ? origin[axis] + at * vectors[axis][axis] : at;
}

/** The unit cell of --unit-cell, where its corner is told too. */
function givenBox({ unitCell }: PictureFlags): SceneBox | null {
  return unitCell?.origin === undefined ? null : { origin: unitCell.origin, vectors: unitCell.vectors };
}

/** The volume `ER`, where there is one and nothing else was asked for. */
function chooseEr(mesh: TetMesh): PhaseSpec[] {
  return mesh.volumes.some(({ name }) => name === "ER") ? [{ name: "ER", volumes: ["ER"] }] : [];
}

function names(phases: readonly PhaseSpec[], mesh: TetMesh): string[] {
  return phases.length > 0
    ? phases.map(({ name }) => name)
    : partitionPhases(mesh).phases.map(({ name }) => name);
}

/** A mesh with its phases and no field. */
function shapeOf(mesh: TetMesh, phases: readonly PhaseSpec[]): Snapshot {
  const partition = partitionPhases(mesh, phases);
  return {
    points: mesh.coordinates,
    cells: mesh.cells,
    fields: new Map(),
    vectors: new Map(),
    phases: { names: partition.phases.map(({ name }) => name), ofCell: partition.cellPhase },
  };
}

/** The correctors as they would be read from the file of --vtu. */
function snapshotOf(grid: VtuGrid): Snapshot {
  const phases = grid.fieldData.find(({ name }) => name === "phases");
  const ofCell = grid.cellData.find(({ name }) => name === "phase");
  const chi = grid.pointData.find(({ name }) => name === arrowField);
  return {
    points: grid.points,
    cells: grid.cells,
    fields: new Map(),
    vectors: new Map([[arrowField, chi?.values as Float64Array]]),
    phases: {
      names: phases !== undefined && "texts" in phases ? phases.texts : [],
      ofCell: ofCell?.values as Int32Array,
    },
  };
}
