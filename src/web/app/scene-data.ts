import { boundsCellData } from "../../homogenization/bounds-cell-data.js";
import { createCorrectorGrid } from "../../homogenization/corrector-grid.js";
import type { Homogenization } from "../../homogenization/homogenize.js";
import { cutCells, facetCorners, listSurfaceFacets } from "../../plots/tet-surface.js";

/** What colours a picture: a corrector, the logarithm of the cells' part of the gap between the bounds, or nothing. */
export type SceneField = "chi_1" | "chi_2" | "chi_3" | "gap" | "none";

/** Triangles for the 3D view. */
export interface SceneTriangles {
  /** numPoints x 3. */
  readonly points: Float32Array;
  /** 3, a, b, c for each triangle. */
  readonly polygons: Uint32Array;
  /** One for each point. */
  readonly values: Float32Array;
}

/** Arrows of the field chi. */
export interface SceneArrows {
  /** Their tails, numArrows x 3. */
  readonly points: Float32Array;
  /** numArrows x 3, mesh units. */
  readonly vectors: Float32Array;
  /** Lengths, numArrows. */
  readonly lengths: Float32Array;
  /** Distance of neighbouring arrows, mesh units. */
  readonly spacing: number;
}

/** Values of the gap's logarithm are shown down to this below the largest. */
const GAP_DECADES = 6;

/** What the pictures of one homogenized cell are made of: each phase has its own points, chi jumps across the membrane. */
export class SceneData {
  readonly phases: readonly string[];
  readonly #points: Float64Array;
  readonly #cells: Int32Array;
  readonly #chi: Float64Array;
  /** Cells of phase p: from #firstCell[p] up to #firstCell[p + 1]. */
  readonly #firstCell: readonly number[];
  readonly #gap: Float64Array | null;
  readonly #membrane: (phase: number) => Int32Array;
  readonly #surfaces = new Map<string, Int32Array>();

  constructor(homogenization: Homogenization) {
    const grid = createCorrectorGrid(homogenization, boundsCellData(homogenization));
    this.phases = Object.keys(homogenization.correctors);
    this.#points = grid.points;
    this.#cells = grid.cells;
    this.#chi = grid.pointData[0].values as Float64Array;
    const firstCell = [0];
    for (const { phaseCells } of Object.values(homogenization.correctors))
      firstCell.push(firstCell[firstCell.length - 1] + phaseCells.length);
    this.#firstCell = firstCell;
    const indicator = grid.cellData.find(({ name }) => name === "indicator");
    this.#gap = indicator === undefined ? null : toDecades(indicator.values as Float64Array);
    this.#membrane = (phase) => listMembrane(homogenization, firstCell, phase);
  }

  /** Whether the gap between bounds is known. */
  get hasGap(): boolean {
    return this.#gap !== null;
  }

  /** Least and largest value of a field in phases. */
  range(phases: readonly string[], field: SceneField): [number, number] {
    let [low, high] = [Infinity, -Infinity];
    const values = this.#pointValues(field);
    for (const phase of this.#indices(phases)) {
      for (let cell = this.#firstCell[phase]; cell < this.#firstCell[phase + 1]; cell++) {
        for (let i = 0; i < 4; i++) {
          const value = field === "gap" ? (this.#gap?.[cell] ?? 0) : values[this.#cells[4 * cell + i]];
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
    }
    return low <= high ? [low, high] : [0, 0];
  }

  /** The boundary of phases; or the membrane, seen from the first of them. */
  surface(part: "phases" | "membrane", phases: readonly string[], field: SceneField): SceneTriangles {
    const indices = this.#indices(phases);
    const key = `${part} ${indices.join(",")}`;
    let halves = this.#surfaces.get(key);
    if (halves === undefined) {
      halves = part === "membrane" ? this.#membrane(indices[0]) : this.#boundary(indices);
      this.#surfaces.set(key, halves);
    }
    const corners = facetCorners(this.#cells, halves);
    if (field === "gap") return this.#separate(corners, (triangle) => halves[triangle] >> 2);
    return compact(this.#points, corners, this.#pointValues(field));
  }

  /** The cut of phases by the plane normal . x = offset. */
  cut(
    phases: readonly string[],
    field: SceneField,
    normal: readonly [number, number, number],
    offset: number,
  ): SceneTriangles {
    const values = this.#pointValues(field);
    const pieces = this.#indices(phases).map((phase) => {
      const first = this.#firstCell[phase];
      const cells = this.#cells.subarray(4 * first, 4 * this.#firstCell[phase + 1]);
      return { first, ...cutCells(this.#points, cells, values, normal, offset) };
    });
    const numTriangles = pieces.reduce((sum, { cells }) => sum + cells.length, 0);
    const points = new Float32Array(9 * numTriangles);
    const pointValues = new Float32Array(3 * numTriangles);
    let triangle = 0;
    for (const { first, corners, values: own, cells } of pieces) {
      points.set(corners, 9 * triangle);
      if (field === "gap" && this.#gap !== null) {
        for (let i = 0; i < own.length; i++) own[i] = this.#gap[first + cells[Math.floor(i / 3)]];
      }
      pointValues.set(own, 3 * triangle);
      triangle += cells.length;
    }
    return { points, polygons: listPolygons(numTriangles), values: pointValues };
  }

  /** Arrows of (chi_1, chi_2, chi_3) in phases: one point for each box of a grid with about `count` boxes in the phases. */
  arrows(phases: readonly string[], count: number): SceneArrows {
    const { low, high } = this.#bounds();
    const spacing = Math.cbrt(this.#volume(phases) / count);
    const boxes = [0, 1, 2].map((d) => Math.max(1, Math.ceil((high[d] - low[d]) / spacing)));
    const nearest = new Map<number, { node: number; distance: number }>();
    for (const phase of this.#indices(phases)) {
      for (let corner = 4 * this.#firstCell[phase]; corner < 4 * this.#firstCell[phase + 1]; corner++) {
        const node = this.#cells[corner];
        let box = 0;
        let distance = 0;
        for (let d = 2; d >= 0; d--) {
          const at = (this.#points[3 * node + d] - low[d]) / spacing;
          const index = Math.min(boxes[d] - 1, Math.floor(at));
          box = box * boxes[d] + index;
          distance += (at - index - 0.5) ** 2;
        }
        const known = nearest.get(box);
        if (known === undefined || distance < known.distance) nearest.set(box, { node, distance });
      }
    }
    const nodes = Array.from(nearest.values(), ({ node }) => node);
    const points = new Float32Array(3 * nodes.length);
    const vectors = new Float32Array(3 * nodes.length);
    nodes.forEach((node, i) => {
      for (let d = 0; d < 3; d++) {
        points[3 * i + d] = this.#points[3 * node + d];
        vectors[3 * i + d] = this.#chi[3 * node + d];
      }
    });
    const lengths = Float32Array.from(nodes, (node) =>
      Math.hypot(this.#chi[3 * node], this.#chi[3 * node + 1], this.#chi[3 * node + 2]),
    );
    return { points, vectors, lengths, spacing };
  }

  #indices(phases: readonly string[]): number[] {
    return phases.map((name) => this.phases.indexOf(name)).filter((index) => index >= 0);
  }

  #volume(phases: readonly string[]): number {
    const at = (corner: number, d: number): number => this.#points[3 * this.#cells[corner] + d];
    let sixfold = 0;
    for (const phase of this.#indices(phases)) {
      for (let first = 4 * this.#firstCell[phase]; first < 4 * this.#firstCell[phase + 1]; first += 4) {
        const [a, b, c] = [1, 2, 3].map((i) => [0, 1, 2].map((d) => at(first + i, d) - at(first, d)));
        sixfold +=
          a[0] * (b[1] * c[2] - b[2] * c[1]) +
          a[1] * (b[2] * c[0] - b[0] * c[2]) +
          a[2] * (b[0] * c[1] - b[1] * c[0]);
      }
    }
    return sixfold / 6;
  }

  #bounds(): { low: number[]; high: number[] } {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < this.#points.length; i++) {
      const d = i % 3;
      if (this.#points[i] < low[d]) low[d] = this.#points[i];
      if (this.#points[i] > high[d]) high[d] = this.#points[i];
    }
    return { low, high };
  }

  /** A value for each point; zeros where the field has none. */
  #pointValues(field: SceneField): Float64Array {
    const k = ["chi_1", "chi_2", "chi_3"].indexOf(field);
    const values = new Float64Array(this.#points.length / 3);
    if (k >= 0) for (let i = 0; i < values.length; i++) values[i] = this.#chi[3 * i + k];
    return values;
  }

  #boundary(indices: readonly number[]): Int32Array {
    const halves = indices.map((phase) => {
      const first = this.#firstCell[phase];
      const cells = this.#cells.subarray(4 * first, 4 * this.#firstCell[phase + 1]);
      return listSurfaceFacets(cells, this.#points.length / 3).map((half) => half + 4 * first);
    });
    const all = new Int32Array(halves.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const some of halves) {
      all.set(some, at);
      at += some.length;
    }
    return all;
  }

  /** Triangles that share no point, with the gap of their cells. */
  #separate(corners: Int32Array, cellOf: (triangle: number) => number): SceneTriangles {
    const points = new Float32Array(3 * corners.length);
    const values = new Float32Array(corners.length);
    for (let i = 0; i < corners.length; i++) {
      for (let d = 0; d < 3; d++) points[3 * i + d] = this.#points[3 * corners[i] + d];
      values[i] = this.#gap?.[cellOf(Math.floor(i / 3))] ?? 0;
    }
    return { points, polygons: listPolygons(corners.length / 3), values };
  }
}

/**
 * Triangles with the points that they use.
 *
 * @param points numPoints x 3
 * @param corners point indices, numTriangles x 3
 * @param values one for each point
 */
export function compact(points: Float64Array, corners: Int32Array, values: Float64Array): SceneTriangles {
  const { own, used } = numberPoints(corners, points.length / 3);
  const ownPoints = new Float32Array(3 * used.length);
  const ownValues = new Float32Array(used.length);
  for (let i = 0; i < used.length; i++) {
    for (let d = 0; d < 3; d++) ownPoints[3 * i + d] = points[3 * used[i] + d];
    ownValues[i] = values[used[i]];
  }
  const polygons = new Uint32Array((corners.length / 3) * 4);
  for (let triangle = 0; triangle < corners.length / 3; triangle++) {
    polygons[4 * triangle] = 3;
    for (let i = 0; i < 3; i++) polygons[4 * triangle + 1 + i] = own[corners[3 * triangle + i]];
  }
  return { points: ownPoints, polygons, values: ownValues };
}

/** Numbers the points that triangles use; `used` are their old numbers, `own` the new number of an old one. */
export function numberPoints(corners: Int32Array, numPoints: number): { own: Int32Array; used: Int32Array } {
  const own = new Int32Array(numPoints).fill(-1);
  const used = new Int32Array(Math.min(numPoints, corners.length));
  let count = 0;
  for (const point of corners) {
    if (own[point] >= 0) continue;
    own[point] = count;
    used[count++] = point;
  }
  return { own, used: used.subarray(0, count) };
}

/** 3, 0, 1, 2, 3, 3, 4, 5, ...: triangles that share no point. */
function listPolygons(numTriangles: number): Uint32Array {
  const polygons = new Uint32Array(4 * numTriangles);
  for (let triangle = 0; triangle < numTriangles; triangle++) {
    polygons[4 * triangle] = 3;
    for (let i = 0; i < 3; i++) polygons[4 * triangle + 1 + i] = 3 * triangle + i;
  }
  return polygons;
}

/** log10 of values, from {@link GAP_DECADES} below the largest on. */
function toDecades(values: Float64Array): Float64Array {
  const largest = values.reduce((most, value) => (value > most ? value : most), 0);
  const least = Math.log10(largest) - GAP_DECADES;
  return values.map((value) => (value > 0 ? Math.max(least, Math.log10(value)) : largest > 0 ? least : 0));
}

/** Facets of the membrane as half-facets of the grid's cells: on the side of a phase, else on the other one. */
function listMembrane(
  { membrane, periodic, correctors }: Homogenization,
  firstCell: readonly number[],
  phase: number,
): Int32Array {
  const gridCell = new Int32Array(periodic.mesh.numCells).fill(-1);
  Object.values(correctors).forEach(({ phaseCells }, p) => {
    phaseCells.forEach((cell, i) => (gridCell[cell] = firstCell[p] + i));
  });
  const isOf = (half: number): boolean => {
    const cell = half < 0 ? -1 : gridCell[half >> 2];
    return cell >= firstCell[phase] && cell < firstCell[phase + 1];
  };
  const halves: number[] = [];
  for (const half of membrane.halfFacets) {
    const other = periodic.partner[half];
    const side = isOf(half) || !isOf(other) ? half : other;
    const cell = gridCell[side >> 2];
    if (cell >= 0) halves.push(4 * cell + (side & 3));
  }
  return Int32Array.from(halves);
}
