import type { ProgressEvent } from "../../core/progress.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import type { WorkerHomogenizeOptions } from "../homogenize-in-worker.js";
import { element } from "./dom.js";
import type { Page } from "./page.js";
import { readDiffusion } from "./read-diffusion.js";
import { showResult } from "./result-panel.js";
import type { ScenePanel } from "./scene-panel.js";
import { Session } from "./session.js";

/** What is told while a mesh is solved. */
export interface MeshPageControl {
  readonly bounds: boolean;
  readonly progress: (event: ProgressEvent) => void;
  /** Ends the work when it aborts. */
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** Asks for the mesh to be solved again. */
  readonly onSolve: (diffusion: Readonly<Record<string, string>>) => void;
  /** What was typed before, by phase. */
  readonly diffusion: Readonly<Record<string, string>>;
}

/**
 * Solves a mesh file in a worker and shows tensors and pictures.
 *
 * @throws ErfemError what the worker fails with
 */
export async function openMeshPage(file: File, control: MeshPageControl): Promise<Page> {
  const { bounds, progress, signal, onError, onSolve, diffusion: texts } = control;
  const session = new Session();
  const onAbort = (): void => {
    session.close();
  };
  signal.addEventListener("abort", onAbort);
  try {
    const diffusion = Object.fromEntries(
      Object.entries(texts)
        .filter(([, text]) => text.trim() !== "")
        .map(([name, text]) => [name, readDiffusion(text)]),
    );
    const options: WorkerHomogenizeOptions = { bounds, diffusion };
    // The view's code is loaded while the worker works.
    const viewModule = import("./scene-panel.js");
    const viewSupport = import("./view3d.js");
    const solved = await session.call("solve", { file, options }, progress);
    signal.removeEventListener("abort", onAbort);
    const stage = element("div", {}, element("p", { class: "note" }, "Loading the 3D view ..."));
    const side = element("div", {}, showResult(solved.result), showDiffusion(solved.result, texts, onSolve));
    const root = element("div", { class: "columns" }, side, stage);
    let scene: ScenePanel | null = null;
    let isClosed = false;
    const start = async (): Promise<void> => {
      const [{ ScenePanel }, { View3d }] = [await viewModule, await viewSupport];
      if (isClosed) return;
      if (!View3d.isSupported()) {
        stage.replaceChildren(
          element("p", { class: "warning" }, "The 3D view needs a browser with WebGL 2."),
        );
        return;
      }
      scene = new ScenePanel(session, solved, onError);
      stage.replaceChildren(scene.root);
      scene.refresh();
    };
    start().catch(onError);
    return {
      root,
      dispose: () => {
        isClosed = true;
        scene?.dispose();
        session.close();
      },
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

function showDiffusion(
  result: HomogenizationResult,
  texts: Readonly<Record<string, string>>,
  onSolve: MeshPageControl["onSolve"],
): HTMLElement {
  const inputs = Object.keys(result.phases).map((name) => ({
    name,
    input: element("input", { type: "text", size: 14, value: texts[name] ?? "1", "data-diffusion": name }),
  }));
  return element(
    "form",
    {
      id: "diffusion",
      onsubmit: (event) => {
        event.preventDefault();
        onSolve(Object.fromEntries(inputs.map(({ name, input }) => [name, input.value])));
      },
    },
    element("h2", {}, "Diffusion"),
    element(
      "p",
      { class: "note" },
      "µm²/ms: a number, six numbers xx, yy, zz, yz, xz, xy, or formulas in x, y, z (mesh units).",
    ),
    element(
      "p",
      { class: "row" },
      ...inputs.map(({ name, input }) => element("label", { class: "field" }, name, input)),
      element("button", { type: "submit" }, "Solve again"),
    ),
  );
}
