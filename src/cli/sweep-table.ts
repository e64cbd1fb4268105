import type { SweepColumn, SweepTable } from "../homogenization/sweep-table.js";
import { formatGrid, formatSection, type GridCell } from "./tables.js";

/** Quantities of a phase that the table on the terminal shows; sweep.csv has all. */
const shownQuantities = ["volumeFraction", "effective.11", "effective.22", "effective.33", "relativeGap"];

/** The most important columns of a sweep, one table for each phase. */
export function formatSweep(folder: string, table: SweepTable): string {
  const parameters = table.columns.filter(({ name }) =>
    Object.hasOwn(table.points.at(0)?.parameters ?? {}, name),
  );
  const area = table.columns.filter(({ name }) => name === "membrane.area");
  const phases = [...new Set(table.columns.flatMap(({ phase }) => (phase === null ? [] : [phase])))];
  const sections = phases.map((phase) => {
    const shown = table.columns.filter(
      (column) => column.phase === phase && shownQuantities.includes(column.quantity),
    );
    return formatSection(`Phase ${phase}`, formatColumns(table, [...parameters, ...area, ...shown]));
  });
  const failed = table.status.filter((status) => status !== "done").length;
  const summary = [
    ["points done", String(table.status.length - failed)],
    ...(failed > 0 ? [["points failed", String(failed)]] : []),
    ["tables", "sweep.csv, results.json"],
  ];
  return [...sections, formatSection(folder, formatGrid(summary))].join("\n\n");
}

function formatColumns(table: SweepTable, columns: readonly SweepColumn[]): string {
  const head = columns.map(({ quantity, unit }) => (unit === "" ? quantity : `${quantity}, ${unit}`));
  const rows = table.points.map((_, row) =>
    columns.map(({ values }): GridCell => (Number.isNaN(values[row]) ? table.status[row] : values[row])),
  );
  return formatGrid([head, ...rows]);
}
