import { beforeAll, describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { planSizes, type PhaseGap } from "../../src/homogenization/size-field.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { CELL_EDGES } from "../../src/mesh/edge-table.js";
import { cellVolume } from "../../src/mesh/geometry.js";
import { identifyPeriodicFaces, type PeriodicMesh } from "../../src/mesh/periodic-mesh.js";
import { limitGradation } from "../../src/mesh/size-gradation.js";
import { boxMesh, mapCoordinates, seededRandom } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

/** What twenty halvings of a range of factors leave open. */
const BISECTED = 1e-3;
/** Options that leave every size free. */
const free = { maxNodes: Infinity, gradation: 1e6, maxRefinement: 1e4, maxCoarsening: 1e4 };

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

function periodicBox(n: number): PeriodicMesh {
  const mesh = boxMesh({ counts: [n, n, n] });
  return identifyPeriodicFaces(kernel, mesh, 1, { homogeneous: true });
}

/** Edge of the regular tetrahedron of the volume of a cell. */
function cellSize({ mesh }: PeriodicMesh, cell: number): number {
  return Math.cbrt(6 * Math.SQRT2 * cellVolume(mesh, cell));
}

/** Periodic distance in the unit square from the line x = y = 0. */
function distance(x: number, y: number): number {
  return Math.hypot(Math.min(x, 1 - x), Math.min(y, 1 - y));
}

/** The gap eta = C h^2 |T| of a local constant C(x, y) in all cells. */
function gapOf(
  periodic: PeriodicMesh,
  constant: (x: number, y: number) => number,
  reduction: number,
): PhaseGap {
  const { mesh } = periodic;
  const indicators = Float64Array.from({ length: mesh.numCells }, (_, cell) => {
    const centre = [0, 1].map((k) => {
      const corners = [0, 1, 2, 3].map((corner) => mesh.coordinates[3 * mesh.cells[4 * cell + corner] + k]);
      return corners.reduce((sum, x) => sum + x) / 4;
    });
    return constant(centre[0], centre[1]) * cellSize(periodic, cell) ** 2 * cellVolume(mesh, cell);
  });
  const total = indicators.reduce((sum, eta) => sum + eta);
  return { phaseCells: Int32Array.from(indicators.keys()), indicators, target: reduction * total };
}

/** Squared second derivatives of r^(2/3): those of a re-entrant edge of 270 degrees. */
const singular = (x: number, y: number): number => distance(x, y) ** (-8 / 3);

describe("planSizes", () => {
  it("grades towards a singular edge like r^(8/15), the same at all of its periodic images", () => {
    const periodic = periodicBox(16);
    const { mesh, nodeClass } = periodic;
    const { nodeSizes } = planSizes(periodic, [gapOf(periodic, singular, 1 / 16)], free);
    const fit: [number, number][] = [];
    for (let node = 0; node < mesh.numNodes; node++) {
      expect(nodeSizes[node]).toBe(nodeSizes[nodeClass[node]]);
      const r = distance(mesh.coordinates[3 * node], mesh.coordinates[3 * node + 1]);
      // Nearer to the edge the means over the cells around a node are not those of a point.
      if (r > 0.12) fit.push([Math.log(r), Math.log(nodeSizes[node])]);
    }
    const mean = (i: 0 | 1): number => fit.reduce((sum, point) => sum + point[i], 0) / fit.length;
    const [meanX, meanY] = [mean(0), mean(1)];
    const slope =
      fit.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
      fit.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
    expect(slope).toBeCloseTo(8 / 15, 1.5);
    for (const [x, y] of fit) expect(Math.abs(y - meanY - slope * (x - meanX))).toBeLessThan(0.06);
  });

  it("meets the target, and takes N^(-2/3) for the order of the gap", () => {
    const periodic = periodicBox(8);
    const gaps = [1 / 4, 1 / 32].map((reduction) => gapOf(periodic, singular, reduction));
    const fields = gaps.map((gap) => planSizes(periodic, [gap], free));
    fields.forEach((field, i) => {
      expect(field.predictedGaps[0] / gaps[i].target).toBeCloseTo(1, 3);
    });
    expect(fields[1].predictedNodes / fields[0].predictedNodes / 8 ** 1.5).toBeCloseTo(1, 2);
  });

  it("asks for the present mesh where the gap is spread evenly and as wanted", () => {
    const periodic = periodicBox(6);
    const { nodeSizes, predictedNodes } = planSizes(periodic, [gapOf(periodic, () => 1, 1)], free);
    const size = cellSize(periodic, 0);
    for (const h of nodeSizes) expect(Math.abs(h / size - 1)).toBeLessThan(BISECTED);
    expect(predictedNodes / periodic.mesh.numNodes).toBeCloseTo(1, 2);
  });

  it("keeps to the limit of nodes, with all sizes larger by one factor", () => {
    const periodic = periodicBox(8);
    const gap = gapOf(periodic, singular, 1 / 32);
    const wanted = planSizes(periodic, [gap], free);
    const maxNodes = Math.round(wanted.predictedNodes / 5);
    const limited = planSizes(periodic, [gap], { ...free, maxNodes });
    expect(limited.predictedNodes / maxNodes).toBeCloseTo(1, 2);
    const factors = limited.nodeSizes.map((size, node) => size / wanted.nodeSizes[node]);
    for (const factor of factors) expect(Math.abs(factor / Math.cbrt(5) - 1)).toBeLessThan(BISECTED);
    expect(limited.predictedGaps[0]).toBeGreaterThan(gap.target);
  });

  it("changes no size by more than allowed in a round", () => {
    const periodic = periodicBox(8);
    const size = cellSize(periodic, 0);
    const finer = planSizes(periodic, [gapOf(periodic, singular, 1e-6)], { ...free, maxRefinement: 3 });
    for (const h of finer.nodeSizes) expect(h / size).toBeCloseTo(1 / 3, 4);
    const coarser = planSizes(periodic, [{ ...gapOf(periodic, singular, 1), target: Infinity }], {
      ...free,
      maxCoarsening: 1.5,
    });
    for (const h of coarser.nodeSizes) expect(h / size).toBeCloseTo(1.5, 4);
  });

  it("is as coarse outside of the phases asked for as the gradation allows, a quarter of the cell at most", () => {
    const mesh = boxMesh({
      counts: [12, 4, 4],
      lengths: [3, 1, 1],
      volumeOf: (i) => (i < 2 ? "ER" : "cytosol"),
    });
    const periodic = identifyPeriodicFaces(kernel, mesh, 2);
    const whole = gapOf(periodic, () => 1, 1);
    const isPhase = (cell: number): boolean =>
      mesh.volumes[mesh.cellRegions[mesh.cellRegion[cell]].groups[0]].name === "ER";
    const phaseCells = whole.phaseCells.filter(isPhase);
    const indicators = whole.indicators.filter((_, cell) => isPhase(cell));
    const target = indicators.reduce((sum, eta) => sum + eta) / 64;
    const gradation = 0.1;
    const { nodeSizes } = planSizes(periodic, [{ phaseCells, indicators, target }], { ...free, gradation });
    const size = cellSize(periodic, 0) / 8;
    for (let node = 0; node < mesh.numNodes; node++) {
      const x = mesh.coordinates[3 * node];
      const away = x <= 0.5 ? 0 : Math.min(x - 0.5, 3 - x);
      expect(Math.abs(nodeSizes[node] / Math.min(0.25, size + gradation * away) - 1)).toBeLessThan(BISECTED);
    }
  });

  it("takes the smaller of two sizes where phases meet, and each target for itself", () => {
    const mesh = boxMesh({
      counts: [8, 4, 4],
      lengths: [2, 1, 1],
      volumeOf: (i) => (i < 4 ? "ER" : "cytosol"),
    });
    const periodic = identifyPeriodicFaces(kernel, mesh, 2);
    const whole = gapOf(periodic, () => 1, 1);
    const half = (isLeft: boolean, reduction: number): PhaseGap => {
      const cells = whole.phaseCells.filter(
        (cell) => mesh.coordinates[3 * mesh.cells[4 * cell]] < 1 === isLeft,
      );
      const indicators = Float64Array.from(cells, (cell) => whole.indicators[cell]);
      return {
        phaseCells: cells,
        indicators,
        target: reduction * indicators.reduce((sum, eta) => sum + eta),
      };
    };
    const { nodeSizes, predictedGaps } = planSizes(periodic, [half(true, 1 / 4), half(false, 1 / 16)], free);
    expect(predictedGaps).toHaveLength(2);
    for (let node = 0; node < mesh.numNodes; node++) {
      const x = mesh.coordinates[3 * node];
      const ratio = nodeSizes[node] / cellSize(periodic, 0);
      expect(ratio).toBeCloseTo(x > 0 && x < 1 ? 1 / 2 : 1 / 4, 3);
    }
  });

  it.each([
    ["gradation", 0],
    ["maxRefinement", 1],
    ["maxCoarsening", NaN],
  ])("refuses %s = %d", (name, value) => {
    const periodic = periodicBox(2);
    const error = expectError(UsageError, "invalid-parameter", () =>
      planSizes(periodic, [gapOf(periodic, () => 1, 1)], { ...free, [name]: value }),
    );
    expect(error.details).toEqual({ name, value });
  });
});

describe("limitGradation", () => {
  it("gives the largest sizes below the given ones that obey the limit: shortest paths over periodic edges", () => {
    const random = seededRandom(7);
    const wave = (t: number): number => t + 0.05 * Math.sin(2 * Math.PI * t);
    const mesh = mapCoordinates(boxMesh({ counts: [4, 4, 4] }), (x, y, z) => [wave(x), wave(y), wave(z)]);
    const periodic = identifyPeriodicFaces(kernel, mesh, 1, { homogeneous: true });
    const { nodeClass } = periodic;
    const given = Float64Array.from({ length: mesh.numNodes }, () => 0.01 + random());
    const gradation = 0.3;
    const sizes = given.slice();
    limitGradation(periodic, sizes, gradation);

    // Bellman and Ford over the matrix of all pairs of classes.
    const n = mesh.numNodes;
    const best = new Float64Array(n).fill(Infinity);
    given.forEach((size, node) => (best[nodeClass[node]] = Math.min(best[nodeClass[node]], size)));
    const edges: [number, number, number][] = [];
    for (let cell = 0; cell < mesh.numCells; cell++) {
      for (let e = 0; e < CELL_EDGES.length; e += 2) {
        const [a, b] = [e, e + 1].map((i) => mesh.cells[4 * cell + CELL_EDGES[i]]);
        const vector = [0, 1, 2].map((k) => mesh.coordinates[3 * a + k] - mesh.coordinates[3 * b + k]);
        edges.push([nodeClass[a], nodeClass[b], gradation * Math.hypot(...vector)]);
      }
    }
    for (let pass = 0; pass < n; pass++) {
      for (const [a, b, most] of edges) {
        best[a] = Math.min(best[a], best[b] + most);
        best[b] = Math.min(best[b], best[a] + most);
      }
    }
    for (let node = 0; node < n; node++) expect(sizes[node]).toBeCloseTo(best[nodeClass[node]], 10);
  });
});
