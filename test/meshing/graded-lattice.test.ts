import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import {
  countGradedNodes,
  forEachGradedTetrahedron,
  gradeLattice,
  type LatticeGrading,
} from "../../src/meshing/graded-lattice.js";
import type { LevelSet } from "../../src/meshing/level-set.js";
import { meshLevelSet } from "../../src/meshing/mesh-level-set.js";
import {
  createPeriodicLattice,
  latticeCoordinates,
  layOutLattice,
  type PeriodicLattice,
} from "../../src/meshing/periodic-lattice.js";
import { measureQuality } from "../../src/mesh/quality.js";
import { expectError } from "../support/expect-error.js";
import { createBoxMesh, createRandom } from "../support/msh-text.js";

/** Sums over some ten thousand cells. */
const ROUNDOFF = 1e-11;

/** A lattice of unit cubes with a few nodes on the membrane, anywhere. */
function gradeAtRandom(
  counts: readonly [number, number, number],
  seed: number,
  ratio: number,
): { lattice: PeriodicLattice; grading: LatticeGrading; side: Int8Array } {
  const lattice = createPeriodicLattice([0, 0, 0], layOutLattice([...counts], 1));
  const random = createRandom(seed);
  const side = new Int8Array(lattice.numTorusNodes).fill(1);
  for (let i = 0; i < 3; i++) side[Math.floor(random() * side.length)] = 0;
  return { lattice, grading: gradeLattice(lattice, side, ratio), side };
}

function listTetrahedra(lattice: PeriodicLattice, grading: LatticeGrading): number[][] {
  const tetrahedra: number[][] = [];
  forEachGradedTetrahedron(lattice, grading, (...nodes) => tetrahedra.push(nodes));
  return tetrahedra;
}

const lattices = [
  ["counts of which the edges of leaves are divisors", [24, 24, 24], 8],
  ["odd counts", [17, 19, 23], 4],
  ["different counts", [13, 30, 22], 4],
] as const;

describe("forEachGradedTetrahedron", () => {
  it.each(lattices)("fills the box once, and facets match across its faces: %s", (_, counts, ratio) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { lattice, grading } = gradeAtRandom(counts, seed, ratio);
      expect(grading.maxLevel).toBeGreaterThanOrEqual(1);
      const x = latticeCoordinates(lattice);
      let volume = 0;
      const seen = new Map<string, number>();
      for (const nodes of listTetrahedra(lattice, grading)) {
        const [a, b, c, d] = nodes.map((node) => x.subarray(3 * node, 3 * node + 3));
        const edge = (p: Float64Array, k: number): number => p[k] - a[k];
        const cross = [0, 1, 2].map(
          (k) => edge(c, (k + 1) % 3) * edge(d, (k + 2) % 3) - edge(c, (k + 2) % 3) * edge(d, (k + 1) % 3),
        );
        const sixfold = Math.abs(edge(b, 0) * cross[0] + edge(b, 1) * cross[1] + edge(b, 2) * cross[2]);
        expect(sixfold).toBeGreaterThan(0.2);
        volume += sixfold / 6;
        const torus = nodes.map((node) => lattice.torusNode[node]);
        for (let skipped = 0; skipped < 4; skipped++) {
          const key = torus
            .filter((_node, i) => i !== skipped)
            .sort((p, q) => p - q)
            .join();
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }
      expect(Math.abs(volume / (counts[0] * counts[1] * counts[2]) - 1)).toBeLessThan(ROUNDOFF);
      expect([...seen.values()].filter((times) => times !== 2)).toEqual([]);
    }
  });

  it.each(lattices)(
    "cells of leaves of different levels are no worse than 45 and 120 degrees: %s",
    (_, counts, ratio) => {
      const { lattice, grading } = gradeAtRandom(counts, 4, ratio);
      const x = latticeCoordinates(lattice);
      const cells = Int32Array.from(
        listTetrahedra(lattice, grading).flatMap(([a, b, c, d]) => {
          const at = (node: number, k: number): number => x[3 * node + k] - x[3 * a + k];
          const determinant =
            at(b, 0) * (at(c, 1) * at(d, 2) - at(c, 2) * at(d, 1)) -
            at(b, 1) * (at(c, 0) * at(d, 2) - at(c, 2) * at(d, 0)) +
            at(b, 2) * (at(c, 0) * at(d, 1) - at(c, 1) * at(d, 0));
          return determinant > 0 ? [a, b, c, d] : [b, a, c, d];
        }),
      );
      const { minDihedralDegrees, maxDihedralDegrees } = measureQuality({
        ...createBoxMesh(1),
        cellTags: new Float64Array(cells.length / 4),
        numNodes: lattice.numBoxNodes,
        numCells: cells.length / 4,
        coordinates: x,
        cells,
      });
      expect(minDihedralDegrees).toBeGreaterThan(45 - 1e-6);
      expect(maxDihedralDegrees).toBeLessThan(120 + 1e-6);
    },
  );

  it("makes a uniform lattice of ratio 1, and where the membrane is everywhere", () => {
    const { lattice, side } = gradeAtRandom([9, 9, 9], 1, 1);
    expect(gradeLattice(lattice, side, 1)).toMatchObject({ maxLevel: 0 });
    expect(gradeLattice(lattice, side.fill(0), 4)).toMatchObject({ maxLevel: 0 });
  });
});

describe("gradeLattice", () => {
  it("leaves cubes at the membrane as they are, and differs by one level between neighbours", () => {
    const counts = [24, 20, 26] as const;
    const { lattice, grading, side } = gradeAtRandom(counts, 7, 8);
    const levelAt = (i: number, j: number, k: number): number => {
      const [a, b, c] = [i, j, k].map((at, d) => (at + counts[d]) % counts[d]);
      return grading.levels[a + counts[0] * (b + counts[1] * c)];
    };
    let largest = 0;
    let nearest = 0;
    for (let k = 0; k < counts[2]; k++) {
      for (let j = 0; j < counts[1]; j++) {
        for (let i = 0; i < counts[0]; i++) {
          const corner = i + counts[0] * (j + counts[1] * k);
          if (side[corner] === 0) {
            for (const d of [-2, -1, 0, 1]) nearest = Math.max(nearest, levelAt(i + d, j + d, k + d));
          }
          for (const [u, v, w] of [
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
            [1, 1, 0],
            [0, 1, 1],
            [1, 1, 1],
          ]) {
            largest = Math.max(largest, Math.abs(levelAt(i, j, k) - levelAt(i + u, j + v, k + w)));
          }
        }
      }
    }
    expect([largest, nearest]).toEqual([1, 0]);
    expect(countGradedNodes(lattice, grading)).toBe(new Set(listTetrahedra(lattice, grading).flat()).size);
  });
});

describe("grading of a level set", () => {
  const apart = (x: number, centre: number): number => x - centre - Math.round(x - centre);
  const ball: LevelSet = {
    origin: [0, 0, 0],
    lengths: [1, 1, 1],
    evaluate(points, numPoints, values) {
      for (let i = 0; i < numPoints; i++) {
        values[i] = Math.hypot(...[0, 1, 2].map((k) => apart(points[3 * i + k], 0.02 * (k + 1)))) - 0.2;
      }
    },
  };

  it("keeps the membrane, and raises the energy of the cytosol by less than the size does", async () => {
    const [coarse, uniform, graded] = [
      { size: 1 / 16, grading: 1 },
      { size: 1 / 32, grading: 1 },
      { size: 1 / 32 },
    ].map((options) => meshLevelSet(ball, options));
    expect(graded.report.area).toBeCloseTo(uniform.report.area, 12);
    expect(graded.report.volume).toBeCloseTo(uniform.report.volume, 12);
    expect(graded.mesh.numNodes).toBeLessThan(0.4 * uniform.mesh.numNodes);
    const tensors: number[] = [];
    for (const { mesh } of [coarse, uniform, graded]) {
      // Cracks, overlaps and faces that do not match are refused.
      const { result } = await homogenize(mesh);
      expect(result.warnings).toEqual([]);
      tensors.push(result.phases["cytosol"].homogenized[0][0]);
    }
    // Leaves are unions of cubes with the same centres: of nested spaces but for these, so that P1 lies higher.
    expect(tensors[2]).toBeGreaterThan(tensors[1]);
    expect(tensors[2] - tensors[1]).toBeLessThan(0.05 * (tensors[0] - tensors[1]));
  });

  it.each([0, 0.5, 3, -2, NaN, Infinity])("refuses a grading of %d", (grading) => {
    expectError(UsageError, "invalid-parameter", () => meshLevelSet(ball, { size: 0.1, grading }));
  });
});
