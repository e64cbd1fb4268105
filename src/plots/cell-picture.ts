import { UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import type { Snapshot } from "../io/snapshot-reader.js";
import { sampleArrows } from "./arrow-samples.js";
import { clipTriangles, type HalfSpace } from "./clip-triangles.js";
import { boundingBox, dot, listShifts, repeatCut, repeatTriangles, surfaceOf } from "./repeat-cell.js";
import type { SceneBox } from "./scene-box.js";
import { drawScene, type Scene, type SceneTriangles } from "./scene.js";

type Point = readonly [number, number, number];

/** What a picture of a unit cell, or of a snapshot, shows. */
export interface CellPictureOptions {
  readonly title?: string;
  /** Phases shown; default `ER` where there is one, else all. */
  readonly phases?: readonly string[];
  /** `membrane` leaves out what lies on the faces of the box. Default `surface`. */
  readonly part?: "surface" | "membrane";
  /** Name of a field, or `chi_1` for the first component of the vector field `chi`; default none: one colour for each phase. */
  readonly color?: string;
  /** Values at the ends of the colour bar; default those of the field in the phases. */
  readonly range?: readonly [number, number];
  /** Name of a vector field: arrows in the place of surfaces. */
  readonly arrows?: string;
  /** About how many; default 1200. */
  readonly numArrows?: number;
  /** A plane normal . x = offset: what lies on the side of the eye is cut away. */
  readonly cut?: { readonly normal: Point; readonly offset: number };
  /** Copies along each axis; default 1. */
  readonly tile?: number;
  /** The unit cell; default the smallest box around the points. */
  readonly box?: SceneBox;
  /** Unit of the colour bar. */
  readonly unit?: string;
  /** From the scene to the eye; default [1, -1.6, 0.8]. */
  readonly eye?: Point;
  /** Pixels; default 600. */
  readonly width?: number;
  /** Pixels; default 16. */
  readonly fontSize?: number;
}

/** Colours of phases without a field, the first phase shown first. */
const phaseColors = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7"];

const DEFAULT_ARROWS = 1200;
const MAX_TILE = 5;

/** Length of the longest arrow, in distances between arrows. */
const ARROW_LENGTH = 1.6;

/**
 * Draws phases of a unit cell, or of a snapshot, as SVG: their surface or the membrane, coloured by a field (the paper's Figure
 * 3), cut open, repeated (Figure 1), or arrows of a vector field (Figure 4).
 *
 * @throws UsageError `unknown-phase`, `unknown-field`, `invalid-tile`, `picture-empty`
 */
export function drawCellPicture(grid: Snapshot, options: CellPictureOptions = {}): string {
  return drawScene(describeCellPicture(grid, options));
}

/** The scene of {@link drawCellPicture}, before it is drawn. */
export function describeCellPicture(grid: Snapshot, options: CellPictureOptions = {}): Scene {
  const { tile = 1, eye = [1, -1.6, 0.8], width = 600, fontSize = 16, cut } = options;
  if (!Number.isInteger(tile) || tile < 1 || tile > MAX_TILE) {
    throw new UsageError(
      "invalid-tile",
      `the cell cannot be repeated ${tile} times; expected 1 to ${MAX_TILE}`,
      {
        details: { tile },
      },
    );
  }
  const box = options.box ?? boundingBox(grid.points);
  const layers = selectPhases(grid, options.phases);
  const side = cut === undefined ? undefined : keepFarSide(cut, eye);
  const drawn =
    options.arrows === undefined
      ? drawSurfaces(grid, layers, box, side, options)
      : drawArrowField(grid, layers, box, side, options);
  return {
    ...(options.title === undefined ? {} : { title: options.title }),
    ...drawn,
    ...(side === undefined ? {} : { cut: side }),
    eye,
    width,
    fontSize,
    box: { ...box, vectors: box.vectors.map(([x, y, z]): Point => [tile * x, tile * y, tile * z]) },
  };
}

/** A phase and its cells. */
interface Layer {
  readonly name: string;
  readonly cells: Int32Array;
}

function selectPhases({ cells, phases }: Snapshot, wanted: readonly string[] | undefined): Layer[] {
  if (phases === null) {
    if (wanted === undefined) return [{ name: "", cells }];
    throw unknownName("phase", wanted[0], []);
  }
  const shown = wanted ?? (phases.names.includes("ER") ? ["ER"] : phases.names);
  return shown.map((name) => {
    const phase = phases.names.indexOf(name);
    if (phase < 0) throw unknownName("phase", name, phases.names);
    return { name, cells: cells.filter((_, corner) => phases.ofCell[corner >> 2] === phase) };
  });
}

function drawSurfaces(
  grid: Snapshot,
  layers: readonly Layer[],
  box: SceneBox,
  side: HalfSpace | undefined,
  options: CellPictureOptions,
): Pick<Scene, "triangles" | "bar"> {
  const { part = "surface", tile = 1, color } = options;
  const values = color === undefined ? new Float64Array(grid.points.length / 3) : findField(grid, color);
  const isMembrane = part === "membrane";
  const triangles = layers.flatMap(({ cells }, index): SceneTriangles[] => {
    const single = color === undefined ? { color: phaseColors[index % phaseColors.length] } : {};
    const surface = surfaceOf(grid.points, cells, values);
    const copies = repeatTriangles(surface, box, tile, isMembrane);
    // Where a membrane or a cut is seen from behind, its other side shows.
    const shell = {
      ...(side === undefined ? copies : clipTriangles(copies, side)),
      ...single,
      closed: !isMembrane,
    };
    if (side === undefined || isMembrane) return [shell];
    return [
      shell,
      { ...repeatCut(grid.points, cells, values, side, box, tile), ...single, flat: true, inCut: true },
    ];
  });
  if (triangles.every(({ values: shown }) => shown.length === 0)) throw emptyPicture();
  if (color === undefined) return { triangles };
  const range = options.range ?? findRange(layers, values);
  const unit = options.unit === undefined ? {} : { unit: options.unit };
  return { triangles, bar: { label: showName(color), ...unit, range } };
}

function drawArrowField(
  grid: Snapshot,
  layers: readonly Layer[],
  box: SceneBox,
  side: HalfSpace | undefined,
  options: CellPictureOptions,
): Pick<Scene, "arrows" | "bar"> {
  const { arrows: name = "", tile = 1, numArrows = DEFAULT_ARROWS } = options;
  const vectors = grid.vectors.get(name);
  if (vectors === undefined) throw unknownName("vector field", name, [...grid.vectors.keys()]);
  const cells = Int32Array.from(layers.flatMap((layer) => [...layer.cells]));
  const { nodes, spacing } = sampleArrows(grid.points, cells, numArrows);
  const points: number[] = [];
  const shown: number[] = [];
  let longest = 0;
  for (const shift of listShifts(box, tile)) {
    for (const node of nodes) {
      const p = [0, 1, 2].map((d) => grid.points[3 * node + d] + shift.vector[d]);
      if (side !== undefined && dot(side.normal, p) > side.offset) continue;
      const vector = vectors.subarray(3 * node, 3 * node + 3);
      longest = Math.max(longest, Math.hypot(...vector));
      points.push(...p);
      shown.push(...vector);
    }
  }
  if (points.length === 0) throw emptyPicture();
  const unit = options.unit === undefined ? {} : { unit: options.unit };
  return {
    arrows: {
      points: Float64Array.from(points),
      vectors: Float64Array.from(shown),
      scale: longest === 0 ? 1 : (ARROW_LENGTH * spacing) / longest,
    },
    bar: { label: `|${showName(name)}|`, ...unit, range: options.range ?? [0, longest] },
  };
}

/** A scalar field, or a component `name_k` of a vector field. */
function findField({ fields, vectors }: Snapshot, name: string): Float64Array {
  const scalar = fields.get(name);
  if (scalar !== undefined) return scalar;
  const match = /^(.*)_([123])$/.exec(name);
  const vector = match === null ? undefined : vectors.get(match[1]);
  const components = [...vectors.keys()].flatMap((key) => [1, 2, 3].map((k) => `${key}_${k}`));
  if (vector === undefined || match === null)
    throw unknownName("field", name, [...fields.keys(), ...components]);
  const k = Number(match[2]) - 1;
  return Float64Array.from({ length: vector.length / 3 }, (_, i) => vector[3 * i + k]);
}

/** The range of a field in the phases; around 0 where it takes both signs. */
function findRange(layers: readonly Layer[], values: Float64Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { cells } of layers) {
    for (const node of cells) {
      if (values[node] < low) low = values[node];
      if (values[node] > high) high = values[node];
    }
  }
  if (!(low <= high)) throw emptyPicture();
  const most = Math.max(-low, high);
  return low < 0 && high > 0 ? [-most, most] : [low, high];
}

/** The side of a plane that lies behind it. */
function keepFarSide({ normal, offset }: { normal: Point; offset: number }, eye: Point): HalfSpace {
  if (dot(normal, eye) >= 0) return { normal, offset };
  return { normal: [-normal[0], -normal[1], -normal[2]], offset: -offset };
}

/** `chi_1` as χ1. */
function showName(name: string): string {
  return name.replace(/^chi(?:_([123]))?$/, (_, k: string | undefined) => `χ${k ?? ""}`);
}

function unknownName(what: string, name: string, known: readonly string[]): UsageError {
  const meant = suggestName(name, known);
  return new UsageError(
    what === "phase" ? "unknown-phase" : "unknown-field",
    `there is no ${what} "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`}; there are: ${known.join(", ") || "none"}`,
    { details: { name, known } },
  );
}

function emptyPicture(): UsageError {
  return new UsageError("picture-empty", "nothing of the phases shown lies behind the cut; move the plane");
}
