import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { tensorOffset } from "../../src/fem/cell-input.js";
import {
  averageCoefficient,
  LARGEST_QUADRATURE_CHANGE,
  type CoefficientField,
  type CoefficientMeans,
} from "../../src/fem/coefficient-average.js";
import type { UnitCell } from "../../src/mesh/lattice.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

/** Round-off of sums of 14 numbers of order ten. */
const ROUNDOFF = 1e-13;

const mesh = boxMesh({ counts: [4, 2, 2], lengths: [2, 1, 1], origin: [-1, 0, 5] });
const unitCell: UnitCell = {
  origin: [-1, 0, 5],
  vectors: [
    [2, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  source: "given",
};
const allCells = Int32Array.from({ length: mesh.numCells }, (_, cell) => cell);

function scalarField(
  value: (y: Float64Array, cell: number) => number,
  description = "test",
): CoefficientField {
  return {
    description,
    evaluate(point, cell, tensor) {
      tensor.fill(0);
      tensor.fill(value(point, cell), 0, 3);
    },
  };
}

function average(field: CoefficientField): CoefficientMeans {
  return averageCoefficient(mesh, unitCell, allCells, {
    pieces: [field],
    pieceOfCell: new Int32Array(mesh.numCells),
  });
}

/** Mean of a function over the nodes of a cell: of an affine function, over the cell. */
function nodeMean(cell: number, value: (x: number, y: number, z: number) => number): number {
  let sum = 0;
  for (const node of mesh.cells.subarray(4 * cell, 4 * cell + 4)) {
    const [x, y, z] = mesh.coordinates.subarray(3 * node, 3 * node + 3);
    sum += value(x, y, z) / 4;
  }
  return sum;
}

describe("averageCoefficient", () => {
  it("keeps constants as they are, without arrays over the cells", () => {
    const pieceOfCell = allCells.map((cell) => cell % 2);
    const means = averageCoefficient(mesh, unitCell, allCells, {
      pieces: [
        [1, 2, 3, 0.1, 0.2, 0.3],
        [5, 5, 5, 0, 0, 0],
      ],
      pieceOfCell,
    });
    expect(means.arithmetic.tensors).toHaveLength(12);
    expect(means.harmonic).toBe(means.arithmetic);
    expect(means.quadratureChange).toBe(0);
    expect(means.arithmetic.tensorOfCell).toBe(pieceOfCell);
    const alone = averageCoefficient(mesh, unitCell, allCells, {
      pieces: [[1, 1, 1, 0, 0, 0]],
      pieceOfCell: new Int32Array(mesh.numCells),
    });
    expect(alone.arithmetic.tensorOfCell).toBeNull();
  });

  it("gives the mean of an affine tensor, in fractional and in mesh coordinates", () => {
    const { arithmetic, quadratureChange } = average({
      description: "affine",
      evaluate(point, _cell, tensor) {
        const [y1, y2, y3, x, y, z] = point;
        tensor.set([3 + y1, 3 + y2, 3 + y3, 0.1 * x, 0.1 * y, 0.1 * z]);
      },
    });
    for (const cell of allCells) {
      const at = tensorOffset(arithmetic, cell);
      const expected = [
        nodeMean(cell, (x) => 3 + (x + 1) / 2),
        nodeMean(cell, (_x, y) => 3 + y),
        nodeMean(cell, (_x, _y, z) => 3 + (z - 5)),
        nodeMean(cell, (x) => 0.1 * x),
        nodeMean(cell, (_x, y) => 0.1 * y),
        nodeMean(cell, (_x, _y, z) => 0.1 * z),
      ];
      expected.forEach((value, e) => {
        expect(Math.abs(arithmetic.tensors[at + e] - value)).toBeLessThan(ROUNDOFF);
      });
    }
    // Both degrees are exact for a; a^-1 is not a polynomial.
    expect(quadratureChange).toBeGreaterThan(ROUNDOFF);
    expect(quadratureChange).toBeLessThan(LARGEST_QUADRATURE_CHANGE);
  });

  it("gives the inverse of the mean inverse: of 1 / (affine), the affine function's mean inverted", () => {
    const { arithmetic, harmonic } = average(scalarField(([y1]) => 1 / (2 + y1)));
    for (const cell of allCells) {
      const expected = 1 / nodeMean(cell, (x) => 2 + (x + 1) / 2);
      expect(Math.abs(harmonic.tensors[6 * cell] - expected)).toBeLessThan(ROUNDOFF);
      expect(harmonic.tensors[6 * cell]).toBeLessThan(arithmetic.tensors[6 * cell]);
    }
  });

  it("asks a field in its own cells only, and tells it the cell", () => {
    const isVarying = (cell: number): boolean => cell % 3 === 0;
    const field = scalarField((_y, cell) => {
      expect(isVarying(cell)).toBe(true);
      return 1 + cell;
    });
    const { arithmetic, harmonic, quadratureChange } = averageCoefficient(mesh, unitCell, allCells, {
      pieces: [field, [7, 7, 7, 0, 0, 0]],
      pieceOfCell: allCells.map((cell) => (isVarying(cell) ? 0 : 1)),
    });
    for (const cell of allCells) {
      const expected = isVarying(cell) ? 1 + cell : 7;
      expect(Math.abs(arithmetic.tensors[6 * cell] - expected)).toBeLessThan(ROUNDOFF * expected);
      expect(Math.abs(harmonic.tensors[6 * cell] - expected)).toBeLessThan(ROUNDOFF * expected);
    }
    expect(quadratureChange).toBeLessThan(ROUNDOFF);
  });

  it("takes jumps that facets follow", () => {
    const { arithmetic, quadratureChange } = average(scalarField(([y1]) => (y1 < 0.5 ? 1 : 100)));
    expect(quadratureChange).toBeLessThan(ROUNDOFF);
    expect(new Set(Array.from(arithmetic.tensors, Math.round))).toEqual(new Set([0, 1, 100]));
  });

  it("refuses values that are not finite, in the nodes and the middle of facets too, naming the place", () => {
    const error = expectError(UsageError, "coefficient-not-finite", () =>
      average(scalarField(([y1]) => 1 / y1, "1/y1")),
    );
    expect(error.message).toContain('"1/y1"');
    expect(error.message).toContain("element");
    expect(error.details).toMatchObject({ point: [-1, expect.any(Number), expect.any(Number)] });
    // The centroid of one facet of cell 3 and no other point.
    const [a, b, c] = [0, 1, 2].map((i) => mesh.cells[12 + i]);
    const centroid = [0, 1, 2].map(
      (k) => (mesh.coordinates[3 * a + k] + mesh.coordinates[3 * b + k] + mesh.coordinates[3 * c + k]) / 3,
    );
    expectError(UsageError, "coefficient-not-finite", () =>
      average(
        scalarField((point) => {
          const distance = Math.hypot(...centroid.map((x, k) => x - point[3 + k]));
          return distance < 1e-12 ? NaN : 1;
        }),
      ),
    );
  });

  it("refuses tensors that are not positive definite", () => {
    expectError(UsageError, "coefficient-not-positive-definite", () =>
      average(scalarField(([y1]) => y1 - 0.5)),
    );
    const error = expectError(UsageError, "coefficient-not-positive-definite", () =>
      average({
        description: "turned",
        evaluate: (point, _cell, tensor) => {
          tensor.set([1, 1, 1, 0, 0, 1.2 * point[1]]);
        },
      }),
    );
    expect(error.details).toMatchObject({ cellTag: expect.any(Number) as number, field: "turned" });
  });

  it("refuses a coefficient that the mesh does not resolve, naming the cell", () => {
    const error = expectError(MeshError, "coefficient-underresolved", () =>
      average(scalarField(([y1, y2]) => (y1 + y2 < 0.93 ? 1 : 3))),
    );
    const { cellTag, centroid, change } = error.details as {
      cellTag: number;
      centroid: number[];
      change: number;
    };
    expect(change).toBeGreaterThan(LARGEST_QUADRATURE_CHANGE);
    expect(centroid[0]).toBeCloseTo(
      nodeMean(cellTag - 1, (x) => x),
      12,
    );
    expect(error.message).toContain(`element ${cellTag}`);
  });
});
