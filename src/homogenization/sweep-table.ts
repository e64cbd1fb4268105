import type { Matrix3 } from "../core/tensor.js";
import type {
  SweepFailure,
  SweepInputs,
  SweepManifest,
  SweepPhase,
  SweepPoint,
  SweepResult,
} from "../io/sweep-files.js";

/** What is known of the points of a sweep, by their index; a point in neither map has not been run. */
export interface SweepRecords {
  readonly results: ReadonlyMap<number, SweepResult>;
  readonly failures: ReadonlyMap<number, SweepFailure>;
}

/** A column of numbers. */
export interface SweepColumn {
  /** `edge`, `mesh.nodes`, `ER.effective.11`. */
  readonly name: string;
  /** Phase of a column that each phase has; null for the others. */
  readonly phase: string | null;
  /** The name without the phase: `effective.11`. */
  readonly quantity: string;
  /** Empty for a number without unit, and for parameters, whose unit only the geometry knows. */
  readonly unit: string;
  /** One for each row; NaN where a row has none. */
  readonly values: readonly number[];
}

/** The results of a sweep as one row for each point that was run, in the order of the points. */
export interface SweepTable {
  readonly points: readonly SweepPoint[];
  /** `done`, or the code of the error. */
  readonly status: readonly string[];
  readonly columns: readonly SweepColumn[];
}

/** Results of all points in one object, `results.json`. */
export interface SweepSummary {
  readonly schema: "erfem/sweep@1";
  readonly inputs: SweepInputs;
  /** Points that have not been run, or not to their end. */
  readonly missing: number;
  readonly points: readonly (
    | { readonly parameters: SweepPoint["parameters"]; readonly file: string; readonly result: object }
    | {
        readonly parameters: SweepPoint["parameters"];
        readonly error: { readonly code: string; readonly message: string };
      }
  )[];
}

/** Names that stand before the quantities of the whole cell; a phase of this name is called `phase.<name>`. */
const cellPrefixes: ReadonlySet<string> = new Set(["point", "mesh", "membrane"]);

/** Entries of a symmetric tensor, as in the names of columns. */
const entries = ["11", "22", "33", "12", "13", "23"] as const;

const tensorUnit = "um^2/ms";

interface Quantity<T> {
  readonly name: string;
  readonly unit: (lengthUnit: string) => string;
  /** Undefined where the result has none. */
  readonly read: (source: T) => number | undefined;
}

const cellQuantities: readonly Quantity<SweepResult>[] = [
  { name: "membrane.area", unit: (length) => `${length}^2`, read: (result) => result.membrane.area },
  {
    name: "membrane.areaPerVolume",
    unit: (length) => `1/${length}`,
    read: (result) => result.membrane.areaPerVolume,
  },
  { name: "mesh.nodes", unit: () => "", read: (result) => result.mesh.nodes },
  { name: "mesh.cells", unit: () => "", read: (result) => result.mesh.cells },
];

const phaseQuantities: readonly Quantity<SweepPhase>[] = [
  { name: "volumeFraction", unit: () => "", read: (phase) => phase.volumeFraction },
  ...tensorQuantities("effective", tensorUnit, (phase) => phase.effective),
  ...tensorQuantities("homogenized", tensorUnit, (phase) => phase.homogenized),
  ...tensorQuantities("factor", "", (phase) => phase.factor),
  ...tensorQuantities("lower", tensorUnit, (phase) => phase.bounds?.lower),
  ...tensorQuantities("upper", tensorUnit, (phase) => phase.bounds?.upper),
  { name: "relativeGap", unit: () => "", read: (phase) => phase.bounds?.relativeGap },
  { name: "nodes", unit: () => "", read: (phase) => phase.nodes },
  { name: "dofs", unit: () => "", read: (phase) => phase.dofs },
  { name: "cells", unit: () => "", read: (phase) => phase.cells },
];

/** Names of the quantities of a phase that a table may hold: `volumeFraction`, `effective.11`, ... */
export const sweepPhaseQuantities: readonly string[] = phaseQuantities.map((quantity) => quantity.name);

/** Names of the columns that are of no phase and no parameter: `membrane.area`, ... */
export const sweepCellQuantities: readonly string[] = cellQuantities.map((quantity) => quantity.name);

/**
 * One row for each point with a result or a failure. Columns: the varied parameters; area and size of the mesh; for each
 * phase volume fraction, effective, homogenized, factor, bounds, nodes, dofs and cells, those left out that no point has.
 */
export function tabulateSweep(points: readonly SweepPoint[], records: SweepRecords): SweepTable {
  const rows = points.filter(({ index }) => records.results.has(index) || records.failures.has(index));
  const results = rows.map(({ index }) => records.results.get(index));
  const lengthUnit = results.find((result) => result !== undefined)?.mesh.lengthUnit ?? "cell";
  const columns: SweepColumn[] = [];
  const add = (column: SweepColumn): void => {
    if (column.values.some((value) => !Number.isNaN(value))) columns.push(column);
  };
  for (const name of Object.keys(points.at(0)?.parameters ?? {})) {
    const values = rows.map((point) => point.parameters[name]);
    add({ name, phase: null, quantity: name, unit: "", values });
  }
  for (const { name, unit, read } of cellQuantities) {
    const values = results.map((result) => (result === undefined ? NaN : (read(result) ?? NaN)));
    add({ name, phase: null, quantity: name, unit: unit(lengthUnit), values });
  }
  const phases = new Set(results.flatMap((result) => Object.keys(result?.phases ?? {})));
  for (const phase of phases) {
    const prefix = cellPrefixes.has(phase) ? `phase.${phase}` : phase;
    for (const { name, unit, read } of phaseQuantities) {
      const values = results.map((result) => {
        const record =
          result !== undefined && Object.hasOwn(result.phases, phase) ? result.phases[phase] : null;
        return record === null ? NaN : (read(record) ?? NaN);
      });
      add({ name: `${prefix}.${name}`, phase, quantity: name, unit: unit(lengthUnit), values });
    }
  }
  const status = rows.map(({ index }) => {
    return records.results.has(index) ? "done" : (records.failures.get(index)?.error.code ?? "");
  });
  return { points: rows, status, columns };
}

/** The table as CSV (RFC 4180), all digits; `point.status` is `done` or the code of the error, absent numbers are empty. */
export function formatSweepCsv(table: SweepTable): string {
  const numParameters = Object.keys(table.points.at(0)?.parameters ?? {}).length;
  const before = table.columns.slice(0, numParameters);
  const after = table.columns.slice(numParameters);
  const rows = table.points.map((_, row) => {
    const cells = (columns: readonly SweepColumn[]): string[] =>
      columns.map(({ values }) => showNumber(values[row]));
    return [...cells(before), table.status[row], ...cells(after)];
  });
  const head = [...before.map(({ name }) => name), "point.status", ...after.map(({ name }) => name)];
  return formatCsv([head, ...rows]);
}

/** Lines of a CSV file, fields quoted where they must be. */
export function formatCsv(rows: readonly (readonly string[])[]): string {
  const quote = (field: string): string =>
    /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
  return rows.map((row) => `${row.map(quote).join(",")}\n`).join("");
}

/** A number with all digits; NaN is empty. */
export function showNumber(value: number): string {
  return Number.isNaN(value) ? "" : String(value);
}

/** All results in one object. */
export function summarizeSweep(
  manifest: SweepManifest,
  points: readonly SweepPoint[],
  records: SweepRecords,
): SweepSummary {
  const known = points.flatMap(({ index, parameters, file }): SweepSummary["points"][number][] => {
    const result = records.results.get(index);
    if (result !== undefined) {
      const { mesh, membrane, phases, warnings } = result;
      return [{ parameters, file, result: { mesh, membrane, phases, warnings } }];
    }
    const failure = records.failures.get(index);
    return failure === undefined ? [] : [{ parameters, error: failure.error }];
  });
  return {
    schema: "erfem/sweep@1",
    inputs: manifest.inputs,
    missing: points.length - known.length,
    points: known,
  };
}

function tensorQuantities(
  name: string,
  unit: string,
  read: (phase: SweepPhase) => Matrix3 | null | undefined,
): Quantity<SweepPhase>[] {
  return entries.map((entry) => ({
    name: `${name}.${entry}`,
    unit: () => unit,
    read: (phase) => read(phase)?.[Number(entry[0]) - 1][Number(entry[1]) - 1],
  }));
}
