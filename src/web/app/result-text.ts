import type { Matrix3 } from "../../core/tensor.js";
import { formatCsv, type CsvField } from "../../io/csv.js";
import type { HomogenizationResult, PhaseRecord } from "../../io/homogenization-result.js";

/** Tensors of a phase, by name, with their units; those that there are. */
export function listTensors(phase: PhaseRecord): { name: string; unit: string; tensor: Matrix3 }[] {
  const { homogenized, effective, factor, bounds } = phase;
  return [
    { name: "homogenized", unit: "um^2/ms", tensor: homogenized },
    { name: "effective", unit: "um^2/ms", tensor: effective },
    ...(factor === null ? [] : [{ name: "factor", unit: "", tensor: factor }]),
    ...(bounds === null
      ? []
      : [
          { name: "lower bound", unit: "um^2/ms", tensor: bounds.lower },
          { name: "upper bound", unit: "um^2/ms", tensor: bounds.upper },
        ]),
  ];
}

/** One row for each quantity of each phase: phase, quantity, unit, value or the six entries of a tensor. All digits. */
export function formatResultCsv(result: HomogenizationResult): string {
  const rows: CsvField[][] = [["phase", "quantity", "unit", "11", "22", "33", "23", "13", "12"]];
  const lone = (phase: string, quantity: string, unit: string, value: number): void => {
    rows.push([phase, quantity, unit, value, null, null, null, null, null]);
  };
  const length = result.mesh.lengthUnit === "cell" ? "mesh unit" : result.mesh.lengthUnit;
  lone("", "membrane area", `${length}^2`, result.membrane.area);
  lone("", "membrane area per volume", `1/${length}`, result.membrane.areaPerVolume);
  for (const [name, phase] of Object.entries(result.phases)) {
    lone(name, "volume fraction", "", phase.volumeFraction);
    for (const { name: quantity, unit, tensor: t } of listTensors(phase))
      rows.push([name, quantity, unit, t[0][0], t[1][1], t[2][2], t[1][2], t[0][2], t[0][1]]);
  }
  return formatCsv(rows);
}

/** A table of the phases and their homogenized tensors for a LaTeX document with amsmath. */
export function formatResultLatex(result: HomogenizationResult): string {
  const rows = Object.entries(result.phases).map(([name, { volumeFraction, homogenized }]) => {
    const matrix = homogenized.map((row) => row.map(latexNumber).join(" & ")).join(" \\\\ ");
    return `  ${latexText(name)} & $${latexNumber(volumeFraction)}$ & $\\begin{pmatrix} ${matrix} \\end{pmatrix}$ \\\\`;
  });
  return [
    "\\begin{tabular}{lcc}",
    "  phase & volume fraction & homogenized tensor ($\\mu$m$^2$/ms) \\\\ \\hline",
    ...rows,
    "\\end{tabular}",
    "",
  ].join("\n");
}

/** Six digits. */
function latexNumber(value: number): string {
  const [digits, ...exponent] = Number(value.toPrecision(6)).toString().split("e");
  return exponent.length === 0 ? digits : `${digits} \\cdot 10^{${Number(exponent)}}`;
}

const latexEscapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

function latexText(text: string): string {
  return text.replace(/[\\~^&%$#_{}]/g, (character) => latexEscapes[character] ?? `\\${character}`);
}
