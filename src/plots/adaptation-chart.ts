import type { Adaptation } from "../io/adaptation.js";
import type { ChartSeries, LineChart } from "./line-chart.js";

/** By which the line of the goal is longer than the curves, on either side. */
const LENGTHENING = 1.2;

/**
 * The relative gap between the bounds over the nodes of a phase, on logarithmic axes: of each phase that was asked for, with what was
 * expected of each mesh before it was made, and the goal.
 */
export function describeAdaptation({ rounds, goal }: Adaptation): LineChart {
  const names = Object.keys(rounds.at(0)?.phases ?? {});
  const nodes = rounds.flatMap(({ phases }) => names.map((name) => phases[name].nodes));
  const series = names.flatMap((name): ChartSeries[] => {
    const levels = rounds.map(({ phases }) => phases[name]);
    const x = levels.map((level) => level.nodes);
    const predicted = levels.map(({ predictedGap }) => predictedGap ?? NaN);
    return [
      { name, x, y: levels.map(({ relativeGap }) => relativeGap) },
      ...(predicted.every(Number.isNaN)
        ? []
        : [{ name: `${name}: expected`, x, y: predicted, mark: "points" as const }]),
    ];
  });
  // A little longer than the curves: a line too where one round was enough.
  const ends = [
    nodes.reduce((a, b) => Math.min(a, b), Infinity) / LENGTHENING,
    nodes.reduce((a, b) => Math.max(a, b), 0) * LENGTHENING,
  ];
  return {
    title: "Adaptation of the mesh",
    x: { label: "nodes of the phase", log: true },
    y: { label: "relative gap between the bounds", log: true },
    series: [...series, { name: "goal", x: ends, y: [goal, goal], mark: "line", dashed: true }],
  };
}
