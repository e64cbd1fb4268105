import type { SimulationResult } from "../io/simulation-result.js";
import { formatGrid, formatNumber, formatSection } from "./tables.js";

/**
 * The summary of a run as a table for a terminal.
 *
 * @param folder where the files are
 */
export function formatSimulation(result: SimulationResult, folder: string): string {
  const { calcium, steps, solver, mesh } = result;
  const rejected = steps.rejectedForError + steps.rejectedForNewton + steps.rejectedForSign;
  return [
    formatSection(
      `${result.model.file}: ${formatNumber(result.end)} s on ${mesh.nodes} nodes, ${mesh.cells} cells`,
      formatGrid([
        ["", "unit", "mean at 0", "mean at end", "least", "largest"],
        ...Object.entries(result.values).map(([name, { unit, initial, final }]) => [
          name,
          unit,
          initial.mean,
          final.mean,
          final.min,
          final.max,
        ]),
      ]),
    ),
    formatSection(
      "Calcium in all forms, uM um^3",
      formatGrid([
        ["at the beginning", calcium.initial],
        ["at the end", calcium.final],
        ["came in through surfaces", calcium.inflow],
        ["out of balance at most, relative", calcium.worstBalance],
      ]),
    ),
    formatSection(
      "Steps",
      formatGrid([
        ["accepted, rejected", steps.accepted, rejected],
        ["Newton iterations: median, most", solver.newtonMedian, solver.newtonMost],
        ["Krylov iterations: median, most", solver.krylovMedian, solver.krylovMost],
        ["wall time, s", result.seconds],
      ]),
    ),
    `Written to ${folder}: summary.md, timeseries.csv, probes.csv, fields.pvd, charts`,
  ].join("\n\n");
}
