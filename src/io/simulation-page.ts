import type { Matrix3 } from "../core/tensor.js";
import type { RegionRecord, SimulationResult } from "./simulation-result.js";

/**
 * The summary of a run on one page of Markdown: what was computed, where it ended, whether calcium is conserved, what it cost.
 *
 * @param charts paths of the charts, relative to the page
 */
export function formatSimulationPage(result: SimulationResult, charts: readonly string[]): string {
  const { model, mesh, calcium, steps, solver } = result;
  const rejected = steps.rejectedForError + steps.rejectedForNewton + steps.rejectedForSign;
  return [
    `# ${escape(model.file)}`,
    "",
    `${show(result.end)} s in ${steps.accepted} steps (${rejected} rejected), ${show(result.seconds)} s of wall time. Mesh ` +
      `${escape(mesh.file)}: ${mesh.nodes} nodes, ${mesh.cells} cells.`,
    "",
    ...result.warnings.map((warning) => `**Warning**: ${escape(warning)}.\n`),
    "## Conservation",
    "",
    ...table(
      ["calcium in all forms", "uM um^3"],
      [
        ["at the beginning", show(calcium.initial)],
        ["at the end", show(calcium.final)],
        ["came in through surfaces", show(calcium.inflow)],
        ["out of balance at the end, relative", calcium.balance.toExponential(2)],
        ["out of balance at most, relative", calcium.worstBalance.toExponential(2)],
      ],
    ),
    "",
    ...(Object.keys(result.inflow).length === 0
      ? []
      : [
          ...table(
            ["surface and field", "came in, uM um^3"],
            Object.entries(result.inflow).map(([name, amount]) => [escape(name), show(amount)]),
          ),
          "",
        ]),
    "## Fields and states",
    "",
    ...table(
      ["", "unit", "mean at 0", "mean at the end", "least at the end", "largest at the end"],
      Object.entries(result.values).map(([name, { unit, initial, final }]) => [
        escape(name),
        unit,
        ...[initial.mean, final.mean, final.min, final.max].map(show),
      ]),
    ),
    "",
    ...charts.flatMap((chart) => [`![${chart.replace(/\.svg$/, "")}](${chart})`, ""]),
    "## Regions",
    "",
    ...Object.entries(result.regions).flatMap(([name, region]) => [describeRegion(name, region), ""]),
    "## Cost",
    "",
    ...table(
      ["", "median", "most", "all"],
      [
        ["Newton iterations a stage", String(solver.newtonMedian), String(solver.newtonMost), ""],
        [
          "Krylov iterations a linear system",
          String(solver.krylovMedian),
          String(solver.krylovMost),
          `${solver.krylovTotal} in ${solver.linearSystems} systems`,
        ],
        ["multigrid hierarchies", "", "", String(solver.setups)],
      ],
    ),
    "",
    `Steps rejected for their error ${steps.rejectedForError}, for Newton's method ${steps.rejectedForNewton}, for negative ` +
      `concentrations ${steps.rejectedForSign}.`,
    "",
  ].join("\n");
}

function describeRegion(name: string, region: RegionRecord): string {
  if (region.kind === "cytosol") {
    return `**${escape(name)}**: cytosol, ${show(region.volume)} um^3, D = ${show(region.diffusion)} um^2/s.`;
  }
  const { volume, cytosol, er, areaPerVolume } = region;
  const area = areaPerVolume === null ? "" : `, ${show(areaPerVolume)} um^2 of membrane per um^3`;
  return (
    `**${escape(name)}**: homogenized, ${show(volume)} um^3${area}. Cytosol ${show(cytosol.volumeFraction)}, a~ = ` +
    `${showTensor(cytosol.tensor)} um^2/s; ER ${show(er.volumeFraction)}, b~ = ${showTensor(er.tensor)} um^2/s.`
  );
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)];
}

function showTensor(tensor: Matrix3 | null): string {
  if (tensor === null) return "a tensor for each cell in";
  return `[${tensor.map((row) => `[${row.map(show).join(", ")}]`).join(", ")}]`;
}

function show(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Names are the user's: no markup of theirs comes through. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, "\\$&").replaceAll(/\s+/g, " ");
}
