import type { HalfSpace } from "./clip-triangles.js";
import { sequentialColor, shadeColor } from "./color-map.js";
import { boxEdges, labelBox, type SceneBox } from "./scene-box.js";
import type { ValuedTriangles } from "./tet-surface.js";

type Point = readonly [number, number, number];

/** Arrows of a vector field, coloured by length. */
export interface SceneArrows {
  /** Middles of the arrows, numArrows x 3. */
  readonly points: Float64Array;
  /** numArrows x 3, in the unit of the colour bar. */
  readonly vectors: Float64Array;
  /** Length in space of an arrow of length 1. */
  readonly scale: number;
}

/** Triangles coloured by value; those that face away are left out where `closed`. Shaded by a light unless `flat`. */
export interface SceneTriangles extends ValuedTriangles {
  readonly closed?: boolean;
  readonly flat?: boolean;
  /** One colour `#rrggbb` for these, in the place of all others. */
  readonly color?: string;
  /** They lie in the plane of the scene's cut, before all other surfaces. */
  readonly inCut?: boolean;
}

/** A picture of surfaces, arrows and lines in space, in parallel projection. */
export interface Scene {
  readonly title?: string;
  /** From the scene to the eye, any length; default [1, -1.6, 0.8]. The third axis points up. */
  readonly eye?: Point;
  readonly triangles?: readonly SceneTriangles[];
  /** One colour `#rrggbb` for all triangles, in the place of the colours of values. */
  readonly color?: string;
  readonly arrows?: SceneArrows;
  /** Ends of straight lines, numLines x 2 x 3. */
  readonly lines?: Float64Array;
  /** The colour bar: what is coloured, its unit, and the values at its ends. */
  readonly bar?: {
    readonly label: string;
    readonly unit?: string;
    readonly range: readonly [number, number];
  };
  /** The half-space that all surfaces lie in, its plane towards the eye: lines beyond it are drawn last. */
  readonly cut?: HalfSpace;
  /** The unit cell: its edges are drawn, its axes named. */
  readonly box?: SceneBox;
  /** Width of the picture, pixels; default 460. */
  readonly width?: number;
  /** Of all text, pixels; default 14. */
  readonly fontSize?: number;
}

/** Colours told apart; a triangle is divided where its colour changes. */
const bands = 20;

const defaultFontSize = 14;

/** Height of the colour bar, and what is left free around it, pixels. */
const barHeight = 12;
const barGap = 8;

/** Pieces that a line is drawn in, so that surfaces may hide parts of it. */
const linePieces = 40;

interface Item {
  /** What lies before the cut (2), in it (1), behind it (0, the default). */
  readonly layer?: number;
  /** Along the line of sight, larger is nearer. */
  readonly depth: number;
  readonly svg: string;
}

/**
 * Draws a scene as an SVG text by painter's algorithm: far things first. Surfaces should have triangles of like size. The same scene
 * gives the same text in every run.
 */
export function drawScene(scene: Scene): string {
  const view = createView(scene);
  const { width, height, margin, fontSize } = view;
  const font = describeFont(fontSize);
  const labels = scene.box === undefined ? [] : labelBox(scene.box, view.project, 0.9 * fontSize);
  const lines = scene.box === undefined ? [] : drawLines(boxEdges(scene.box), scene, view);
  const items = [
    ...lines,
    ...(scene.triangles ?? []).flatMap((one) => drawTriangles(one, scene, view)),
    ...drawLines(scene.lines ?? new Float64Array(), scene, view),
    ...(scene.arrows === undefined ? [] : drawArrows(scene.arrows, scene, view)),
  ];
  items.sort((a, b) => (a.layer ?? 0) - (b.layer ?? 0) || a.depth - b.depth);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...(scene.title === undefined
      ? []
      : [`<text x="16" y="${8 + fontSize}" ${font} font-weight="bold">${escapeText(scene.title)}</text>`]),
    `<g stroke-width="0.8" stroke-linejoin="round">`,
    ...items.map(({ svg }) => svg),
    "</g>",
    ...labels.map(
      ({ x, y, anchor, text }) =>
        `<text x="${show(x)}" y="${show(y + 0.35 * fontSize)}" text-anchor="${anchor}" ${font}>${escapeText(text)}</text>`,
    ),
    ...(scene.bar === undefined ? [] : [drawBar(scene.bar, { width, height, margin, fontSize })]),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

function describeFont(size: number): string {
  return `font-family="Helvetica, Arial, sans-serif" font-size="${size}" fill="#222222"`;
}

/** Sizes in pixels. */
interface Layout {
  readonly width: number;
  readonly height: number;
  readonly margin: number;
  readonly fontSize: number;
}

interface View extends Layout {
  readonly eye: Point;
  /** Pixel and depth of a point. */
  readonly project: (x: number, y: number, z: number) => [number, number, number];
}

function createView(scene: Scene): View {
  const { eye: given = [1, -1.6, 0.8], width = 460, fontSize = defaultFontSize } = scene;
  // Room for the names of the axes.
  const margin = scene.box === undefined ? 16 : Math.min(0.22 * width, 16 + 6 * fontSize);
  const eye = normalize(given);
  // Seen along the third axis, the second one points up.
  const right = normalize(Math.hypot(eye[0], eye[1]) < 1e-9 ? [1, 0, 0] : [-eye[1], eye[0], 0]);
  const up = cross(eye, right);
  const box = [Infinity, -Infinity, Infinity, -Infinity];
  const arrays = [
    ...(scene.triangles ?? []).map(({ corners }) => corners),
    scene.lines,
    scene.box === undefined ? undefined : boxEdges(scene.box),
    scene.arrows?.points,
  ];
  for (const points of arrays) {
    if (points === undefined) continue;
    for (let i = 0; i < points.length; i += 3) {
      const p: Point = [points[i], points[i + 1], points[i + 2]];
      const [u, v] = [dot(p, right), dot(p, up)];
      box[0] = Math.min(box[0], u);
      box[1] = Math.max(box[1], u);
      box[2] = Math.min(box[2], v);
      box[3] = Math.max(box[3], v);
    }
  }
  const scale = box[1] > box[0] ? (width - 2 * margin) / (box[1] - box[0]) : 1;
  const upper = scene.box === undefined ? margin : 8 + fontSize;
  const top = scene.title === undefined ? upper : upper + 16 + fontSize;
  const drawn = box[3] > box[2] ? scale * (box[3] - box[2]) : 0;
  const bottom = scene.box === undefined ? margin : 8 + 2 * fontSize;
  const bar = scene.bar === undefined ? 0 : barHeight + 3 * barGap + 2 * fontSize;
  const height = Math.ceil(top + drawn + bottom + bar);
  return {
    width,
    height,
    margin,
    fontSize,
    eye,
    project: (x, y, z) => {
      const p: Point = [x, y, z];
      return [margin + scale * (dot(p, right) - box[0]), top + scale * (box[3] - dot(p, up)), dot(p, eye)];
    },
  };
}

function drawTriangles(one: SceneTriangles, { color, bar }: Scene, view: View): Item[] {
  const items: Item[] = [];
  const { corners: x, values, closed = false, flat = false } = one;
  const layer = one.inCut === true ? 1 : 0;
  const light = normalize([view.eye[0] + 0.1, view.eye[1] - 0.5, view.eye[2] + 1]);
  for (let first = 0; first < x.length; first += 9) {
    const at = (i: number): Point => [x[first + 3 * i], x[first + 3 * i + 1], x[first + 3 * i + 2]];
    const [a, b, c] = [at(0), at(1), at(2)];
    const normal = normalize(cross(subtract(b, a), subtract(c, a)));
    if (closed && dot(normal, view.eye) <= 0) continue;
    const shade = flat ? 1 : 0.5 + 0.5 * Math.max(0, dot(normal, light));
    const pixels = [a, b, c].map((p) => view.project(...p));
    const depth = (pixels[0][2] + pixels[1][2] + pixels[2][2]) / 3;
    const single = one.color ?? color;
    if (single !== undefined || bar === undefined) {
      items.push({ layer, depth, svg: polygon(pixels, shadeColor(single ?? "#56b4e9", shade)) });
      continue;
    }
    const levels = [0, 1, 2].map((i) => bands * fraction(values[first / 3 + i], bar.range));
    const corners = pixels.map(([u, v], i): Corner => [u, v, levels[i]]);
    const low = Math.min(bands - 1, Math.max(0, Math.floor(Math.min(...levels))));
    const high = Math.max(low + 1, Math.min(bands, Math.ceil(Math.max(...levels))));
    for (let band = low; band < high; band++) {
      const piece = clip(
        clip(corners, band === low ? -Infinity : band, 1),
        band + 1 === high ? Infinity : band + 1,
        -1,
      );
      if (piece.length < 3) continue;
      items.push({
        layer,
        depth,
        svg: polygon(piece, shadeColor(sequentialColor((band + 0.5) / bands), shade)),
      });
    }
  }
  return items;
}

/** Pixel and level. */
type Corner = readonly [number, number, number];

/** The part of a polygon where sign (level - bound) >= 0. */
function clip(corners: readonly Corner[], bound: number, sign: number): readonly Corner[] {
  if (!Number.isFinite(bound)) return corners;
  const kept: Corner[] = [];
  for (const [i, p] of corners.entries()) {
    const q = corners[(i + 1) % corners.length];
    const [dp, dq] = [sign * (p[2] - bound), sign * (q[2] - bound)];
    if (dp >= 0) kept.push(p);
    if (dp * dq < 0) {
      const share = dp / (dp - dq);
      kept.push([p[0] + share * (q[0] - p[0]), p[1] + share * (q[1] - p[1]), bound]);
    }
  }
  return kept;
}

function drawLines(ends: Float64Array, { cut }: Scene, view: View): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < ends.length; i += 6) {
    const a = view.project(ends[i], ends[i + 1], ends[i + 2]);
    const b = view.project(ends[i + 3], ends[i + 4], ends[i + 5]);
    const point = (share: number): number[] => a.map((value, d) => value + share * (b[d] - value));
    for (let piece = 0; piece < linePieces; piece++) {
      const share = (piece + 0.5) / linePieces;
      const middle = [0, 1, 2].map((d) => ends[i + d] + share * (ends[i + 3 + d] - ends[i + d]));
      const isBefore = cut !== undefined && dot(cut.normal, [middle[0], middle[1], middle[2]]) > cut.offset;
      const [p, q] = [point(piece / linePieces), point((piece + 1) / linePieces)];
      const svg = `<path d="M${show(p[0])} ${show(p[1])}L${show(q[0])} ${show(q[1])}" stroke="#777777" stroke-width="1"/>`;
      items.push({ layer: isBefore ? 2 : 0, depth: (p[2] + q[2]) / 2, svg });
    }
  }
  return items;
}

function drawArrows({ points, vectors, scale }: SceneArrows, { bar, color }: Scene, view: View): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < points.length; i += 3) {
    const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]);
    const half = [0, 1, 2].map((d) => (scale * vectors[i + d]) / 2);
    const tail = view.project(points[i] - half[0], points[i + 1] - half[1], points[i + 2] - half[2]);
    const tip = view.project(points[i] + half[0], points[i + 1] + half[1], points[i + 2] + half[2]);
    const seen = Math.hypot(tip[0] - tail[0], tip[1] - tail[1]);
    if (seen < 0.5) continue;
    const [u, v] = [(tip[0] - tail[0]) / seen, (tip[1] - tail[1]) / seen];
    const head = Math.min(7, 0.5 * seen);
    const neck = [tip[0] - head * u, tip[1] - head * v];
    const wing = 0.38 * head;
    const fill = bar === undefined ? (color ?? "#0072b2") : sequentialColor(fraction(length, bar.range));
    const shaft = `M${show(tail[0])} ${show(tail[1])}L${show(neck[0])} ${show(neck[1])}`;
    const triangle =
      `M${show(tip[0])} ${show(tip[1])}L${show(neck[0] - wing * v)} ${show(neck[1] + wing * u)}` +
      `L${show(neck[0] + wing * v)} ${show(neck[1] - wing * u)}Z`;
    items.push({
      depth: (tail[2] + tip[2]) / 2,
      svg: `<path class="arrow" d="${shaft}${triangle}" fill="${fill}" stroke="${fill}" stroke-width="1.2"/>`,
    });
  }
  return items;
}

function drawBar({ label, unit, range }: NonNullable<Scene["bar"]>, layout: Layout): string {
  const { width, height, fontSize } = layout;
  const margin = Math.min(layout.margin, 24);
  const [left, top, long] = [margin, height - barHeight - 2 * barGap - 2 * fontSize, width - 2 * margin];
  const font = describeFont(fontSize);
  const step = long / bands;
  const boxes = Array.from(
    { length: bands },
    (_, i) =>
      `<rect x="${show(left + i * step)}" y="${top}" width="${show(step + 0.3)}" height="${barHeight}" fill="${sequentialColor((i + 0.5) / bands)}"/>`,
  );
  const text = unit === undefined ? label : `${label} (${unit})`;
  const write = (x: number, anchor: string, content: string): string =>
    `<text x="${show(x)}" y="${top + barHeight + 4 + fontSize}" text-anchor="${anchor}" ${font}>${escapeText(content)}</text>`;
  return [
    ...boxes,
    write(left, "start", String(Number(range[0].toPrecision(3)))),
    write(width / 2, "middle", text),
    write(width - margin, "end", String(Number(range[1].toPrecision(3)))),
  ].join("\n");
}

function polygon(corners: readonly (readonly number[])[], fill: string): string {
  const path = corners.map(([u, v]) => `${show(u)} ${show(v)}`).join("L");
  return `<path d="M${path}Z" fill="${fill}" stroke="${fill}"/>`;
}

function fraction(value: number, [low, high]: readonly [number, number]): number {
  return high > low ? (value - low) / (high - low) : 0.5;
}

/** A tenth of a pixel is enough. */
function show(value: number): string {
  return String(Number(value.toFixed(1)));
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function dot(a: Point, b: Point): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Point, b: Point): Point {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function subtract(a: Point, b: Point): Point {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function normalize(a: Point): Point {
  const length = Math.hypot(...a);
  return length === 0 ? a : [a[0] / length, a[1] / length, a[2] / length];
}
