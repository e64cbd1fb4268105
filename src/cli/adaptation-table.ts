import type { Adaptation, AdaptationRound } from "../io/adaptation.js";
import { showName } from "./escape-text.js";
import { formatEnclosure } from "./format-enclosure.js";
import { formatGrid, formatSection, formatShort, type GridCell } from "./tables.js";

const gapDigits = 3;

/** An adaptation as tables: the meshes, then for each phase bounds and gap. */
export function formatAdaptation(adaptation: Adaptation): string {
  const { rounds, goal, isReached } = adaptation;
  const head = ["round", "nodes", "expected", "cells", "mesh", "solve"];
  const meshes = rounds.map((round) => [
    ...[`${round.round}`, round.nodes, round.predictedNodes ?? right("-"), round.cells],
    ...[formatSeconds(round.meshSeconds), formatSeconds(round.solveSeconds)],
  ]);
  const names = Object.keys(rounds[0].phases);
  return [
    formatSection("Rounds, wall time in s", formatGrid([header(head), ...meshes])),
    ...names.map((name) => formatPhase(rounds, name)),
    `relative gap ${formatShort(goal)}: ${isReached ? `reached in round ${rounds.length}` : "not reached"}`,
  ].join("\n\n");
}

/** `round 3: 17421 nodes, relative gap 2.54e-3 (ER)` for a line of progress. */
export function describeRound({ round, nodes, phases }: AdaptationRound): string {
  const gaps = Object.entries(phases).map(([name, phase]) => `${formatGap(phase.relativeGap)} (${name})`);
  return `round ${round}: ${nodes} nodes, relative gap ${gaps.join(", ")}`;
}

function formatPhase(rounds: readonly AdaptationRound[], name: string): string {
  const head = ["round", "nodes", "lower, trace / 3", "upper", "gap", "expected"];
  const rows = rounds.map((round): GridCell[] => {
    const { nodes, lower, upper, relativeGap, predictedGap } = round.phases[name];
    const thirdOfTrace = (a: typeof lower): number => (a[0][0] + a[1][1] + a[2][2]) / 3;
    return [
      ...[`${round.round}`, nodes, thirdOfTrace(lower), thirdOfTrace(upper), right(formatGap(relativeGap))],
      right(predictedGap === null ? "-" : formatGap(predictedGap)),
    ];
  });
  const { lower, upper } = rounds[rounds.length - 1].phases[name];
  const enclosures = ["xx", "yy", "zz"].map((axes, k) => [axes, formatEnclosure(lower[k][k], upper[k][k])]);
  return formatSection(
    `Phase ${showName(name)}: homogenized tensor, um^2/ms`,
    formatGrid([header(head), ...rows]),
    formatGrid(enclosures),
  );
}

function header(titles: readonly string[]): string[] {
  return titles.map((title, i) => (i === 0 ? title : right(title)));
}

function formatGap(gap: number): string {
  return gap.toExponential(gapDigits - 1);
}

function formatSeconds(seconds: number): string {
  return right(seconds.toFixed(2));
}

function right(text: string, width = 10): string {
  return text.padStart(width);
}
