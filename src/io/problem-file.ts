import { ErfemError } from "../core/errors.js";
import { compileFormula } from "../formula/formula.js";
import type { GivenUnitCell } from "../mesh/unit-cell.js";
import { createFieldError, formatPath } from "./field-error.js";
import type { FieldFault } from "./field-faults.js";
import { coefficientVariables, type CoefficientSpec, type MeshSpec, type Problem } from "./problem.js";
import type { ProblemInput } from "./problem-schema.js";
import { readCoefficient, type PlacedFormula, type ReadNotes } from "./read-coefficient.js";

/**
 * Reads a problem file, YAML or JSON: every field is checked, formulas are parsed, tensors must be positive definite.
 * What can only be known with the mesh (volumes, views, values of formulas) is not checked. Nothing is read but the text.
 *
 * @param fileName for messages
 * @throws ParseError with `details.file`, `details.line`, `details.column`, from 1: `problem-syntax` for what is neither
 *   YAML nor JSON; `problem-field` for an unknown, missing or wrong field, with `details.path` and all `details.faults`;
 *   the codes of {@link compileFormula} for formulas
 */
export async function parseProblem(text: string, fileName: string): Promise<Problem> {
  const [{ readYaml }, { problemSchema }, { collectFaults, describeIssue }] = await Promise.all([
    import("./yaml-text.js"),
    import("./problem-schema.js"),
    import("./field-faults.js"),
  ]);
  const yaml = readYaml(text, fileName);
  const checked = problemSchema.safeParse(yaml.value, { error: describeIssue });
  if (!checked.success)
    throw createFieldError("problem-field", collectFaults(checked.error.issues), yaml.locate, fileName);
  const notes: ReadNotes = { faults: [], formulas: [] };
  const problem = readProblem(checked.data, notes);
  for (const formula of notes.formulas) await checkFormula(formula, notes.faults);
  if (problem === undefined || notes.faults.length > 0) {
    throw createFieldError("problem-field", notes.faults, yaml.locate, fileName);
  }
  return problem;
}

/**
 * Where a problem file gives the diffusion of a volume or phase; undefined where it does not.
 *
 * @throws ParseError `problem-syntax`
 */
export async function locateDiffusion(
  text: string,
  fileName: string,
  name: string,
): Promise<{ readonly path: string; readonly line: number; readonly column: number } | undefined> {
  const { readYaml } = await import("./yaml-text.js");
  const yaml = readYaml(text, fileName);
  const paths = [
    ["diffusion", name],
    ["phases", name, "diffusion"],
  ];
  const found = paths.find((path) => hasValue(yaml.value, path));
  return found && { path: formatPath(found), ...yaml.locate(found, found.length === 2) };
}

function hasValue(value: unknown, path: readonly string[]): boolean {
  if (path.length === 0) return true;
  const [step, ...rest] = path;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
  return hasValue((value as Readonly<Record<string, unknown>>)[step], rest);
}

/** The problem with all notations resolved; undefined where there is no mesh, which is noted. */
function readProblem(input: ProblemInput, notes: ReadNotes): Problem | undefined {
  const { unitCell, phases, lengthUnit, bounds = false } = input;
  const mesh = readMesh(input, notes.faults);
  const diffusion = readDiffusion(input, notes);
  if (mesh === undefined) return undefined;
  const { homogeneous, periodicTolerance, periodic, boundary } = input;
  const { tolerance, maxIterations, solver, jobs } = input;
  return {
    mesh,
    diffusion,
    bounds,
    ...withoutUndefined({ lengthUnit, homogeneous, periodicTolerance, periodic, boundary }),
    ...withoutUndefined({ tolerance, maxIterations, solver, jobs }),
    ...(unitCell === undefined ? {} : { unitCell: readUnitCell(unitCell) }),
    ...(phases === undefined
      ? {}
      : {
          phases: Object.entries(phases).map(([name, { volumes = [name] }]) => ({
            name,
            volumes: volumes.map(String),
          })),
        }),
  };
}

function readMesh({ mesh, geometry }: ProblemInput, faults: FieldFault[]): MeshSpec | undefined {
  if (geometry !== undefined && mesh === undefined) {
    const { name, set = {}, size } = geometry;
    return { geometry: name, set, ...withoutUndefined({ size }) };
  }
  if (mesh !== undefined && geometry === undefined) return { file: mesh };
  faults.push(
    mesh === undefined
      ? { path: [], message: "expected mesh: (the path of a .msh file) or geometry:, found neither" }
      : { path: ["geometry"], message: "stands beside mesh:; expected one of them", isName: true },
  );
  return undefined;
}

function readUnitCell(unitCell: NonNullable<ProblemInput["unitCell"]>): GivenUnitCell {
  const origin = withoutUndefined({ origin: unitCell.origin });
  if ("vectors" in unitCell) return { vectors: unitCell.vectors, ...origin };
  const [l1, l2, l3] = unitCell.lengths;
  return {
    vectors: [
      [l1, 0, 0],
      [0, l2, 0],
      [0, 0, l3],
    ],
    ...origin,
  };
}

/** Coefficients by name: those of `diffusion`, and those that stand with their phase. */
function readDiffusion(
  { phases = {}, diffusion = {} }: ProblemInput,
  notes: ReadNotes,
): Problem["diffusion"] {
  const coefficients = new Map<string, CoefficientSpec>();
  for (const [name, phase] of Object.entries(phases)) {
    if (phase.diffusion === undefined) continue;
    coefficients.set(name, readCoefficient(phase.diffusion, ["phases", name, "diffusion"], notes));
  }
  for (const [name, input] of Object.entries(diffusion)) {
    const path = ["diffusion", name];
    if (coefficients.has(name)) {
      notes.faults.push({
        path,
        message: `phases.${name}.diffusion gives it, too; expected it once`,
        isName: true,
      });
    }
    coefficients.set(name, readCoefficient(input, path, notes));
  }
  return Object.fromEntries(coefficients);
}

async function checkFormula({ path, text }: PlacedFormula, faults: FieldFault[]): Promise<void> {
  try {
    await compileFormula(text, coefficientVariables);
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    faults.push({ path, message: cause.message, code: cause.code, cause });
  }
}

/** The fields that have a value. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
