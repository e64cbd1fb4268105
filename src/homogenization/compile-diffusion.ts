import { ErfemError, MeshError, UsageError } from "../core/errors.js";
import { isPositiveDefinite, type SymmetricTensor } from "../core/tensor.js";
import type { CoefficientField } from "../fem/coefficient-average.js";
import type { Formula } from "../formula/formula.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { CompiledDiffusion, DiffusionInput, DiffusionSpec } from "./diffusion.js";

/** Variables of formulas, in the order of the points of a {@link CoefficientField}. */
const variables: readonly string[] = ["y1", "y2", "y3", "x", "y", "z"];

/** Names of the entries of a symmetric tensor, in their order. */
const entryNames = ["xx", "yy", "zz", "yz", "xz", "xy"];

/** Where the six entries stand among the components of a view, by the number of components. */
const viewEntries: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [0, 0, 0, -1, -1, -1]],
  [6, [0, 1, 2, 3, 4, 5]],
  [9, [0, 4, 8, 5, 2, 1]],
]);

/** Largest difference between entries kl and lk of a tensor of 9 components, relative to its largest entry. */
const ASYMMETRY_TOLERANCE = 1e-9;

/**
 * A diffusion specification whose formulas are ready to be evaluated and whose cell data are found. Equal formulas become
 * one field; formulas without variables become constants. The formula language is loaded with the first formula.
 *
 * @throws UsageError the codes of `compileFormula`, with `details.volume` and, of a tensor, `details.entry`;
 *   `diffusion-invalid` for what is no coefficient; `unknown-cell-data`, `cell-data-components` for views of the mesh
 */
export async function compileDiffusion(mesh: TetMesh, spec: DiffusionSpec): Promise<CompiledDiffusion> {
  const fields = new Map<string, CoefficientField>();
  const compiled = new Map<string, CompiledDiffusion[string]>();
  for (const [name, input] of Object.entries(spec)) {
    const value = await compileInput(mesh, name, input);
    if (isConstant(value) || value === input) {
      compiled.set(name, value);
      continue;
    }
    const field = fields.get(value.description) ?? value;
    fields.set(field.description, field);
    compiled.set(name, field);
  }
  return Object.fromEntries(compiled);
}

/** What stands for an input that varies in `details.field` of errors and in results; undefined for other inputs. */
export function describeField(input: DiffusionInput): string | undefined {
  if (typeof input === "object" && "elementData" in input) return cellDataName(input.elementData);
  return formulasOf(input)?.join(", ");
}

/**
 * Compiles the formulas of a specification and forgets them: tells of errors before long work.
 *
 * @throws UsageError as {@link compileDiffusion}
 */
export async function checkFormulas(spec: DiffusionSpec): Promise<void> {
  for (const [name, input] of Object.entries(spec)) {
    const texts = formulasOf(input);
    if (texts !== null) await compileFormulas(name, texts);
  }
}

async function compileInput(
  mesh: TetMesh,
  name: string,
  input: DiffusionInput,
): Promise<CompiledDiffusion[string]> {
  if (isConstant(input) || isCoefficientField(input)) return input;
  const texts = formulasOf(input);
  if (texts !== null) return createFormulaField(await compileFormulas(name, texts));
  if (typeof input === "object" && "elementData" in input) {
    return createCellDataField(mesh, name, input.elementData);
  }
  return refuseInput(name, input);
}

/** The formulas of an input, 1 or 6; null where it has none. */
function formulasOf(input: DiffusionInput): readonly string[] | null {
  if (typeof input === "string") return [input];
  if (typeof input !== "object" || isConstant(input)) return null;
  if ("formula" in input) return [input.formula];
  return "formulas" in input ? input.formulas : null;
}

async function compileFormulas(name: string, texts: readonly string[]): Promise<Formula[]> {
  if (texts.length !== 1 && texts.length !== entryNames.length) refuseInput(name, texts);
  const { compileFormula } = await import("../formula/formula.js");
  const formulas: Formula[] = [];
  for (const [e, text] of texts.entries()) {
    const entry = texts.length === 1 ? undefined : entryNames[e];
    try {
      formulas.push(await compileFormula(text, variables));
    } catch (cause) {
      if (!(cause instanceof ErfemError)) throw cause;
      const place = `the diffusion of "${name}"${entry === undefined ? "" : `, entry ${entry}`}`;
      throw new UsageError(cause.code, `${place}: ${cause.message}`, {
        cause,
        details: { ...cause.details, volume: name, ...(entry === undefined ? {} : { entry }) },
      });
    }
  }
  return formulas;
}

/** a(y) I of one formula, or a_ij(y) of six; a constant where no variable is used and the value is sound. */
function createFormulaField(formulas: readonly Formula[]): CompiledDiffusion[string] {
  const [first] = formulas;
  if (formulas.every(({ usedVariables }) => usedVariables.length === 0)) {
    const origin = new Float64Array(variables.length);
    const values = formulas.map(({ evaluate }) => evaluate(origin));
    if (values.length === 1 && values[0] > 0 && Number.isFinite(values[0])) return values[0];
    const [xx, yy, zz, yz, xz, xy] = values;
    const tensor: SymmetricTensor = [xx, yy, zz, yz, xz, xy];
    if (values.length > 1 && isPositiveDefinite(tensor)) return tensor;
  }
  const evaluators = formulas.map(({ evaluate }) => evaluate);
  const [evaluateFirst] = evaluators;
  if (evaluators.length === 1) {
    return {
      description: first.text,
      evaluate(point, _cell, tensor) {
        const value = evaluateFirst(point);
        tensor.fill(value, 0, 3);
        tensor.fill(0, 3);
      },
    };
  }
  return {
    description: formulas.map(({ text }) => text).join(", "),
    evaluate(point, _cell, tensor) {
      for (let e = 0; e < tensor.length; e++) tensor[e] = evaluators[e](point);
    },
  };
}

/** The values of a view of the mesh: constant in every cell. */
function createCellDataField(mesh: TetMesh, name: string, viewName: string): CoefficientField {
  const view = mesh.cellData.find((data) => data.name === viewName);
  if (view === undefined) {
    const existing = mesh.cellData.map((data) => data.name);
    throw new UsageError(
      "unknown-cell-data",
      `the diffusion of "${name}" is to be the view "${viewName}", which the mesh does not have; there are: ` +
        (existing.length === 0 ? "none" : existing.join(", ")),
      { details: { volume: name, view: viewName, existing } },
    );
  }
  const { values, numComponents } = view;
  const places = viewEntries.get(numComponents);
  if (places === undefined) {
    throw new UsageError(
      "cell-data-components",
      `the diffusion of "${name}" is to be the view "${viewName}", which has ${numComponents} components; expected 1, ` +
        `6 (xx, yy, zz, yz, xz, xy) or 9 (rows)`,
      { details: { volume: name, view: viewName, numComponents } },
    );
  }
  return {
    description: cellDataName(viewName),
    evaluate(_point, cell, tensor) {
      const first = cell * numComponents;
      for (let c = 0; c < numComponents; c++) {
        if (!(first + c < values.length) || Number.isNaN(values[first + c]))
          refuseMissing(mesh, viewName, cell);
      }
      for (let e = 0; e < tensor.length; e++) tensor[e] = places[e] < 0 ? 0 : values[first + places[e]];
      if (numComponents === 9) requireSymmetric(mesh, viewName, cell, values.subarray(first, first + 9));
    },
  };
}

/** What stands for cell data in results and messages. */
function cellDataName(view: string): string {
  return `elementData:${view}`;
}

function refuseMissing(mesh: TetMesh, view: string, cell: number): never {
  const cellTag = mesh.cellTags[cell];
  const centroid = centroidOf(mesh, cell);
  throw new MeshError(
    "cell-data-missing",
    `the view "${view}" has no value for element ${cellTag} at (${centroid.map(formatNumber).join(", ")}); expected one ` +
      `for every element of the volumes that it is the diffusion of`,
    { details: { field: cellDataName(view), view, cellTag, centroid } },
  );
}

function requireSymmetric(mesh: TetMesh, view: string, cell: number, rows: Float64Array): void {
  const size = Math.max(...rows.map(Math.abs));
  const difference = Math.max(
    Math.abs(rows[1] - rows[3]),
    Math.abs(rows[2] - rows[6]),
    Math.abs(rows[5] - rows[7]),
  );
  if (!(difference > ASYMMETRY_TOLERANCE * size)) return;
  const cellTag = mesh.cellTags[cell];
  const centroid = centroidOf(mesh, cell);
  throw new MeshError(
    "cell-data-not-symmetric",
    `the view "${view}" has the rows ${rows.join(",")} for element ${cellTag} at ` +
      `(${centroid.map(formatNumber).join(", ")}); expected a symmetric tensor`,
    { details: { field: cellDataName(view), view, cellTag, centroid, rows: [...rows] } },
  );
}

function refuseInput(name: string, input: unknown): never {
  throw new UsageError(
    "diffusion-invalid",
    `the diffusion of "${name}" is ${JSON.stringify(input)}; expected a number, six numbers (xx, yy, zz, yz, xz, xy), a ` +
      `formula, { formula }, { formulas } with six of them, { elementData } or a CoefficientField`,
    { details: { volume: name } },
  );
}

function isConstant(value: DiffusionInput | CompiledDiffusion[string]): value is number | SymmetricTensor {
  return typeof value === "number" || Array.isArray(value);
}

function isCoefficientField(input: DiffusionInput): input is CoefficientField {
  return typeof input === "object" && "evaluate" in input;
}

function centroidOf({ coordinates, cells }: TetMesh, cell: number): number[] {
  const nodes = cells.subarray(4 * cell, 4 * cell + 4);
  return [0, 1, 2].map((k) => nodes.reduce((sum, node) => sum + coordinates[3 * node + k], 0) / 4);
}

function formatNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
