import { loadFormulaCompiler } from "../formula/formula.js";
import { createFieldError, formatPath } from "./field-error.js";
import type { FieldFault } from "./field-faults.js";
import type { Model, ModelSource } from "./model.js";
import { readConstants } from "./model-constants.js";
import { listNames, readBuffers, readConditions, readIp3 } from "./model-fields.js";
import { readFluxes } from "./model-fluxes.js";
import { readInitial } from "./model-initial.js";
import { readOutput, readProbes, readTime } from "./model-output.js";
import { readFreeDiffusion, readRegions } from "./model-regions.js";
import type { ModelInput } from "./model-schema.js";
import type { ModelNotes } from "./model-values.js";
import type { PathStep, TextPlace, YamlText } from "./yaml-text.js";

/**
 * Reads a model file, YAML or JSON: every field, unit, name and formula is checked, and all numbers come in um, s, uM. What
 * can only be known with the mesh or the result files is not: see `checkModelMesh` and `checkResult`. Nothing is read but
 * the text.
 *
 * @param path for messages
 * @throws ParseError with `details.file`, `details.line`, `details.column`, from 1: `model-syntax` for what is neither YAML
 *   nor JSON; `model-field` for an unknown, missing or wrong field, with `details.path` and all `details.faults`;
 *   `unit-unknown` and `unit-syntax` for units; the codes of `compileFormula` for formulas
 */
export async function parseModel(text: string, path: string): Promise<Model> {
  const [{ readYaml }, { modelSchema }, { collectFaults, describeIssue }, compile] = await Promise.all([
    import("./yaml-text.js"),
    import("./model-schema.js"),
    import("./field-faults.js"),
    loadFormulaCompiler(),
  ]);
  const yaml = readYaml(text, path, "model-syntax");
  const checked = modelSchema.safeParse(yaml.value, { error: describeIssue });
  if (!checked.success) {
    throw createFieldError("model-field", collectFaults(checked.error.issues), yaml.locate, path);
  }
  const faults: FieldFault[] = [];
  const constants = readConstants(checked.data, { faults });
  const notes: ModelNotes = { units: checked.data.units ?? {}, constants, compile, faults };
  const source = { file: path, places: findPlaces(yaml) };
  const model = readModel(checked.data, source, notes);
  if (faults.length > 0) throw createFieldError("model-field", faults, yaml.locate, path);
  return model;
}

function readModel(input: ModelInput, source: ModelSource, notes: ModelNotes): Model {
  const diffusion = readFreeDiffusion(input, notes);
  const regions = readRegions(input, diffusion, notes);
  const homogenized = regions.filter(({ kind }) => kind === "homogenized").map(({ name }) => name);
  const buffers = readBuffers(input, homogenized, notes);
  const ip3 = readIp3(input, homogenized, notes);
  const fluxes = readFluxes(input, homogenized, notes);
  const names = listNames(regions, buffers, ip3, fluxes);
  const time = readTime(input, names, notes);
  return {
    source,
    mesh: {
      file: input.mesh,
      lengthUnit: input.lengthUnit,
      umPerUnit: input.lengthUnit === "nm" ? 1e-3 : 1,
    },
    regions,
    diffusion,
    buffers,
    ...(ip3 === undefined ? {} : { ip3 }),
    fluxes,
    conditions: readConditions(input, names, ip3 !== undefined, notes),
    initial: readInitial(input, names, regions, notes),
    time,
    probes: readProbes(input, notes),
    output: readOutput(input, time.end, names, notes),
  };
}

/** The place of every field: of the name, where its value has fields of its own. */
function findPlaces({ value, locate }: YamlText): Readonly<Record<string, TextPlace>> {
  const places: [string, TextPlace][] = [];
  const visit = (node: unknown, path: readonly PathStep[]): void => {
    const hasFields = typeof node === "object" && node !== null;
    places.push([formatPath(path), locate(path, hasFields)]);
    if (!hasFields) return;
    for (const [name, child] of Object.entries(node)) {
      visit(child, [...path, Array.isArray(node) ? Number(name) : name]);
    }
  };
  visit(value, []);
  return Object.fromEntries(places);
}
