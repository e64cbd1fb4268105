// The tables of simulation.js, from its record; no input or output.
import { median } from "./statistics.js";

/** Solves of a diffusion matrix for each field that a step may cost. */
export const MOST_SOLVES = 15;
const MOST_NEWTON = 4;

/** Markdown. */
export function formatSimulation(record) {
  const { machine, nodes, cells, fields, references, steps, statistics } = record;
  const all = references.flat();
  const diffusion = all.filter(({ dt }) => dt === null);
  const withMass = all.filter(({ dt }) => dt !== null);
  const solve = median(diffusion.flatMap(({ solves }) => solves.map(({ cpu }) => cpu)));
  const solveWithMass = median(withMass.flatMap(({ solves }) => solves.map(({ cpu }) => cpu)));
  const setup = median(diffusion.map((of) => of.setup.cpu));
  const summarize = (key) => {
    const values = steps.map((step) => step[key]);
    return [
      median(values),
      values.reduce((sum, value) => sum + value, 0) / values.length,
      Math.max(...values),
    ];
  };
  const [typical, mean, slowest] = summarize("cpu");
  const inUnits = (unit) =>
    [typical, mean, slowest].map((value) => (value / (unit * fields.length)).toFixed(1));
  const newton = quantile(statistics.newtonHistogram, 0.5);
  const krylov = [0.5, 0.9, 1].map((q) => quantile(statistics.krylovHistogram, q));
  const linearSolves = count(statistics.krylovHistogram);
  const rejected = statistics.rejectedForError + statistics.rejectedForNewton + statistics.rejectedForSign;
  const [first, end] = [steps[0], steps.at(-1)];
  const quarter = steps[Math.floor(steps.length / 4)];
  const isMet = mean / (solve * fields.length) <= MOST_SOLVES && newton <= MOST_NEWTON;
  const rows = [
    ["seconds", ...summarize("wall").map(seconds)],
    ["seconds of the processor", ...[typical, mean, slowest].map(seconds)],
    ["of the processor, in solves of K a field", ...inUnits(solve)],
    ["the same in set-ups and solves of K", ...inUnits(setup + solve)],
    ["the same in solves of M/dt + K", ...inUnits(solveWithMass)],
  ];
  return [
    `Measured ${machine.date} on ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}; load average ` +
      `${machine.loadBefore.toFixed(1)} before, ${machine.loadAfter.toFixed(1)} after the run.`,
    `${nodes} nodes, ${cells} cells, ${fields.length} fields (${fields.join(", ")}); ${steps.length} accepted steps to ` +
      `${end.time.toPrecision(3)} s, ${rejected} rejected. The front of the wave went from x = ` +
      `${quarter.front.toFixed(1)} um at ${quarter.time.toPrecision(2)} s to ${end.front.toFixed(1)} um.`,
    formatTable(["an accepted step", "median", "mean", "largest"], rows),
    formatTable(
      ["what", "measured"],
      [
        ["solve of K to 1e-8, one right-hand side, s of the processor", seconds(solve)],
        ["its iterations", String(median(diffusion.map(({ iterations }) => iterations)))],
        ["its set-up, s", seconds(setup)],
        ["solve of M/dt + K, s", seconds(solveWithMass)],
        [
          "Newton iterations of a stage, median / largest",
          `${newton} / ${statistics.newtonHistogram.length - 1}`,
        ],
        ["Krylov iterations of a linear system, median / 90 % / largest", krylov.join(" / ")],
        ["linear systems", String(linearSolves)],
        ["hierarchies made", String(statistics.numSetups)],
        ["kernel memory after the first / quarter / last step, MB", megabytes([first, quarter, end])],
        ["peak memory of the process, MB", (record.peakBytes / 1e6).toFixed(0)],
      ],
    ),
    `Target, at most ${MOST_SOLVES} solves of K a field in the mean and ${MOST_NEWTON} Newton iterations in the median: ` +
      `${isMet ? "met" : "**not met**"}.`,
  ].join("\n\n");
}

function seconds(value) {
  return value.toPrecision(3);
}

function megabytes(steps) {
  return steps.map(({ kernelBytes }) => (kernelBytes / 1e6).toFixed(0)).join(" / ");
}

function count(histogram) {
  return histogram.reduce((sum, n) => sum + n, 0);
}

/** The value that a part q does not exceed. */
function quantile(histogram, q) {
  let sum = 0;
  return histogram.findIndex((n) => (sum += n) >= q * count(histogram));
}

function formatTable(head, rows) {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const line = (row) => `| ${row.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
