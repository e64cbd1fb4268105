import type { ConvergenceQuantity, ConvergenceStudy } from "./convergence-study.js";

const quantities: readonly ConvergenceQuantity[] = ["mean", "11", "22", "33"];

/**
 * A convergence study as CSV: a row for each level and phase, tensor entries in um^2/ms with all digits, an empty field
 * where there is no value.
 *
 * @see RFC 4180, Common format and MIME type for comma-separated values files
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
  return [header, ...rows].map((row) => `${row.map(formatField).join(",")}\r\n`).join("");
}

function formatField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
