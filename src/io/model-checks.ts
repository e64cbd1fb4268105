import type { ParseError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import { determinant3, norm3, scaleMatrix3, type Matrix3 } from "../core/tensor.js";
import { rotateTensor } from "../core/turn-tensor.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { formatPath } from "./field-error.js";
import type { FieldFault } from "./field-faults.js";
import type { HomogenizationResult, PhaseRecord } from "./homogenization-result.js";
import { findDirectionFault } from "./model-directions.js";
import { createModelError } from "./model-error.js";
import { findGroups } from "./model-groups.js";
import type { Compartment, HomogenizedRegion, Model } from "./model.js";
import { findOwnResult } from "./model-own-results.js";

/** Largest relative difference between a period and the length that the result's mesh has in its own unit. */
const PERIOD_TOLERANCE = 1e-6;

/** Room for round-off in volume fractions of two phases that fill the unit cell. */
const FRACTION_TOLERANCE = 1e-9;

/** What a result file says of a compartment of a region; in a region with a direction, in the axes of the unit cell. */
export interface CompartmentCoefficients {
  /** gamma. */
  readonly volumeFraction: number;
  /** a~ or b~ of calcium in the axes of the cell, um^2/s. */
  readonly tensor: Matrix3;
  /** a~ / a in the axes of the cell, for buffers and IP3; null where the result has none and nothing needs it. */
  readonly factor: Matrix3 | null;
}

/** Coefficients of a homogenized region. */
export interface RegionCoefficients {
  readonly cytosol: CompartmentCoefficients;
  readonly er: CompartmentCoefficients;
  /** Area between the two phases per volume of the cell, 1/um; absent where the result has no length and no flux needs one. */
  readonly areaPerVolume?: number;
  /** Area between the two phases of a unit cell / period^2; absent where no flux has a density of pumps per volume. */
  readonly shape?: number;
}

/**
 * Refuses a mesh that does not fit the model: every volume belongs to one region, and regions and conditions name only
 * volumes and surfaces that exist, by name or tag; a direction given as data is that of a vector.
 *
 * @throws ParseError `model-region`, `model-surface`, `model-direction`, with the place in the model file
 */
export function checkModelMesh(
  { regions, conditions, source }: Model,
  { volumes, surfaces, cellData }: Pick<TetMesh, "volumes" | "surfaces" | "cellData">,
): void {
  const faults: FieldFault[] = [];
  const owners = new Map<number, string>();
  for (const region of regions) {
    for (const [i, volume] of region.volumes.entries()) {
      const listed = ["regions", region.name, "volumes", i];
      const path = formatPath(listed) in source.places ? listed : ["regions", region.name];
      const found = findGroups(volumes, volume);
      if (found.length === 0) {
        faults.push({ path, code: "model-region", message: describeMissing("volume", volume, volumes) });
      }
      for (const { tag, name } of found) {
        const owner = owners.get(tag);
        if (owner !== undefined) {
          const message = `the volume "${name}" belongs to "${owner}", too; expected it once`;
          faults.push({ path, code: "model-region", message });
        }
        owners.set(tag, region.name);
      }
    }
    const fault = findDirectionFault(region, cellData);
    if (fault !== undefined) faults.push(fault);
  }
  const free = volumes.filter(({ tag }) => !owners.has(tag)).map(({ name }) => `"${name}"`);
  if (free.length > 0) {
    const message = `the mesh has volumes in no region: ${free.join(", ")}; expected every volume in one`;
    faults.push({ path: ["regions"], code: "model-region", message });
  }
  for (const { surface, path } of conditions) {
    if (findGroups(surfaces, surface).length > 0) continue;
    const message = describeMissing("surface", surface, surfaces);
    faults.push({ path: [path], code: "model-surface", message });
  }
  if (faults.length > 0) throw createModelError(source, faults);
}

/**
 * The coefficients of a homogenized region: the tensors scaled, turned, in um^2/s.
 *
 * @param model its fluxes, buffers and IP3 say what is needed
 * @throws ParseError `model-result`, with the place in the model file: phases that the result does not have; no `factor`
 *   where diffusion needs one; no length unit and no period where a flux is per membrane area; a period that contradicts
 *   the result's length unit; not a result file of this kind, or not finite
 */
export function checkResult(
  model: Model,
  region: HomogenizedRegion,
  result: HomogenizationResult,
): RegionCoefficients {
  const refuse = (field: string, message: string): ParseError =>
    createModelError(model.source, [
      { path: ["regions", region.name, field], code: "model-result", message },
    ]);
  const schema: string = result.schema;
  if (schema !== "erfem/homogenization@1") {
    throw refuse("result", `expected a file with schema erfem/homogenization@1, found ${schema}`);
  }
  const cytosol = readCompartment(model, region, "cytosol", result, refuse);
  const er = readCompartment(model, region, "er", result, refuse);
  const sum = cytosol.volumeFraction + er.volumeFraction;
  if (!(cytosol.volumeFraction > 0) || !(er.volumeFraction > 0) || !(sum <= 1 + FRACTION_TOLERANCE)) {
    const found = `${cytosol.volumeFraction} and ${er.volumeFraction}`;
    throw refuse("result", `expected volume fractions above 0 whose sum is at most 1, found ${found}`);
  }
  const umPerUnit = findLength(region, result, refuse);
  const users = model.fluxes.filter(
    ({ per, regions }) => per === "membrane-area" && regions.includes(region.name),
  );
  const needsArea = users.filter(({ densityUnit }) => densityUnit !== "1/um^3");
  if (umPerUnit === undefined && needsArea.length > 0) {
    const names = needsArea.map(({ name }) => `"${name}"`).join(", ");
    throw refuse(
      "period",
      `is missing; the result's mesh has no length unit, and the membrane area per volume is needed for ${names}`,
    );
  }
  const needsShape = needsArea.length < users.length;
  if (umPerUnit === undefined && !needsShape) return { cytosol, er };
  const area = findArea(region, result, refuse);
  const { vectors } = result.mesh.unitCell;
  return {
    cytosol,
    er,
    ...(umPerUnit === undefined
      ? {}
      : { areaPerVolume: area / Math.abs(determinant3(...vectors)) / umPerUnit }),
    ...(needsShape ? { shape: area / norm3(vectors[0]) ** 2 } : {}),
  };
}

type Refuse = (field: string, message: string) => ParseError;

function readCompartment(
  model: Model,
  { name, phases, tensors, rotation }: HomogenizedRegion,
  compartment: Compartment,
  result: HomogenizationResult,
  refuse: Refuse,
): CompartmentCoefficients {
  const wanted = phases[compartment];
  const known = Object.keys(result.phases);
  if (!known.includes(wanted)) {
    const nearest = suggestName(wanted, known);
    const meant = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
    throw refuse(compartment, `the result has no phase "${wanted}"${meant}; there are ${known.join(", ")}`);
  }
  const { homogenized, factor, volumeFraction }: PhaseRecord = result.phases[wanted];
  const users = listFactorUsers(model, name, compartment, tensors.use === "factor");
  if (factor === null && users.length > 0) {
    throw refuse(
      tensors.use === "factor" ? "tensors" : "result",
      `the result has no factor for "${wanted}", whose coefficient is no constant; ${users.join(", ")} of "${name}" ` +
        "cannot do without it",
    );
  }
  const free = model.diffusion[compartment === "er" ? "e" : "c"] ?? NaN;
  const own =
    tensors.use === "factor" && factor !== null
      ? scaleMatrix3(factor, free)
      : scaleMatrix3(homogenized, tensors.use === "factor" ? NaN : tensors.toUm2PerS);
  if (!own.flat().every(Number.isFinite)) {
    throw refuse("result", `the tensor of "${wanted}" is not finite: ${own.flat().join(", ")}`);
  }
  const turn = (a: Matrix3): Matrix3 => (rotation === undefined ? a : rotateTensor(a, rotation));
  return {
    volumeFraction,
    tensor: turn(own),
    factor: factor === null ? null : turn(factor),
  };
}

/** What diffuses by the factor: calcium, mobile buffers, IP3; but those with a result file of their own. */
function listFactorUsers(
  model: Model,
  region: string,
  compartment: Compartment,
  forCalcium: boolean,
): readonly string[] {
  const buffers = model.buffers
    .filter((buffer) => buffer.compartment === compartment && buffer.diffusion > 0)
    .map(({ name }) => name);
  const others = [...buffers, ...(compartment === "cytosol" && model.ip3?.kind === "field" ? ["p"] : [])];
  return [
    ...(forCalcium ? [compartment === "er" ? "e" : "c"] : []),
    ...others.filter((name) => !Object.hasOwn(findOwnResult(model, name)?.files ?? {}, region)),
  ];
}

/** um per mesh unit of the result; undefined where neither the result nor the model says. */
function findLength(
  { period }: HomogenizedRegion,
  { mesh: { lengthUnit, unitCell } }: HomogenizationResult,
  refuse: Refuse,
): number | undefined {
  const own = { um: 1, nm: 1e-3, cell: undefined }[lengthUnit];
  if (period === undefined) return own;
  const edge = norm3(unitCell.vectors[0]);
  if (own === undefined) return period / edge;
  if (Math.abs(period - edge * own) <= PERIOD_TOLERANCE * period) return own;
  throw refuse(
    "period",
    `${period} um contradicts the result, whose mesh is in ${lengthUnit}: its first lattice vector is ${edge * own} um long`,
  );
}

/** Area between the two phases in a unit cell, squared mesh units. */
function findArea({ phases }: HomogenizedRegion, { membrane }: HomogenizationResult, refuse: Refuse): number {
  const names = [phases.cytosol, phases.er].map((name) => name.replace(/[\\|]/g, "\\$&"));
  const keys = [names.join("|"), [...names].reverse().join("|")];
  const key = keys.find((candidate) => Object.hasOwn(membrane.pairs, candidate));
  if (key === undefined) {
    const known = Object.keys(membrane.pairs).join(", ");
    const message = `the result has no membrane between "${phases.cytosol}" and "${phases.er}"; there is ${known || "none"}`;
    throw refuse("result", message);
  }
  return membrane.pairs[key];
}

function describeMissing(what: string, wanted: string, groups: TetMesh["volumes"]): string {
  const known = groups.map(({ name }) => name);
  const nearest = suggestName(wanted, known);
  const meant = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  const list = known.length === 0 ? "there are none" : `there are ${known.join(", ")}`;
  return `the mesh has no physical ${what} "${wanted}"${meant}; ${list}`;
}
