import type { Vector3 } from "../../core/tensor.js";
import type { HomogenizationResult } from "../../io/homogenization-result.js";
import { colorScale, drawWithScale } from "./color-scale.js";
import { checkbox, element, select } from "./dom.js";
import { download } from "./result-panel.js";
import type { SceneArrows, SceneField } from "./scene-data.js";
import type { Session } from "./session.js";
import { View3d } from "./view3d.js";

const fieldNames: Readonly<Record<SceneField, string>> = {
  none: "one colour",
  chi_1: "corrector χ₁",
  chi_2: "corrector χ₂",
  chi_3: "corrector χ₃",
  gap: "gap of the bounds, log₁₀",
};

/** About how many arrows are shown. */
const NUM_ARROWS = 500;

const GAP_LABEL = "log₁₀ of the cell's part of the gap (µm²/ms)";

const axes: readonly Vector3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** The 3D view of a solved mesh with its controls; all triangles come from the session's worker. */
export class ScenePanel {
  readonly root: HTMLElement;
  readonly #session: Session;
  readonly #result: HomogenizationResult;
  readonly #view: View3d;
  readonly #scale = element("div");
  readonly #stage = element("div", {
    class: "view",
    "aria-label": "3D view: drag to turn, wheel to zoom",
    role: "img",
  });
  readonly #surface: HTMLSelectElement;
  readonly #field: HTMLSelectElement;
  readonly #axis: HTMLSelectElement;
  readonly #cut: HTMLInputElement;
  readonly #position = element("input", {
    type: "range",
    min: 0,
    max: 1000,
    value: 500,
    "aria-label": "position of the cut",
    id: "cut-position",
  });
  readonly #arrows: HTMLInputElement;
  readonly #tiles: HTMLInputElement;
  readonly #onError: (error: unknown) => void;
  #isBusy = false;
  #isStale = false;
  #wasTiled = false;
  #isDisposed = false;

  constructor(
    session: Session,
    { result, hasGap }: { result: HomogenizationResult; hasGap: boolean },
    onError: (error: unknown) => void,
  ) {
    this.#session = session;
    this.#result = result;
    this.#onError = onError;
    // The phase of the smaller volume first: the ER.
    const names = Object.entries(result.phases)
      .sort(([, a], [, b]) => a.volumeFraction - b.volumeFraction)
      .map(([name]) => name);
    const surfaces = names.map((name) => [`phase ${name}`, `surface of ${name}`] as const);
    const fields = Object.entries(fieldNames).filter(([field]) => field !== "gap" || hasGap);
    const surface = select("show", [...surfaces, ["membrane", "membrane"], ["none", "no surface"]], {
      id: "surface",
    });
    const field = select("colour", fields, { id: "field" }, "chi_1");
    const axis = select(
      "normal to",
      [
        ["0", "x"],
        ["1", "y"],
        ["2", "z"],
      ],
      { id: "cut-axis" },
      "2",
    );
    const cut = checkbox("cut", { id: "cut" });
    const arrows = checkbox("arrows of χ", { id: "arrows" });
    const tiles = checkbox("2 × 2 × 2 cells", { id: "tiles" });
    [this.#surface, this.#field, this.#axis] = [surface.input, field.input, axis.input];
    [this.#cut, this.#arrows, this.#tiles] = [cut.input, arrows.input, tiles.input];
    const refresh = (): void => {
      this.refresh();
    };
    for (const input of [surface, field, axis, cut, arrows, tiles])
      input.input.addEventListener("change", refresh);
    this.#position.addEventListener("input", refresh);
    this.root = element(
      "div",
      { class: "stage", id: "scene" },
      element("div", { class: "controls" }, surface.field, field.field, arrows.field, tiles.field),
      this.#stage,
      this.#scale,
      element(
        "div",
        { class: "controls" },
        cut.field,
        axis.field,
        this.#position,
        element(
          "button",
          {
            type: "button",
            id: "reset-view",
            onclick: () => {
              this.#view.resetCamera();
              this.#view.render();
            },
          },
          "Reset view",
        ),
        element(
          "button",
          { type: "button", id: "screenshot", onclick: () => void this.#save() },
          "Save picture",
        ),
      ),
    );
    this.#view = new View3d(this.#stage);
    this.#outline(1);
    this.#view.resetCamera();
  }

  /** Shows what the controls say, as soon as the worker is free; only the last wish counts. */
  refresh(): void {
    this.#isStale = true;
    if (this.#isBusy) return;
    this.#isBusy = true;
    const work = async (): Promise<void> => {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#draw();
      }
    };
    work()
      .catch((error: unknown) => {
        if (!this.#isDisposed) this.#onError(error);
      })
      .finally(() => {
        this.#isBusy = false;
      });
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#view.dispose();
  }

  async #draw(): Promise<void> {
    const part = this.#surface.value;
    const field = this.#field.value as SceneField;
    const isTiled = this.#tiles.checked;
    const isCut = this.#cut.checked && !isTiled;
    const names = Object.keys(this.#result.phases);
    const phases = part.startsWith("phase ") ? [part.slice("phase ".length)] : names;
    const shown = part === "none" ? [] : part === "membrane" ? this.#membraneSide() : phases;
    const kind = part === "membrane" ? "membrane" : "phases";
    const surface = await this.#session.call("surface", { part: kind, phases: shown, field });
    const plane = this.#plane();
    const cut = isCut ? await this.#session.call("cut", { phases, field, ...plane }) : null;
    const arrows = this.#arrows.checked
      ? await this.#session.call("arrows", { phases, count: NUM_ARROWS })
      : null;
    const { range } = part === "none" || isCut ? await this.#rangeOf(phases, field) : surface;
    const isColored = field !== "none";
    this.#view.setRange(arrows === null ? range : [0, longest(arrows)]);
    // Arrows lie within.
    this.#view.setSurface(arrows === null ? surface : null, isColored, isTiled ? this.#shifts() : undefined);
    this.#view.setClipping(isCut ? plane : null);
    this.#view.setCut(arrows === null ? cut : null, isColored);
    this.#view.setArrows(arrows);
    if (isTiled !== this.#wasTiled) {
      this.#outline(isTiled ? 2 : 1);
      this.#view.resetCamera();
      this.#wasTiled = isTiled;
    }
    this.#view.render();
    this.#cut.disabled = isTiled;
    this.#scale.replaceChildren(
      ...(arrows !== null
        ? [colorScale(this.#label("|χ|"), [0, longest(arrows)])]
        : isColored
          ? [colorScale(field === "gap" ? GAP_LABEL : this.#label(fieldNames[field]), range)]
          : []),
    );
    const { dataset } = this.root;
    dataset["surfaceTriangles"] = String(surface.polygons.length / 4);
    dataset["cutTriangles"] = String((cut?.polygons.length ?? 0) / 4);
    dataset["arrows"] = String(arrows?.lengths.length ?? 0);
    dataset["field"] = field;
    dataset["cutOffset"] = String(isCut ? plane.offset : "");
    dataset["drawn"] = String(Number(dataset["drawn"] ?? 0) + 1);
  }

  /** The range of the fields of all phases shown, where the surface is not all that is. */
  async #rangeOf(
    phases: readonly string[],
    field: SceneField,
  ): Promise<{ range: readonly [number, number] }> {
    return this.#session.call("surface", { part: "phases", phases, field });
  }

  /** The membrane is coloured by what is on the side of the phase of the smaller volume. */
  #membraneSide(): string[] {
    const phases = Object.entries(this.#result.phases);
    return phases
      .sort(([, a], [, b]) => a.volumeFraction - b.volumeFraction)
      .map(([name]) => name)
      .slice(0, 1);
  }

  #plane(): { normal: Vector3; offset: number } {
    const normal = axes[Number(this.#axis.value)];
    const { origin, vectors } = this.#result.mesh.unitCell;
    const along = vectors.map((vector) => vector.reduce((sum, entry, d) => sum + entry * normal[d], 0));
    const least =
      origin.reduce((sum, entry, d) => sum + entry * normal[d], 0) +
      along.reduce((sum, one) => sum + Math.min(0, one), 0);
    const extent = along.reduce((sum, one) => sum + Math.abs(one), 0);
    return { normal, offset: least + (extent * Number(this.#position.value)) / 1000 };
  }

  #shifts(): Vector3[] {
    const { vectors } = this.#result.mesh.unitCell;
    return Array.from({ length: 8 }, (_, copy) => {
      const [x, y, z] = [0, 1, 2].map((d) =>
        vectors.reduce((sum, vector, k) => sum + ((copy >> k) & 1) * vector[d], 0),
      );
      return [x, y, z];
    });
  }

  #outline(copies: number): void {
    const { origin, vectors } = this.#result.mesh.unitCell;
    this.#view.setOutline(origin, vectors, copies);
  }

  #label(what: string): string {
    const { lengthUnit } = this.#result.mesh;
    return `${what} (${lengthUnit === "cell" ? "mesh units" : lengthUnit})`;
  }

  async #save(): Promise<void> {
    const scale = this.#scale.firstElementChild;
    const picture = await drawWithScale(await this.#view.capture(), scale as HTMLElement | null);
    download("erfem.png", picture);
  }
}

function longest({ lengths }: SceneArrows): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0);
}
