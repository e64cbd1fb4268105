import type { ConvergenceQuantity, ConvergenceStudy } from "./convergence-study.js";
import { formatCsv } from "./csv.js";

const quantities: readonly ConvergenceQuantity[] = ["mean", "11", "22", "33"];

/**
 * A convergence study as CSV: a row for each level and phase, tensor entries in um^2/ms with all digits, an empty field
 * where there is no value.
 */
export function formatConvergenceCsv(study: ConvergenceStudy): string {
  const header = [
    ...["level", "label", "nodes", "cells", "phase", "phaseCells", "dofs", "meshSize"],
    ...quantities.flatMap((q) => [`p1.${q}`, `p1.${q}.order`]),
    ...quantities.flatMap((q) => [`lower.${q}`, `lower.${q}.order`]),
    ...["relativeGap", "relativeGap.order", "meshSeconds", "solveSeconds"],
  ];
  const rows = study.levels.flatMap((level, l) =>
    Object.entries(level.phases).map(([name, phase]) => {
      const { upper, lower, gap } = study.phases[name];
      return [
        ...[l, level.label, level.nodes, level.cells, name, phase.cells, phase.dofs, phase.meshSize],
        ...quantities.flatMap((q) => [upper[q].values[l], upper[q].orders[l]]),
        ...quantities.flatMap((q) => [lower?.[q].values[l] ?? null, lower?.[q].orders[l] ?? null]),
        ...[gap?.values[l] ?? null, gap?.orders[l] ?? null, level.meshSeconds, level.solveSeconds],
      ];
    }),
  );
  return formatCsv([header, ...rows]);
}
