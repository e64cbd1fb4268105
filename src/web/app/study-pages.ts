import type { OpenedSweep } from "../../homogenization/open-sweep.js";
import { chartSweep, formatChartCsv } from "../../homogenization/sweep-series.js";
import { UsageError } from "../../core/errors.js";
import type { ConvergenceStudy } from "../../io/convergence-study.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import type { ResolvedStudy } from "../../io/resolved-study.js";
import { describeConvergence } from "../../plots/convergence-chart.js";
import type { LineChart } from "../../plots/line-chart.js";
import { describeResolved } from "../../plots/resolved-chart.js";
import { showChart } from "./charts.js";
import { checkbox, element, select, showNumber } from "./dom.js";
import type { Page } from "./page.js";
import { download, showResult } from "./result-panel.js";

/** A result file of `erfem homogenize`. */
export function openResultPage(result: HomogenizationResult): Page {
  return page(element("div", {}, showResult(result)));
}

/** A convergence study: the errors over the mesh size, and what is extrapolated. */
export async function openConvergencePage(study: ConvergenceStudy, file: string): Promise<Page> {
  const phases = Object.entries(study.phases).map(([name, { upper }]) => {
    const { values, exponent, extrapolated } = upper.mean;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, name),
      ...[values[values.length - 1], extrapolated, exponent].map((number) =>
        element("td", { "data-value": number ?? "" }, number === null ? "–" : showNumber(number)),
      ),
    );
  });
  const head = ["phase", "trace / 3, finest", "extrapolated", "order"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  return page(
    element(
      "div",
      {},
      element("h2", {}, file),
      ...study.warnings.map((warning) => element("p", { class: "warning" }, warning)),
      await showIfAny(() => describeConvergence(study, "mesh units")),
      element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...phases)),
    ),
  );
}

/** A comparison with the resolved model. */
export async function openResolvedPage(study: ResolvedStudy, file: string): Promise<Page> {
  return page(element("div", {}, element("h2", {}, file), await showIfAny(() => describeResolved(study))));
}

/** A sweep: any column over any other one. */
export async function openSweepPage(sweep: OpenedSweep, onError: (error: unknown) => void): Promise<Page> {
  const { geometry, axes, table, failures, missing } = sweep;
  const names = table.columns.map(({ name }) => name);
  const shared = [
    ...new Set(table.columns.filter(({ phase }) => phase !== null).map(({ quantity }) => quantity)),
  ];
  const choices = [
    ...axes.filter((name) => names.includes(name)),
    ...shared,
    ...names.filter((name) => !axes.includes(name)),
  ];
  const options = choices.map(
    (name) => [name, shared.includes(name) ? `${name} (each phase)` : name] as const,
  );
  const preferred = ["effective.11", "homogenized.11"].find((name) => shared.includes(name));
  const x = select("x", options, { id: "sweep-x" }, choices[0]);
  const y = select("y", options, { id: "sweep-y" }, preferred ?? choices[1]);
  const [logX, logY] = [checkbox("log x", { id: "log-x" }), checkbox("log y", { id: "log-y" })];
  const place = element("div");
  const describe = (): ReturnType<typeof chartSweep> =>
    chartSweep(table, { x: x.input.value, y: y.input.value });
  const draw = async (): Promise<void> => {
    const chart = describe();
    place.replaceChildren(
      await showIfAny(() => ({
        title: geometry,
        x: { ...chart.x, log: logX.input.checked },
        y: { ...chart.y, log: logY.input.checked },
        series: chart.series.map(({ lower, upper, ...curve }) =>
          lower === undefined || upper === undefined ? curve : { ...curve, band: { lower, upper } },
        ),
      })),
    );
  };
  for (const { input } of [x, y, logX, logY])
    input.addEventListener("change", () => void draw().catch(onError));
  const root = element(
    "div",
    { id: "sweep", "data-rows": table.points.length },
    element("h2", {}, `Sweep of ${geometry}`),
    element(
      "p",
      { class: "note" },
      `${table.points.length - failures.length} points with a result, ${failures.length} failed, ${missing} missing.`,
    ),
    element(
      "p",
      { class: "controls" },
      ...[x, y, logX, logY].map(({ field }) => field),
      element(
        "button",
        {
          type: "button",
          onclick: () => {
            download("sweep.csv", formatChartCsv(describe()));
          },
        },
        "Save CSV",
      ),
    ),
    place,
    ...failures.map(({ parameters, error }) =>
      element("p", { class: "warning" }, `${JSON.stringify(parameters)}: ${error.message} [${error.code}]`),
    ),
  );
  if (names.length > 1) await draw();
  return page(root);
}

/** A chart, or why there is nothing to draw. */
export async function showIfAny(describe: () => LineChart): Promise<HTMLElement> {
  try {
    return await showChart(describe());
  } catch (error) {
    if (error instanceof UsageError && error.code === "chart-empty")
      return element("p", { class: "warning" }, error.message);
    throw error;
  }
}

function page(root: HTMLElement): Page {
  return { root, dispose: () => undefined };
}
