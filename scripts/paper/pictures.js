import { createCorrectorGrid, cutCells, drawScene, extractSurface } from "erfem";

/** Edges of the unit cube. */
const CUBE = Float64Array.from(
  [0, 1, 2].flatMap((d) =>
    [0, 1, 2, 3].flatMap((i) => {
      const low = [0, 0, 0];
      low[(d + 1) % 3] = i & 1;
      low[(d + 2) % 3] = i >> 1;
      return [...low, ...low.map((x, e) => (e === d ? 1 : x))];
    }),
  ),
);

/** Arrows stand at the points of a lattice of this distance, which has the centre of the cell. */
const SPACING = 1 / 30;

/** Points, cells and correctors of one phase solved for; periodic images stay apart. */
export function phaseGrid(homogenization, phase) {
  const correctors = { [phase]: homogenization.correctors[phase] };
  const { points, cells, pointData } = createCorrectorGrid({ ...homogenization, correctors });
  const chi = pointData.find(({ name }) => name === "chi").values;
  return {
    points,
    cells,
    chi,
    component: (k) => Float64Array.from({ length: chi.length / 3 }, (_, i) => chi[3 * i + k]),
  };
}

/** Figures 1 and 2 and 9: the surface of the ER in `repeat`^3 unit cells. */
export function drawGeometry(grid, title, repeat = 1) {
  const { corners, values } = surface(grid, new Float64Array(grid.points.length / 3));
  const copies = [];
  for (let copy = 0; copy < repeat ** 3; copy++) {
    const shift = [copy % repeat, Math.floor(copy / repeat) % repeat, Math.floor(copy / repeat ** 2)];
    for (let first = 0; first < corners.length; first += 9) {
      const triangle = corners.subarray(first, first + 9);
      if (!isInside(triangle, shift, repeat)) copies.push(...triangle.map((x, i) => x + shift[i % 3]));
    }
  }
  return drawScene({
    title,
    triangles: [{ corners: Float64Array.from(copies), values, closed: true }],
    color: "#56b4e9",
    lines: CUBE.map((x) => repeat * x),
  });
}

/** Whether the ER goes on behind a triangle, which lies on a face between two cells. */
function isInside(triangle, shift, repeat) {
  return [0, 1, 2].some((d) =>
    [0, 1].some((side) => {
      const isOuter = shift[d] === (side === 0 ? 0 : repeat - 1);
      return !isOuter && [0, 3, 6].every((i) => Math.abs(triangle[i + d] - side) < 1e-9);
    }),
  );
}

/** Figure 3: chi_k on the surface of the ER. */
export function drawCorrector(grid, k, range, title) {
  return drawScene({
    title,
    triangles: [{ ...surface(grid, grid.component(k)), closed: true }],
    lines: CUBE,
    bar: { label: `χ${k + 1}`, unit: "cells", range },
  });
}

/** chi_k on the plane y_3 = 1/2, seen from above. */
export function drawCut(grid, k, title) {
  const values = grid.component(k);
  const cut = cutCells(grid.points, grid.cells, values, [0, 0, 1], 0.5);
  return drawScene({
    title,
    eye: [0, 0, 1],
    triangles: [{ ...cut, flat: true }],
    lines: CUBE.filter((_, i) => CUBE[6 * Math.floor(i / 6) + 2] === CUBE[6 * Math.floor(i / 6) + 5]),
    bar: { label: `χ${k + 1}`, unit: "cells", range: symmetricRange(cut.values) },
  });
}

/** Figure 4: arrows of (chi_1, chi_2, chi_3), coloured by their length. */
export function drawVectors(grid, title) {
  const { points, vectors } = sampleLattice(grid);
  const lengths = Array.from({ length: vectors.length / 3 }, (_, i) =>
    Math.hypot(...vectors.subarray(3 * i, 3 * i + 3)),
  );
  const longest = lengths.reduce((a, b) => Math.max(a, b), 0);
  return drawScene({
    title,
    arrows: { points, vectors, scale: 0.055 / longest },
    lines: CUBE,
    bar: { label: "|χ|", unit: "cells", range: [0, longest] },
  });
}

/** -m, m with the largest absolute value m. */
export function symmetricRange(values) {
  const most = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return [-most, most];
}

function surface({ points, cells }, values) {
  const nodes = extractSurface(cells, points.length / 3);
  const corners = new Float64Array(3 * nodes.length);
  nodes.forEach((node, i) => corners.set(points.subarray(3 * node, 3 * node + 3), 3 * i));
  return { corners, values: Float64Array.from(nodes, (node) => values[node]) };
}

/** chi at the points of a lattice that lie in the phase, interpolated; a point on a facet counts for the first of its cells. */
function sampleLattice({ points, cells, chi }) {
  const seen = new Set();
  const found = { points: [], vectors: [] };
  const side = Math.round(1 / SPACING) + 1;
  for (let cell = 0; cell < cells.length; cell += 4) {
    const nodes = cells.subarray(cell, cell + 4);
    const x = Array.from(nodes, (node) => points.subarray(3 * node, 3 * node + 3));
    const bounds = [0, 1, 2].map((d) => {
      const all = x.map((p) => p[d]);
      return [Math.ceil(Math.min(...all) / SPACING - 1e-9), Math.floor(Math.max(...all) / SPACING + 1e-9)];
    });
    for (let a = bounds[0][0]; a <= bounds[0][1]; a++) {
      for (let b = bounds[1][0]; b <= bounds[1][1]; b++) {
        for (let c = bounds[2][0]; c <= bounds[2][1]; c++) {
          const p = [a * SPACING, b * SPACING, c * SPACING];
          const weights = barycentric(x, p);
          const key = (a * side + b) * side + c;
          if (Math.min(...weights) < -1e-9 || seen.has(key)) continue;
          seen.add(key);
          found.points.push(...p);
          for (let k = 0; k < 3; k++) {
            found.vectors.push(weights.reduce((sum, weight, i) => sum + weight * chi[3 * nodes[i] + k], 0));
          }
        }
      }
    }
  }
  return { points: Float64Array.from(found.points), vectors: Float64Array.from(found.vectors) };
}

function barycentric([a, b, c, d], p) {
  const volume = det(a, b, c, d);
  return [det(p, b, c, d), det(a, p, c, d), det(a, b, p, d), det(a, b, c, p)].map((part) => part / volume);
}

function det(a, b, c, d) {
  const [u, v, w] = [b, c, d].map((q) => [q[0] - a[0], q[1] - a[1], q[2] - a[2]]);
  return (
    u[0] * (v[1] * w[2] - v[2] * w[1]) +
    u[1] * (v[2] * w[0] - v[0] * w[2]) +
    u[2] * (v[0] * w[1] - v[1] * w[0])
  );
}
