import { UsageError } from "../core/errors.js";
import type { Matrix3 } from "../core/tensor.js";
import { equilibriumBound } from "./calcium-buffer.js";
import type { CellMembrane } from "./cell-reaction-options.js";
import {
  interpolateFields,
  interpolateStates,
  type InitialValue,
  type MacroscopicProblem,
} from "./macroscopic-problem.js";
import { compilePlaceFunction, type PlaceFunction } from "./place-function.js";
import type { RegionField } from "./problem-options.js";
import type { ResolvedBuffer, ResolvedModel } from "./resolve-options.js";
import type { ResolvedUnitCell } from "./resolved-unit-cell.js";
import type { InitialConditions } from "./stepper-options.js";

/** Buffers that are fields. */
export function mobileBuffers(
  { buffers = [] }: ResolvedModel,
  compartment: "cytosol" | "er",
): readonly ResolvedBuffer[] {
  return buffers.filter((buffer) => buffer.compartment === compartment && (buffer.isMobile ?? true));
}

/** The membrane processes, with lambda times a factor. */
export function scaleMembranes({ membranes }: ResolvedModel, factor: number): CellMembrane[] {
  return membranes.map(({ model, label, factor: lambda = 1 }) => ({
    model,
    label,
    basis: "cell",
    factor: typeof lambda === "number" ? lambda * factor : `(${lambda}) * ${factor}`,
  }));
}

/** d on the diagonal. */
export function isotropic(d: number): Matrix3 {
  return [
    [d, 0, 0],
    [0, d, 0],
    [0, 0, d],
  ];
}

/**
 * Calcium and mobile buffers of plain cytosol.
 *
 * @throws UsageError `slab-diffusion-missing`
 */
export function listSlabFields(unit: ResolvedUnitCell, model: ResolvedModel): RegionField[] {
  const { tensor } = unit.cytosol;
  if (model.slabDiffusion === undefined && typeof tensor === "function") {
    throw new UsageError(
      "slab-diffusion-missing",
      "the diffusion of the cytosol varies in the unit cell, so that it does not say that of the slab; give it",
    );
  }
  const own = model.slabDiffusion === undefined ? tensor : isotropic(model.slabDiffusion);
  return [
    { name: "c", capacity: 1, tensor: own },
    ...mobileBuffers(model, "cytosol").map((buffer) => ({
      name: buffer.name,
      capacity: 1,
      tensor: isotropic(requireDiffusion(buffer)),
    })),
  ];
}

/** @throws UsageError `buffer-diffusion-missing` */
export function requireDiffusion({ name, diffusion }: ResolvedBuffer): number {
  if (diffusion !== undefined && diffusion >= 0 && Number.isFinite(diffusion)) return diffusion;
  throw new UsageError(
    "buffer-diffusion-missing",
    `the buffer "${name}" moves, but its diffusion is ${diffusion ?? "not given"}; expected a number >= 0 in um^2/s`,
    { details: { buffer: name, diffusion } },
  );
}

/** c and e at the beginning. */
export interface CompiledInitial {
  readonly c: PlaceFunction;
  readonly e: PlaceFunction;
}

/** @throws UsageError the codes of `compilePlaceFunction` */
export async function compileInitial({ initial }: ResolvedModel): Promise<CompiledInitial> {
  return {
    c: await compilePlaceFunction(initial.c, "c at the beginning"),
    e: await compilePlaceFunction(initial.e, "e at the beginning"),
  };
}

/** Where a problem of the model begins: buffers in equilibrium, membrane states at the values of their models. */
export function beginModel(
  problem: MacroscopicProblem,
  model: ResolvedModel,
  initial: CompiledInitial,
): InitialConditions {
  const place = new Float64Array(4);
  const valueOf =
    (field: PlaceFunction, map: (u: number) => number): InitialValue =>
    (x, y, z) => {
      place.set([x, y, z, 0]);
      return map(field.evaluate(place));
    };
  const fields: Record<string, InitialValue> = {
    c: valueOf(initial.c, (c) => c),
    e: valueOf(initial.e, (e) => e),
  };
  const states: Record<string, InitialValue> = {};
  for (const buffer of model.buffers ?? []) {
    const calcium = buffer.compartment === "er" ? initial.e : initial.c;
    const bound = valueOf(calcium, (u) => equilibriumBound(buffer, u));
    if (buffer.isMobile ?? true) fields[buffer.name] = bound;
    else states[buffer.name] = bound;
  }
  for (const { model: process, label = process.name } of model.membranes) {
    for (const state of process.states) states[`${label}.${state.name}`] = state.initial;
  }
  return {
    fields: interpolateFields(problem, fields),
    states: interpolateStates(problem, states),
  };
}
