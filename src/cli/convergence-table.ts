import type { ConvergenceSequence, ConvergenceStudy, PhaseConvergence } from "../io/convergence-study.js";
import { showName } from "./escape-text.js";
import { formatGrid, formatSection, formatShort, type GridCell } from "./tables.js";

/** Decimals of an order. */
const orderDecimals = 2;

/** A convergence study as tables: the meshes, then for each phase a third of the trace of its tensor. */
export function formatConvergence(study: ConvergenceStudy): string {
  const levels = study.levels.map(({ label, nodes, cells, meshSeconds, solveSeconds }, l) => [
    `${l}`,
    label,
    nodes,
    cells,
    formatSeconds(meshSeconds),
    formatSeconds(solveSeconds),
  ]);
  return [
    formatSection(
      "Levels, wall time in s",
      formatGrid([["", "", right("nodes"), right("cells"), right("mesh"), right("solve")], ...levels]),
    ),
    ...Object.entries(study.phases).map(([name, phase]) => formatPhase(study, name, phase)),
  ].join("\n\n");
}

function formatPhase(study: ConvergenceStudy, name: string, phase: PhaseConvergence): string {
  const { upper, lower, gap } = phase;
  const header = [
    ...["", right("dofs"), right("mesh size"), right("P1"), right("order")],
    ...(lower === null ? [] : [right("lower"), right("order")]),
    ...(gap === null ? [] : [right("gap"), right("order")]),
  ];
  const rows = study.levels.map((level, l): GridCell[] => {
    const { dofs, meshSize } = level.phases[name];
    return [
      ...[`${l}`, dofs, meshSize, upper.mean.values[l], formatOrder(upper.mean.orders[l])],
      ...(lower === null ? [] : [lower.mean.values[l], formatOrder(lower.mean.orders[l])]),
      ...(gap === null ? [] : [gap.values[l], formatOrder(gap.orders[l])]),
    ];
  });
  const limits = [
    `  P1: ${describeLimit(upper.mean)}`,
    ...(lower === null ? [] : [`  lower: ${describeLimit(lower.mean)}`]),
  ];
  return formatSection(
    `Phase ${showName(name)}: trace / 3 of the homogenized tensor, um^2/ms`,
    formatGrid([header, ...rows]),
    limits.join("\n"),
  );
}

function describeLimit({ values, exponent, extrapolated }: ConvergenceSequence): string {
  if (exponent === null || extrapolated === null) return "no order fits the last three levels";
  const finest = values[values.length - 1];
  const change = (100 * (finest - extrapolated)) / extrapolated;
  return (
    `extrapolated ${extrapolated.toPrecision(8)} with exponent ${exponent.toFixed(orderDecimals)}; ` +
    `the finest level is ${formatShort(Math.abs(change))} % ${change < 0 ? "below" : "above"}`
  );
}

function formatOrder(order: number | null): string {
  return right(order === null ? "-" : order.toFixed(orderDecimals), 7);
}

function formatSeconds(seconds: number): string {
  return right(seconds.toFixed(2));
}

function right(text: string, width = 10): string {
  return text.padStart(width);
}
