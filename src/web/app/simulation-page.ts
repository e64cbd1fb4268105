import type { SimulationResult } from "../../io/simulation-result.js";
import type { TimeTable } from "../../io/time-table.js";
import { describeSimulation } from "../../plots/simulation-charts.js";
import { colorScale, drawWithScale } from "./color-scale.js";
import { checkbox, element, select, showNumber } from "./dom.js";
import type { Page } from "./page.js";
import { download } from "./result-panel.js";
import type { SessionCalls } from "./session-messages.js";
import { Session } from "./session.js";
import { baseName, type SourceFile } from "./source-file.js";
import { showIfAny } from "./study-pages.js";

type Shown = SessionCalls["snapshot"]["answer"];

/** What is known of a run; all of it but the tables may be missing while it goes on. */
export interface OpenedSimulation {
  readonly summary: SimulationResult | null;
  readonly series: TimeTable | null;
  readonly probes: TimeTable | null;
  readonly snapshots: readonly { readonly time: number | null; readonly file: SourceFile }[];
}

/** Cells are flatter than the cube that the camera makes room for. */
const FLAT_ZOOM = 1.4;

/** A simulation: its snapshots on a time slider, and its curves. */
export async function openSimulationPage(
  run: OpenedSimulation,
  onError: (error: unknown) => void,
): Promise<Page> {
  const { summary, series, probes, snapshots } = run;
  const charts = series === null ? [] : describeSimulation(series, probes ?? { columns: [], rows: [] });
  const drawn: HTMLElement[] = [];
  for (const { name, chart } of charts) {
    const shown = await showIfAny(() => ({ ...chart, width: 360, height: 230 }));
    shown.dataset["chart"] = name;
    drawn.push(shown);
  }
  const slider = snapshots.length === 0 ? null : await openSnapshots(run, onError);
  const root = element(
    "div",
    { id: "simulation", "data-snapshots": snapshots.length },
    element("h2", {}, summary === null ? "Simulation" : baseName(summary.model.file)),
    ...(summary?.warnings ?? []).map((warning) => element("p", { class: "warning" }, warning)),
    element(
      "p",
      { class: "note" },
      summary === null ? "No summary.json: the run has not ended." : describeRun(summary),
    ),
    slider?.root ?? null,
    element("div", { class: "charts" }, ...drawn),
  );
  return { root, dispose: () => slider?.dispose() };
}

async function openSnapshots(
  { snapshots, summary, series }: OpenedSimulation,
  onError: (error: unknown) => void,
): Promise<Page> {
  const { View3d } = await import("./view3d.js");
  if (!View3d.isSupported()) {
    return {
      root: element("p", { class: "warning" }, "The snapshots need a browser with WebGL 2."),
      dispose: () => undefined,
    };
  }
  const session = new Session();
  const stage = element("div", {
    class: "view",
    role: "img",
    "aria-label": "surface of the cell: drag to turn, wheel to zoom",
  });
  const view = new View3d(stage);
  const load = async (index: number, field: string | null): Promise<Shown> =>
    session.call("snapshot", { file: await snapshots[index].file.read(), field });
  const first = await load(0, null).catch((error: unknown) => {
    session.close();
    throw error;
  });
  const time = element("input", {
    type: "range",
    min: 0,
    max: snapshots.length - 1,
    value: 0,
    id: "time",
    "aria-label": "time",
  });
  const label = element("output", { for: "time" });
  const field = select(
    "colour",
    first.fields.map((name) => [name, name] as const),
    { id: "snapshot-field" },
    first.field,
  );
  const fixed = checkbox("same colours at all times", { id: "fixed-range" });
  fixed.input.checked = true;
  const scale = element("div");
  const ranges = new Map<string, [number, number]>();
  let isFirst = true;
  let isBusy = false;
  let isStale = false;
  let isDisposed = false;
  const draw = async (): Promise<void> => {
    const index = Number(time.value);
    const name = field.input.value;
    if (fixed.input.checked && !ranges.has(name)) {
      ranges.set(name, findRange(series, name) ?? [Infinity, -Infinity]);
    }
    const shown = await load(index, name);
    const known = ranges.get(name);
    const range: [number, number] = [shown.range[0], shown.range[1]];
    if (fixed.input.checked && known !== undefined) {
      range[0] = known[0] = Math.min(known[0], range[0]);
      range[1] = known[1] = Math.max(known[1], range[1]);
    }
    view.setRange(range);
    view.setSurface(shown, true);
    if (isFirst) view.resetCamera(FLAT_ZOOM);
    isFirst = false;
    view.render();
    const unit = summary?.values[name]?.unit;
    scale.replaceChildren(colorScale(unit === undefined ? name : `${name} (${unit})`, range));
    const at = snapshots[index].time;
    label.textContent = at === null ? snapshots[index].file.name : `t = ${showNumber(at, 5)} s`;
    root.dataset["snapshot"] = String(index);
    root.dataset["triangles"] = String(shown.polygons.length / 4);
    root.dataset["field"] = name;
  };
  const refresh = (): void => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    const work = async (): Promise<void> => {
      while (isStale) {
        isStale = false;
        await draw();
      }
    };
    work()
      .catch((error: unknown) => {
        if (!isDisposed) onError(error);
      })
      .finally(() => (isBusy = false));
  };
  time.addEventListener("input", refresh);
  for (const { input } of [field, fixed]) input.addEventListener("change", refresh);
  const save = async (): Promise<void> => {
    download(
      "erfem.png",
      await drawWithScale(await view.capture(), scale.firstElementChild as HTMLElement | null),
    );
  };
  const root = element(
    "div",
    { id: "snapshots" },
    element(
      "div",
      { class: "controls" },
      element("label", { class: "field" }, "time", time),
      label,
      field.field,
      fixed.field,
      element("button", { type: "button", onclick: () => void save().catch(onError) }, "Save picture"),
    ),
    stage,
    scale,
  );
  refresh();
  return {
    root,
    dispose: () => {
      isDisposed = true;
      session.close();
      view.dispose();
    },
  };
}

/** Least and largest value of a field at all times, from the time series; null where it has no such columns. */
function findRange(series: TimeTable | null, name: string): [number, number] | null {
  const column = (which: string): number =>
    series === null ? -1 : series.columns.findIndex((one) => one.name === `${name}.${which}`);
  const [least, largest] = [column("min"), column("max")];
  if (series === null || least < 0 || largest < 0) return null;
  return series.rows.reduce<[number, number]>(
    ([low, high], row) => [Math.min(low, row[least]), Math.max(high, row[largest])],
    [Infinity, -Infinity],
  );
}

function describeRun({ end, steps, mesh, calcium, seconds }: SimulationResult): string {
  return (
    `${showNumber(end)} s in ${steps.accepted} steps, ${mesh.nodes} nodes, ${mesh.cells} cells; calcium ` +
    `${showNumber(calcium.initial)} to ${showNumber(calcium.final)} µM µm³, out of balance ${calcium.balance.toExponential(1)} ` +
    `(relative); ${showNumber(seconds, 3)} s of computing.`
  );
}
