import type { TopLevelSpec } from "vega-lite";

const fonts = "Helvetica, Arial, sans-serif";

/** Of all text, pixels. */
export const defaultFontSize = 14;

/** How all charts look. */
export function describeStyle(
  fontSize: number = defaultFontSize,
): Pick<TopLevelSpec, "background" | "padding" | "config"> {
  return {
    background: "white",
    padding: 8,
    config: {
      font: fonts,
      axis: {
        labelFontSize: fontSize,
        titleFontSize: fontSize,
        titleFontWeight: "normal",
        titlePadding: 10,
        gridColor: "#e4e4e4",
      },
      legend: {
        labelFontSize: fontSize,
        titleFontSize: fontSize,
        titleFontWeight: "normal",
        titleLimit: 400,
        symbolSize: 90,
        symbolOpacity: 1,
        symbolStrokeWidth: 2,
        labelLimit: 400,
      },
      title: { fontSize: fontSize + 2, anchor: "start", offset: 12 },
    },
  };
}

/**
 * A Vega-Lite specification as SVG text, the same in every run. Vega is loaded at the first call.
 */
export async function renderChart(spec: TopLevelSpec): Promise<string> {
  const [vega, vegaLite] = await Promise.all([import("vega"), import("vega-lite")]);
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
