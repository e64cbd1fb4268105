import type { Matrix3 } from "../core/tensor.js";
import type {
  BoundsRecord,
  DiffusionValue,
  HomogenizationResult,
  LengthUnit,
  PhaseRecord,
} from "../io/homogenization-result.js";
import { showName } from "./escape-text.js";
import { formatEnclosure } from "./format-enclosure.js";
import { describeComponents, formatUnitCell } from "./mesh-table.js";
import {
  formatGrid,
  formatNumber,
  formatSection,
  formatShort,
  formatVector,
  type GridCell,
} from "./tables.js";

const diffusionUnit = "um^2/ms";

const axes = ["x", "y", "z"];

/** Entries on and above the diagonal of a tensor, the diagonal first. */
const entries = [
  [0, 0],
  [1, 1],
  [2, 2],
  [0, 1],
  [0, 2],
  [1, 2],
];

/** Phases shown before the rest is only counted. */
const maxPhases = 20;

/**
 * The result of `erfem homogenize` as tables, six significant digits.
 *
 * @param kernelBytes memory of the kernel that solved the systems, null where it is not known
 */
export function formatHomogenization(
  result: HomogenizationResult,
  kernelBytes: number | null = null,
): string {
  const { mesh, membrane } = result;
  const area = areaUnits(mesh.lengthUnit);
  const phases = Object.entries(result.phases);
  return [
    formatSection(
      "Mesh",
      formatGrid([
        ["file", mesh.file ?? "-"],
        ["format", mesh.format ?? "-"],
        ["nodes", String(mesh.nodes)],
        ["cells", String(mesh.cells)],
      ]),
    ),
    formatSection(`Unit cell, ${area.length}`, formatGrid([...formatUnitCell(mesh.unitCell)])),
    formatSection(
      "Membrane",
      formatGrid([
        ["area in a unit cell", membrane.area, area.area],
        ["area / |Y|", membrane.areaPerVolume, area.areaPerVolume],
        ...Object.entries(membrane.pairs).map(([pair, value]) => [`area ${pair}`, value, area.area]),
      ]),
    ),
    ...(result.boundary === undefined
      ? []
      : [
          formatSection(
            "Boundary",
            formatGrid([
              ["condition", result.boundary.kind],
              ["tensors", result.boundary.quantity],
            ]),
          ),
        ]),
    ...(result.periodic === undefined
      ? []
      : [
          formatSection(
            "Opposite faces",
            formatGrid([
              ["condition", "tied where they overlap; tensors not certified"],
              ...Object.entries(result.periodic.mismatch).map(([name, share]) => [
                `mismatch ${showName(name)}`,
                `${(100 * share).toPrecision(3)} %`,
              ]),
            ]),
          ),
        ]),
    ...phases.slice(0, maxPhases).map(([name, phase]) => formatPhase(name, phase, area.length)),
    ...(phases.length > maxPhases ? [`... ${phases.length - maxPhases} more phases, see --json`] : []),
    formatSection(
      "Wall time",
      formatGrid(
        Object.entries(result.timings).map(([step, seconds]) => [step, seconds.toFixed(3).padStart(8), "s"]),
      ),
    ),
    ...formatMemory(result, kernelBytes),
  ].join("\n\n");
}

function formatPhase(name: string, phase: PhaseRecord, lengthUnit: string): string {
  const { solver, principal } = phase;
  const facts = formatGrid([
    ["volumes", phase.volumes.map(showName).join(" + ")],
    ["volume fraction", formatNumber(phase.volumeFraction)],
    ["cells, nodes, dofs", `${phase.cells}, ${phase.nodes}, ${phase.dofs}`],
    ...describeComponents(phase.components).map((text, i) => [
      i === 0 ? `components (${phase.components.length})` : "",
      text,
    ]),
    ["diffusion", describeDiffusion(phase.diffusion)],
    ["solver", solver.method],
  ]);
  const tensors = formatGrid([
    ["", "", ...axes.map((axis) => axis.padStart(12)), ""],
    ...matrixRows("homogenized tensor", phase.homogenized, diffusionUnit),
    ...matrixRows("EDC (effective)", phase.effective, diffusionUnit),
    ...(phase.factor === null ? [] : matrixRows("factor", phase.factor, "")),
    ...(phase.tortuosity === null
      ? []
      : [["tortuosity", "", ...phase.tortuosity.map((value) => value ?? "infinite".padStart(12)), ""]]),
    ["corrector integral", "", ...phase.correctorIntegral, lengthUnit],
    ["iterations", "", ...solver.iterations, ""],
    ["relative residual", "", ...solver.relativeResidual, ""],
  ]);
  const directions = formatGrid(
    principal.values.map((value, k) => [
      k === 0 ? "principal values" : "",
      value,
      `${diffusionUnit} along`,
      ...principal.directions[k],
    ]),
  );
  const bounds = phase.bounds === null ? "" : formatBounds(phase.bounds);
  return formatSection(`Phase ${showName(name)}`, facts, tensors, directions, bounds);
}

function formatBounds(bounds: BoundsRecord): string {
  const { classical, solver } = bounds;
  const diagonal = (matrix: Matrix3): string => formatVector(matrix.map((row, k) => row[k]));
  return formatGrid([
    ...entries.map(([k, l], e) => {
      const [lower, upper] = bounds.entries[k][l];
      const label = ["certified", "on this mesh"][e] ?? "";
      return [label, `${axes[k]}${axes[l]}`, formatEnclosure(lower, upper), diffusionUnit];
    }),
    ["relative gap", "", bounds.relativeGap],
    ...(bounds.quadratureChange > 0 ? [["quadrature change", "", bounds.quadratureChange]] : []),
    ["Voigt (above)", "", diagonal(classical.voigt), diffusionUnit],
    ["Reuss (below)", "", diagonal(classical.reuss), diffusionUnit],
    ...(classical.hashinShtrikman === null
      ? []
      : [["Hashin-Shtrikman", "", `trace / 3 <= ${formatNumber(classical.hashinShtrikman)}`, diffusionUnit]]),
    [
      "lower bound",
      "",
      `${bounds.facets} facets, ${solver.method}, iterations ${solver.iterations.join(", ")}`,
    ],
  ]);
}

/** Memory for the lower bound, which needs most. */
function formatMemory(result: HomogenizationResult, kernelBytes: number | null): string[] {
  const facets = Math.max(0, ...Object.values(result.phases).map((phase) => phase.bounds?.facets ?? 0));
  if (kernelBytes === null || facets === 0) return [];
  const megabytes = (kernelBytes / 1e6).toFixed(0);
  const perFacet = (kernelBytes / facets).toFixed(0);
  return [formatSection("Memory", formatGrid([["kernel", `${megabytes} MB, ${perFacet} bytes a facet`]]))];
}

function matrixRows(label: string, matrix: Matrix3, unit: string): GridCell[][] {
  return matrix.map((row, k) => [k === 0 ? label : "", axes[k], ...row, unit]);
}

function describeDiffusion(diffusion: PhaseRecord["diffusion"]): string {
  if (typeof diffusion !== "object" || isMatrix(diffusion)) return describeValue(diffusion);
  return Object.entries(diffusion)
    .map(([volume, value]) => `${showName(volume)}: ${describeValue(value)}`)
    .join("; ");
}

function describeValue(value: DiffusionValue): string {
  if (typeof value === "string") return `${value}, ${diffusionUnit}`;
  const text = typeof value === "number" ? formatShort(value) : value.map(formatVector).join(" ");
  return `${text} ${diffusionUnit}`;
}

function isMatrix(diffusion: Exclude<PhaseRecord["diffusion"], number | string>): diffusion is Matrix3 {
  return Array.isArray(diffusion);
}

/** A mesh without a unit has its lengths in the unit of its coordinates. */
function areaUnits(unit: LengthUnit): { length: string; area: string; areaPerVolume: string } {
  if (unit === "cell") {
    return { length: "mesh units", area: "mesh units^2", areaPerVolume: "1 / mesh unit" };
  }
  return { length: unit, area: `${unit}^2`, areaPerVolume: `1 / ${unit}` };
}
