import type { ParseError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import { scaleMatrix3, type Matrix3 } from "../core/tensor.js";
import { rotateTensor } from "../core/turn-tensor.js";
import { formatPath } from "./field-error.js";
import type { HomogenizationResult } from "./homogenization-result.js";
import { createModelError } from "./model-error.js";
import type { HomogenizedRegion, Model, ModelBuffer, OwnResult } from "./model.js";
import type { ModelInput } from "./model-schema.js";
import { refuseName, type ModelNotes } from "./model-values.js";
import type { PathStep } from "./yaml-text.js";

/** Largest relative difference of volume fractions of one unit cell in two result files. */
const FRACTION_TOLERANCE = 1e-6;

type OwnInput = Pick<NonNullable<ModelInput["buffers"]>[string], "result" | "tensors">;

/**
 * The result files of a buffer's or IP3's own diffusion, undefined where it goes by D x factor.
 *
 * @param homogenized names of the homogenized regions
 * @param diffusion D, um^2/s
 */
export function readOwnResult(
  { result, tensors }: OwnInput,
  homogenized: readonly string[],
  diffusion: number,
  path: readonly PathStep[],
  notes: ModelNotes,
): OwnResult | undefined {
  const { faults } = notes;
  if (result === undefined || tensors === undefined) {
    if (result !== undefined) {
      const message = "is missing beside result:; expected homogenized um^2/ms or homogenized um^2/s";
      faults.push({ path: [...path, "tensors"], message });
    } else if (tensors !== undefined) {
      const message = "goes with result:, which is not there";
      faults.push({ path: [...path, "tensors"], message, isName: true });
    }
    return undefined;
  }
  if (diffusion === 0) {
    const message = "is the diffusion of what does not move: diffusion is 0; expected one of them";
    faults.push({ path: [...path, "result"], message, isName: true });
  }
  if (typeof result === "object") {
    for (const name of Object.keys(result)) {
      if (homogenized.includes(name)) continue;
      const fault = { path: [...path, "result", name], isName: true };
      refuseName(name, homogenized, "homogenized region", fault, faults);
    }
  }
  return {
    files:
      typeof result === "string" ? Object.fromEntries(homogenized.map((name) => [name, result])) : result,
    toUm2PerS: tensors === "homogenized um^2/ms" ? 1000 : 1,
  };
}

/** The result files of a buffer, or of `p`; undefined where it has none. */
export function findOwnResult({ buffers, ip3 }: Model, name: string): OwnResult | undefined {
  const owner: Pick<ModelBuffer, "result"> | undefined = buffers.find((buffer) => buffer.name === name);
  if (owner !== undefined) return owner.result;
  return name === "p" && ip3?.kind === "field" ? ip3.result : undefined;
}

/**
 * The tensor of a buffer or of IP3 in a region from the result file of its own, um^2/s; in the axes of
 * {@link CompartmentCoefficients}. Its phase is that of the buffer's compartment in the region's own result.
 *
 * @param name of the buffer; `p` for IP3
 * @param result of the file that the model names for this region
 * @param regionResult of the region, which `checkResult` took: the same unit cell
 * @throws ParseError `model-result`, with the place in the model file: another kind of file; no such phase; another volume
 *   fraction than in the region's result; a tensor that is not finite; a region for which the model names no file
 * @see (3.14), (3.15)
 */
export function checkOwnResult(
  model: Model,
  region: HomogenizedRegion,
  name: string,
  result: HomogenizationResult,
  regionResult: HomogenizationResult,
): Matrix3 {
  const owner = name === "p" ? ["ip3"] : ["buffers", name];
  const refuse = (message: string): ParseError => {
    const inner = [...owner, "result", region.name];
    const path = formatPath(inner) in model.source.places ? inner : [...owner, "result"];
    return createModelError(model.source, [{ path, code: "model-result", message }]);
  };
  const own = findOwnResult(model, name);
  if (own === undefined || !Object.hasOwn(own.files, region.name)) {
    throw refuse(`names no result file for the region "${region.name}"`);
  }
  const schema: string = result.schema;
  if (schema !== "erfem/homogenization@1") {
    throw refuse(`expected a file with schema erfem/homogenization@1, found ${schema}`);
  }
  const compartment = model.buffers.find((buffer) => buffer.name === name)?.compartment ?? "cytosol";
  const phase = region.phases[compartment];
  const file = own.files[region.name];
  if (!Object.hasOwn(result.phases, phase)) {
    const known = Object.keys(result.phases);
    const nearest = suggestName(phase, known);
    const meant = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
    throw refuse(
      `${file} has no phase "${phase}", the ${compartment} of "${region.name}"${meant}; there are ${known.join(", ")}`,
    );
  }
  const { volumeFraction, homogenized } = result.phases[phase];
  const expected = regionResult.phases[phase].volumeFraction;
  if (!(Math.abs(volumeFraction - expected) <= FRACTION_TOLERANCE * expected)) {
    throw refuse(
      `the volume fraction of "${phase}" is ${volumeFraction} in ${file}, but ${expected} in ${region.result} of ` +
        `"${region.name}"; expected results of one unit cell`,
    );
  }
  const tensor = scaleMatrix3(homogenized, own.toUm2PerS);
  if (!tensor.flat().every(Number.isFinite)) {
    throw refuse(`the tensor of "${phase}" in ${file} is not finite: ${tensor.flat().join(", ")}`);
  }
  return region.rotation === undefined ? tensor : rotateTensor(tensor, region.rotation);
}
