import { formatCsv } from "./csv.js";
import type { ResolvedQuantity, ResolvedStudy } from "./resolved-study.js";

const quantities: readonly ResolvedQuantity[] = [
  "l2",
  "l2Reconstructed",
  "cellMeans",
  "gradient",
  "gradientReconstructed",
];

/**
 * A comparison of the resolved and the homogenized model as CSV: a row for each level and target, relative errors with all
 * digits and their observed orders, an empty field where there is no value.
 */
export function formatResolvedCsv(study: ResolvedStudy): string {
  const header = [
    ...["copies", "epsilon", "nodes", "cells", "target"],
    ...quantities.flatMap((quantity) => [quantity, `${quantity}.order`]),
    ...["calciumDrift", "seconds"],
  ];
  const rows = study.levels.flatMap((level) =>
    study.targets.map(({ name }, i) => [
      ...[level.copies, level.epsilon, level.nodes, level.cells, name],
      ...quantities.flatMap((quantity) => [level.errors[i][quantity], level.orders[i][quantity]]),
      ...[level.calciumDrift, level.seconds],
    ]),
  );
  return formatCsv([header, ...rows]);
}
