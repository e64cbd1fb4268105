import type { Matrix3 } from "../../core/tensor.js";
import { formatJson } from "../../io/format-json.js";
import type { HomogenizationResult, PhaseRecord } from "../../io/homogenization-result.js";
import { element, showNumber } from "./dom.js";
import { formatResultCsv, formatResultLatex, listTensors } from "./result-text.js";

const titles: Readonly<Record<string, string>> = {
  homogenized: "homogenized, D̃",
  effective: "effective, D̃ / γ",
  factor: "factor, D̃ / D",
  "lower bound": "lower bound",
  "upper bound": "upper bound",
};

/** What a result says, in tables; numbers have all their digits in `data-value`. */
export function showResult(result: HomogenizationResult): HTMLElement {
  const { mesh, membrane, phases, warnings } = result;
  const unit = mesh.lengthUnit === "cell" ? "mesh unit" : mesh.lengthUnit;
  const seconds = Object.values(result.timings).reduce((sum, time) => sum + time, 0);
  return element(
    "div",
    { id: "result" },
    element("h2", {}, mesh.file ?? "Result"),
    ...warnings.map((warning) => element("p", { class: "warning" }, warning)),
    table([
      ["nodes, cells", `${mesh.nodes}, ${mesh.cells}`],
      ["unit cell", `${describeCell(mesh.unitCell.vectors)} (${mesh.unitCell.source})`],
      ["membrane area", value("area", membrane.area, `${unit}²`)],
      ["area per volume", value("areaPerVolume", membrane.areaPerVolume, `1/${unit}`)],
      ...(seconds > 0 ? [["computed in", `${showNumber(seconds, 3)} s`] as const] : []),
    ]),
    element(
      "p",
      { class: "row" },
      copyButton("Copy JSON", "json", () => `${formatJson(result)}\n`),
      copyButton("Copy CSV", "csv", () => formatResultCsv(result)),
      copyButton("Copy LaTeX", "latex", () => formatResultLatex(result)),
      element(
        "button",
        {
          type: "button",
          onclick: () => {
            download("result.json", formatJson(result));
          },
        },
        "Save result.json",
      ),
    ),
    ...Object.entries(phases).map(([name, phase]) => showPhase(name, phase)),
  );
}

function showPhase(name: string, phase: PhaseRecord): HTMLElement {
  const { components, bounds, tortuosity, volumeFraction, principal } = phase;
  return element(
    "section",
    { class: "phase", "data-phase": name, "aria-label": name },
    element("h2", {}, name),
    table([
      ["volume fraction γ", value("volumeFraction", volumeFraction, "")],
      ["cells, unknowns", `${phase.cells}, ${phase.dofs}`],
      ["components", describeComponents(components)],
      ["diffusion", `${describeDiffusion(phase.diffusion)} µm²/ms`],
      ["principal values", `${principal.values.map((one) => showNumber(one)).join(", ")} µm²/ms`],
      ...(tortuosity === null
        ? []
        : [
            [
              "tortuosity",
              tortuosity.map((one) => (one === null ? "–" : showNumber(one, 4))).join(", "),
            ] as const,
          ]),
      ...(bounds === null ? [] : [["relative gap", value("relativeGap", bounds.relativeGap, "")] as const]),
    ]),
    element(
      "div",
      { class: "tensors" },
      ...listTensors(phase).map(({ name: which, unit, tensor }) =>
        element(
          "div",
          {},
          element(
            "h3",
            {},
            titles[which],
            " ",
            element("span", { class: "unit" }, unit === "" ? "" : "µm²/ms"),
          ),
          showTensor(which, tensor),
        ),
      ),
    ),
  );
}

function showTensor(name: string, tensor: Matrix3): HTMLElement {
  const rows = tensor.map((row) =>
    element("tr", {}, ...row.map((entry) => element("td", { "data-value": entry }, showNumber(entry)))),
  );
  return element("table", { class: "tensor", "data-tensor": name }, element("tbody", {}, ...rows));
}

function value(name: string, number: number, unit: string): HTMLElement {
  return element(
    "span",
    { "data-quantity": name, "data-value": number },
    showNumber(number),
    element("span", { class: "unit" }, unit === "" ? "" : ` ${unit}`),
  );
}

function table(rows: readonly (readonly [string, string | HTMLElement])[]): HTMLElement {
  const lines = rows.map(([name, content]) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, content)),
  );
  return element("table", {}, element("tbody", {}, ...lines));
}

function describeCell(vectors: Matrix3): string {
  const isBox = vectors.every((vector, k) => vector.every((entry, d) => d === k || entry === 0));
  if (isBox) return vectors.map((vector, k) => showNumber(vector[k], 4)).join(" × ");
  return vectors.map((vector) => `(${vector.map((entry) => showNumber(entry, 4)).join(", ")})`).join(", ");
}

function describeComponents(components: PhaseRecord["components"]): string {
  if (!Array.isArray(components)) return "–";
  const axes = ["1", "2", "3"];
  const shown = components.slice(0, 4).map(({ percolates }: PhaseRecord["components"][number]) => {
    const spanned = axes.filter((_, k) => percolates[k]);
    return spanned.length === 0 ? "spans no direction" : `spans ${spanned.join(", ")}`;
  });
  const rest = components.length > shown.length ? ", ..." : "";
  return `${components.length} (${shown.join("; ")}${rest})`;
}

function describeDiffusion(diffusion: PhaseRecord["diffusion"]): string {
  return typeof diffusion === "object" ? JSON.stringify(diffusion) : String(diffusion);
}

function copyButton(label: string, format: string, text: () => string): HTMLButtonElement {
  const button = element(
    "button",
    {
      type: "button",
      "data-copy": format,
      onclick: () => {
        navigator.clipboard.writeText(text()).then(
          () => {
            button.textContent = "Copied";
            button.dataset["copied"] = "yes";
            setTimeout(() => (button.textContent = label), 1500);
          },
          () => {
            download(`result.${format === "latex" ? "tex" : format}`, text());
          },
        );
      },
    },
    label,
  );
  return button;
}

/** Saves a text, or a data: URL, as a file. */
export function download(name: string, content: string): void {
  const isUrl = content.startsWith("data:");
  const url = isUrl ? content : URL.createObjectURL(new Blob([content]));
  element("a", { href: url, download: name }).click();
  if (!isUrl)
    setTimeout(() => {
      URL.revokeObjectURL(url);
    }, 10_000);
}
