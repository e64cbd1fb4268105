import type { Adaptation } from "./adaptation.js";
import { formatCsv, type CsvField } from "./csv.js";

/** An adaptation as CSV: a row for each round and phase; the diagonals of the bounds in um^2/ms, with all digits. */
export function formatAdaptationCsv({ rounds }: Adaptation): string {
  const axes = [0, 1, 2] as const;
  const header = [
    ...["round", "nodes", "predictedNodes", "cells", "phase", "phaseNodes", "phaseCells"],
    ...axes.map((k) => `lower.${k + 1}${k + 1}`),
    ...axes.map((k) => `upper.${k + 1}${k + 1}`),
    ...["relativeGap", "predictedGap", "meshSeconds", "solveSeconds"],
  ];
  const rows = rounds.flatMap((round) =>
    Object.entries(round.phases).map(([name, phase]): CsvField[] => [
      ...[round.round, round.nodes, round.predictedNodes, round.cells, name, phase.nodes, phase.cells],
      ...axes.map((k) => phase.lower[k][k]),
      ...axes.map((k) => phase.upper[k][k]),
      ...[phase.relativeGap, phase.predictedGap, round.meshSeconds, round.solveSeconds],
    ]),
  );
  return formatCsv([header, ...rows]);
}
