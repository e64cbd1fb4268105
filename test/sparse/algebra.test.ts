import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCsr } from "../../src/sparse/add.js";
import { extractSubmatrix } from "../../src/sparse/extract-submatrix.js";
import { fromTriplets } from "../../src/sparse/from-triplets.js";
import { multiply } from "../../src/sparse/multiply.js";
import { multiplyBlock } from "../../src/sparse/multiply-block.js";
import { permuteSymmetric } from "../../src/sparse/permute-symmetric.js";
import { transpose } from "../../src/sparse/transpose.js";
import {
  denseOf,
  isWellFormed,
  maxDifference,
  randomMatrix,
  randomPermutation,
  randomSource,
  randomVector,
} from "./matrices.js";

/** Sums of at most 30 products below 1: 30 roundings of 2^-53 each, with a factor 10 to spare. */
const ROUND_OFF = 3e-14;
const runs = { seed: 20060, numRuns: 60 };
const sizes = fc.record({
  m: fc.integer({ min: 0, max: 30 }),
  n: fc.integer({ min: 0, max: 30 }),
  p: fc.integer({ min: 0, max: 30 }),
  density: fc.constantFrom(0, 0.05, 0.3, 1),
  seed: fc.integer(),
});
const code = (name: string): unknown => expect.objectContaining({ code: name });

describe("addCsr", () => {
  it("adds as dense matrices do, on the union of the patterns", () => {
    fc.assert(
      fc.property(sizes, ({ m, n, density, seed }) => {
        const random = randomSource(seed);
        const a = randomMatrix(m, n, density, random);
        const b = randomMatrix(m, n, density / 2, random);
        const sum = addCsr(a, b);
        expect(isWellFormed(sum)).toBe(true);
        const [x, y] = [denseOf(a), denseOf(b)];
        expect(denseOf(sum)).toEqual(x.map((row, i) => row.map((value, j) => value + y[i][j])));
      }),
      runs,
    );
  });

  it("refuses matrices of different shapes", () => {
    const random = randomSource(1);
    const wide = randomMatrix(2, 3, 1, random);
    expect(() => addCsr(wide, randomMatrix(3, 3, 1, random))).toThrow(code("shapes-differ"));
  });
});

describe("fromTriplets", () => {
  it("sums duplicates into sorted rows, as a dense matrix does", () => {
    fc.assert(
      fc.property(sizes, ({ m, n, density, seed }) => {
        const random = randomSource(seed);
        const count = m === 0 || n === 0 ? 0 : Math.ceil(density * 3 * m * n);
        const rows = Int32Array.from({ length: count }, () => Math.floor(random() * m));
        const cols = Int32Array.from({ length: count }, () => Math.floor(random() * n));
        const values = randomVector(count, random);
        const expected = Array.from({ length: m }, () => new Array<number>(n).fill(0));
        for (let t = 0; t < count; t++) expected[rows[t]][cols[t]] += values[t];

        const matrix = fromTriplets(m, n, rows, cols, values);
        expect(isWellFormed(matrix)).toBe(true);
        // Duplicates are added in the order given: equal to the last bit.
        expect(denseOf(matrix)).toEqual(expected);
      }),
      runs,
    );
  });

  it("keeps entries that are or cancel to zero in the pattern", () => {
    const matrix = fromTriplets(
      2,
      2,
      Int32Array.of(1, 0, 1),
      Int32Array.of(0, 1, 0),
      Float64Array.of(3, 0, -3),
    );
    expect([...matrix.rowStart]).toEqual([0, 1, 2]);
    expect([...matrix.values]).toEqual([0, 0]);
  });

  it("refuses a triplet outside the matrix and arrays of different lengths", () => {
    const one = Int32Array.of(0);
    const build = (row: number, col: number) => () =>
      fromTriplets(2, 3, Int32Array.of(row), Int32Array.of(col), new Float64Array(1));
    for (const [row, col] of [
      [2, 0],
      [-1, 0],
      [0, 3],
      [0, -1],
    ]) {
      expect(build(row, col)).toThrow(code("index-out-of-range"));
    }
    expect(() => fromTriplets(2, 3, one, one, new Float64Array(2))).toThrow(code("triplet-length-mismatch"));
  });
});

describe("transpose", () => {
  it("exchanges rows and columns", () => {
    fc.assert(
      fc.property(sizes, ({ m, n, density, seed }) => {
        const matrix = randomMatrix(m, n, density, randomSource(seed));
        const result = transpose(matrix);
        expect(isWellFormed(result)).toBe(true);
        const dense = denseOf(matrix);
        expect(denseOf(result)).toEqual(
          Array.from({ length: n }, (_, j) => Array.from({ length: m }, (_, i) => dense[i][j])),
        );
        expect(transpose(result)).toEqual(matrix);
      }),
      runs,
    );
  });
});

describe("multiplyBlock", () => {
  it("is the dense product for any number of vectors, and the same for each alone", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 7 }), ({ m, n, density, seed }, numRhs) => {
        const random = randomSource(seed);
        const matrix = randomMatrix(m, n, density, random);
        const x = randomVector(n * numRhs, random);
        const y = new Float64Array(m * numRhs).fill(NaN);
        expect(multiplyBlock(matrix, x, numRhs, y)).toBe(y);
        const dense = denseOf(matrix);
        for (let rhs = 0; rhs < numRhs; rhs++) {
          const column = x.filter((_, k) => k % numRhs === rhs);
          const result = y.filter((_, k) => k % numRhs === rhs);
          const expected = dense.map((row) => row.reduce((sum, value, j) => sum + value * column[j], 0));
          expect(maxDifference(result, expected)).toBeLessThan(ROUND_OFF);
          expect(multiplyBlock(matrix, column, 1)).toEqual(result);
        }
      }),
      runs,
    );
  });

  it("refuses arrays of the wrong length", () => {
    const matrix = randomMatrix(3, 4, 1, randomSource(1));
    expect(() => multiplyBlock(matrix, new Float64Array(3), 1)).toThrow(code("length-mismatch"));
    expect(() => multiplyBlock(matrix, new Float64Array(8), 2, new Float64Array(8))).toThrow(
      code("length-mismatch"),
    );
  });
});

describe("multiply", () => {
  it("is the dense product, with sorted rows", () => {
    fc.assert(
      fc.property(sizes, ({ m, n, p, density, seed }) => {
        const random = randomSource(seed);
        const a = randomMatrix(m, n, density, random);
        const b = randomMatrix(n, p, density, random);
        const product = multiply(a, b);
        expect(isWellFormed(product)).toBe(true);
        const [denseA, denseB] = [denseOf(a), denseOf(b)];
        const expected = denseA.flatMap((row) =>
          Array.from({ length: p }, (_, j) => row.reduce((sum, value, k) => sum + value * denseB[k][j], 0)),
        );
        expect(maxDifference(denseOf(product).flat(), expected)).toBeLessThan(ROUND_OFF);
      }),
      runs,
    );
  });

  it("refuses matrices whose inner sizes differ", () => {
    const matrix = randomMatrix(3, 4, 1, randomSource(1));
    expect(() => multiply(matrix, matrix)).toThrow(code("length-mismatch"));
  });
});

describe("permuteSymmetric", () => {
  it("moves entry (order[k], order[l]) to (k, l), of matrices that need not be symmetric", () => {
    fc.assert(
      fc.property(sizes, ({ n, density, seed }) => {
        const random = randomSource(seed);
        const matrix = randomMatrix(n, n, density, random);
        const order = randomPermutation(n, random);
        const result = permuteSymmetric(matrix, order);
        expect(isWellFormed(result)).toBe(true);
        const dense = denseOf(matrix);
        expect(denseOf(result)).toEqual(
          Array.from({ length: n }, (_, k) => Array.from({ length: n }, (_, l) => dense[order[k]][order[l]])),
        );
      }),
      runs,
    );
  });

  it("refuses what is not a permutation or not square", () => {
    const matrix = randomMatrix(3, 3, 1, randomSource(1));
    for (const order of [
      [0, 1],
      [0, 1, 1],
      [0, 1, 3],
      [0, 1, -1],
      [0, 1, 2, 3],
    ]) {
      expect(() => permuteSymmetric(matrix, Int32Array.from(order))).toThrow(code("invalid-permutation"));
    }
    expect(() => permuteSymmetric(randomMatrix(2, 3, 1, randomSource(1)), Int32Array.of(0, 1))).toThrow(
      code("not-square"),
    );
  });
});

describe("extractSubmatrix", () => {
  it("keeps the rows and columns asked for", () => {
    fc.assert(
      fc.property(sizes, ({ n, density, seed }) => {
        const random = randomSource(seed);
        const matrix = randomMatrix(n, n, density, random);
        const kept = Int32Array.from({ length: n }, (_, k) => k).filter(() => random() < 0.6);
        const result = extractSubmatrix(matrix, kept);
        expect(isWellFormed(result)).toBe(true);
        const dense = denseOf(matrix);
        expect(denseOf(result)).toEqual([...kept].map((row) => [...kept].map((col) => dense[row][col])));
      }),
      runs,
    );
  });

  it("refuses rows that do not ascend or lie outside", () => {
    const matrix = randomMatrix(3, 3, 1, randomSource(1));
    for (const kept of [[1, 0], [1, 1], [3], [-1]]) {
      expect(() => extractSubmatrix(matrix, Int32Array.from(kept))).toThrow(code("index-out-of-range"));
    }
    expect(() => extractSubmatrix(randomMatrix(2, 3, 1, randomSource(1)), Int32Array.of(0))).toThrow(
      code("not-square"),
    );
  });
});
