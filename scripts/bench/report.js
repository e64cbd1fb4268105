import { leastBytesMoved, summarize } from "./statistics.js";
import { neighbours, processExponent, solverExponent } from "./targets.js";

/** All tables as Markdown, made for a terminal as well. */
export function formatReport({ machine, sizes, parser, targets }) {
  return [
    formatMachine(machine),
    section("Targets", formatTargets(targets)),
    section("Whole process, .msh to tensor, one core", formatWhole(sizes)),
    section("Set-up and three solves at 1e-8, warm, CPU seconds", formatSolver(sizes)),
    section("Steps of the pipeline, warm, seconds", formatSteps(sizes)),
    section("Both phases, all cores, seconds", formatPhases(sizes)),
    section("Growth from size to size: p in time = c dofs^p", formatGrowth(sizes)),
    section("Reading", formatParser(parser)),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** The table of hard systems as Markdown. */
export function formatRobustness(machine, { tolerance, rows }) {
  const body = rows.map(({ name, unknowns, method, iterations, residual, kernelBytes, relativeCpu }) => [
    name,
    unknowns,
    Math.max(...iterations),
    residual.toExponential(1),
    method,
    digits(kernelBytes / unknowns),
    digits(relativeCpu, 2),
  ]);
  const head = [
    "case",
    "unknowns",
    `iterations to ${tolerance}`,
    "true residual",
    "method",
    "kernel bytes / unknown",
    "CPU / plain",
  ];
  return `Measured ${machine.date} on ${machine.cpu}, Node ${machine.node}.\n\n${table(head, body)}`;
}

function formatMachine(m) {
  const lines = [
    `Measured ${m.date} on ${m.cpu}, ${m.cores} cores, Node ${m.node}, Gmsh ${m.gmsh}${m.petsc === null ? "" : `, PETSc ${m.petsc}`}.`,
    `${m.repeats} ${m.repeats === 1 ? "round" : "rounds"}, programs interleaved${m.pinned ? ", each pinned to the same core" : ", not pinned"}; medians (minima).`,
    `Load average ${m.loadBefore.toFixed(1)} before, ${m.loadAfter.toFixed(1)} after the run.`,
  ];
  return lines.join("\n");
}

function formatTargets(targets) {
  const rows = targets.map(({ item, quantity, bound, target, measured, met }) => [
    item,
    quantity,
    `${bound} ${digits(target)}`,
    digits(measured, 4),
    met ? "yes" : "**no**",
  ]);
  return table(["item", "quantity", "target", "measured", "met"], rows);
}

function formatWhole(sizes) {
  const rows = [];
  for (const { name, whole } of sizes) {
    const own = summarize(whole.erfem.wall).median;
    for (const { title, wall, cpu, peakBytes, answer } of Object.values(whole)) {
      rows.push([
        name,
        title,
        answer.dofs,
        spread(wall),
        cpu[0] === null ? "" : spread(cpu),
        digits(own / summarize(wall).median),
        range(answer.iterations),
        peakBytes[0] === null ? "" : digits(Math.max(...peakBytes) / 1e6),
      ]);
    }
  }
  const head = [
    "nodes",
    "program",
    "dofs",
    "wall, s",
    "CPU, s",
    "erfem / program",
    "iterations",
    "peak memory, MB",
  ];
  return table(head, rows);
}

function formatSolver(sizes) {
  const rows = sizes.map(({ name, solver: { erfem, petsc } }) => {
    const own = summarize(erfem.cpu).median;
    const iterations = Math.max(...erfem.iterations);
    const limit = leastBytesMoved({ ...erfem, iterations }) / erfem.triadBytesPerSecond;
    return [
      name,
      erfem.dofs,
      erfem.method,
      spread(erfem.cpu),
      petsc === null ? "" : spread(petsc.cpu),
      petsc === null ? "" : digits(own / summarize(petsc.cpu).median),
      range(erfem.iterations),
      petsc === null ? "" : range(petsc.iterations),
      digits(own / limit),
      digits(erfem.kernelBytes / erfem.dofs),
    ];
  });
  const triads = sizes.map(({ solver }) => solver.erfem.triadBytesPerSecond / 1e9);
  const head = [
    "nodes",
    "dofs",
    "method",
    "erfem",
    "PETSc",
    "ratio",
    "iterations",
    "PETSc's",
    "time / limit",
    "kernel bytes / dof",
  ];
  return (
    `${table(head, rows)}\n\nThe limit is the time to move the least that such a solver must move (the matrix three times and ten ` +
    `vector passes an iteration; no set-up, no coarse levels) at the bandwidth of a float64 SIMD triad in WebAssembly, ` +
    `measured in the same processes: ${range(triads.map((t) => Number(t.toFixed(1))))} GB/s.`
  );
}

function formatSteps(sizes) {
  const steps = [...new Set(sizes.flatMap(({ warm }) => Object.keys(warm.steps)))];
  const rows = steps.map((step) => [
    step,
    ...sizes.map(({ warm }) => (warm.steps[step] === undefined ? "" : spread(warm.steps[step]))),
  ]);
  rows.push(["all", ...sizes.map(({ warm }) => spread(warm.wall))]);
  return table(["step", ...sizes.map(({ name }) => name)], rows);
}

function formatPhases(sizes) {
  const rows = sizes
    .filter(({ phases }) => phases !== null)
    .map(({ name, phases: { alone, both } }) => [
      name,
      spread(alone.wall),
      spread(both.wall),
      digits(summarize(both.wall).median / summarize(alone.wall).median),
    ]);
  return rows.length === 0 ? "" : table(["nodes", "cytosol alone", "both, two workers", "ratio"], rows);
}

function formatGrowth(sizes) {
  const rows = neighbours(sizes).map(([small, large]) => [
    `${small.name} to ${large.name}`,
    digits(solverExponent(small, large)),
    digits(processExponent(small, large)),
  ]);
  return rows.length === 0 ? "" : table(["sizes", "set-up + solves", "whole process"], rows);
}

function formatParser(parser) {
  const rows = parser.flatMap(({ name, bytes, seconds }) => {
    const rate = (size, times) => digits(size / 1e6 / summarize(times).median);
    const row = (what, size, times) => [name, what, digits(size / 1e6), spread(times), rate(size, times)];
    return [
      row("binary: file + SHA-256", bytes.binary, seconds.binaryRead),
      row("binary: parser", bytes.binary, seconds.binaryParse),
      ...(seconds.numpy.length === 0
        ? []
        : [row("binary: numpy, file and one phase", bytes.binary, seconds.numpy)]),
      row("text: parser", bytes.ascii, seconds.asciiParse),
      row(".gz: file + SHA-256 + decompression", bytes.gzip, seconds.gzipRead),
      row(".gz: gunzip", bytes.gzip, seconds.gunzip),
    ];
  });
  return rows.length === 0 ? "" : table(["nodes", "what", "MB", "s", "MB/s"], rows);
}

function section(title, body) {
  return body === "" ? "" : `### ${title}\n\n${body}`;
}

/** A Markdown table with columns of equal width. */
function table(head, rows) {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, c) => Math.max(3, ...cells.map((row) => row[c].length)));
  const line = (row) => `| ${row.map((cell, c) => cell.padEnd(widths[c])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join("\n");
}

/** `median (minimum)`. */
function spread(values) {
  const { median, minimum } = summarize(values);
  return `${digits(median)} (${digits(minimum)})`;
}

function range(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return "";
  return low === high ? String(low) : `${low}-${high}`;
}

/** A number to some significant digits; whole above 100; with an exponent only below 1e-4. */
function digits(value, precision = 3) {
  if (value === 0 || Math.abs(value) < 1e-4) return value.toExponential(1);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(precision)));
}
