import type { TopLevelSpec } from "vega-lite";
import { describeLineChart, type LineChart } from "../../plots/line-chart.js";
import { element } from "./dom.js";

/**
 * Draws a chart that can be zoomed and tells its values under the mouse; its data points are counted in `data-points`.
 *
 * @throws UsageError `chart-empty`
 */
export async function showChart(chart: LineChart): Promise<HTMLElement> {
  const spec = addTooltips(describeLineChart(chart), chart);
  const place = element("div");
  const points = chart.series.reduce((sum, { x }) => sum + x.length, 0);
  const names = chart.series.map(({ name }) => name).join(";");
  const root = element("div", { class: "chart", "data-points": points, "data-series": names }, place);
  const { default: embed } = await import("vega-embed");
  // Expressions are interpreted: the page allows no code made from text.
  await embed(place, spec, {
    ast: true,
    renderer: "svg",
    actions: { export: { svg: true, png: true }, source: false, compiled: false, editor: false },
    downloadFileName: "erfem-chart",
  });
  return root;
}

/** The specification with values under the mouse, and zoom by wheel and drag. */
function addTooltips(spec: TopLevelSpec, { x, y }: LineChart): TopLevelSpec {
  const { layer } = spec as unknown as { layer: { encoding: object; mark: object }[] };
  const title = ({ label, unit }: LineChart["x"]): string =>
    unit === undefined || unit === "" ? label : `${label} (${unit})`;
  const tooltip = [
    { field: "series", type: "nominal", title: "series" },
    { field: "x", type: "quantitative", title: title(x), format: ".6~g" },
    { field: "y", type: "quantitative", title: title(y), format: ".6~g" },
  ];
  const layers = layer.map((one, index) => {
    if (index !== 1 && index !== 2) return one;
    const zoom = index === 1 ? { params: [{ name: "zoom", select: "interval", bind: "scales" }] } : {};
    return { ...one, ...zoom, encoding: { ...one.encoding, tooltip } };
  });
  return { ...spec, layer: layers } as unknown as TopLevelSpec;
}
