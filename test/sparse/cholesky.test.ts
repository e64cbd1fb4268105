import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KernelError } from "../../src/core/errors.js";
import { analyzeCholesky } from "../../src/sparse/analyze-cholesky.js";
import type { CsrMatrix } from "../../src/sparse/csr.js";
import { factorizeCholesky } from "../../src/sparse/factorize-cholesky.js";
import type { CholeskyFactor } from "../../src/sparse/factorize-cholesky.js";
import { multiplyBlock } from "../../src/sparse/multiply-block.js";
import { permuteSymmetric } from "../../src/sparse/permute-symmetric.js";
import { solveCholesky } from "../../src/sparse/solve-cholesky.js";
import {
  denseOf,
  eliminateNaively,
  graphMatrix,
  gridLaplacian,
  maxDifference,
  randomPermutation,
  randomSource,
  randomSpd,
  randomVector,
  sparseOf,
} from "./matrices.js";

/** The test matrices have entries of order 1 to 100 and condition numbers below 1e4: 1e4 roundings of 2^-53. */
const ROUND_OFF = 1e-12;
const runs = { seed: 2006, numRuns: 80 };
const code = (name: string): unknown => expect.objectContaining({ code: name });
const spd = fc.record({
  size: fc.integer({ min: 0, max: 60 }),
  density: fc.constantFrom(0, 0.03, 0.1, 0.3, 1),
  seed: fc.integer(),
});

/** L as a dense matrix. */
function denseFactor(factor: CholeskyFactor): number[][] {
  const { numRows, panels, panelStart } = factor.symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const dense = Array.from({ length: numRows }, () => new Array<number>(numRows).fill(0));
  for (let s = 0; s + 1 < firstColumn.length; s++) {
    const width = firstColumn[s + 1] - firstColumn[s];
    for (let i = 0; i < width + rowStart[s + 1] - rowStart[s]; i++) {
      const row = i < width ? firstColumn[s] + i : rows[rowStart[s] + i - width];
      for (let j = 0; j < width; j++) {
        const col = firstColumn[s] + j;
        if (col <= row) dense[row][col] = factor.values[panelStart[s] + i * width + j];
      }
    }
  }
  return dense;
}

/** Textbook Cholesky factorization of a dense matrix. */
function factorizeNaively(dense: number[][]): number[][] {
  const lower = dense.map((row) => row.map(() => 0));
  for (let i = 0; i < dense.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = dense[i][j];
      for (let k = 0; k < j; k++) sum -= lower[i][k] * lower[j][k];
      lower[i][j] = i === j ? Math.sqrt(sum) : sum / lower[j][j];
    }
  }
  return lower;
}

function solve(matrix: CsrMatrix, rhs: Float64Array, numRhs: number): Float64Array {
  return solveCholesky(factorizeCholesky(matrix, analyzeCholesky(matrix)), rhs, numRhs);
}

describe("analyzeCholesky", () => {
  it("predicts tree, column counts and entries of L as elimination makes them, for any order", () => {
    fc.assert(
      fc.property(spd, fc.boolean(), ({ size, density, seed }, given) => {
        const random = randomSource(seed);
        const matrix = randomSpd(size, density, random);
        const symbolic = analyzeCholesky(matrix, given ? { order: randomPermutation(size, random) } : {});
        const filled = eliminateNaively(matrix, symbolic.order);
        const columns = Array.from({ length: size }, (_, j) => filled.map((row) => row[j]));
        const counts = columns.map((column) => column.filter(Boolean).length);
        expect([...symbolic.columnCounts]).toEqual(counts);
        expect([...symbolic.parent]).toEqual(columns.map((column, j) => column.indexOf(true, j + 1)));
        expect(symbolic.numNonzeros).toBe(counts.reduce((sum, count) => sum + count, 0));
        expect(symbolic.numFlops).toBe(counts.reduce((sum, count) => sum + count * count, 0));
      }),
      runs,
    );
  });

  it("refines the order given without changing the fill", () => {
    const matrix = gridLaplacian(7, 6, 5);
    const order = randomPermutation(matrix.numRows, randomSource(2));
    const filled = eliminateNaively(matrix, order).flat().filter(Boolean).length;
    expect(analyzeCholesky(matrix, { order }).numNonzeros).toBe(filled);
  });

  it("stores few zeros: relaxed supernodes of a 3-D grid", () => {
    const symbolic = analyzeCholesky(gridLaplacian(16, 16, 16));
    // Measured 1.40 at this size (1.27 at 20^3); the merging rules allow for no more than half as much again.
    expect(symbolic.numStoredEntries / symbolic.numNonzeros).toBeLessThan(1.5);
  });

  it("refuses a factor that is too large, before it takes space for it", () => {
    const matrix = gridLaplacian(8, 8, 8);
    const { numStoredEntries } = analyzeCholesky(matrix);
    expect(() => analyzeCholesky(matrix, { maxFactorBytes: 4 * numStoredEntries })).toThrow(
      code("factor-too-large"),
    );
    // An arrow whose hub goes first fills up: 70000 * 70001 / 2 = 2.45e9 entries, more than 32-bit offsets hold.
    const size = 70_000;
    const arrow = graphMatrix(
      size,
      Array.from({ length: size - 1 }, (_, k) => [0, k + 1] as const),
    );
    const order = Int32Array.from({ length: size }, (_, k) => k);
    expect(() => analyzeCholesky(arrow, { order, maxFactorBytes: Infinity })).toThrow(
      expect.objectContaining({
        code: "factor-too-large",
        details: expect.objectContaining({ numNonzeros: (size * (size + 1)) / 2 }) as unknown,
      }),
    );
    expect(analyzeCholesky(arrow).numNonzeros).toBe(2 * size - 1);
  });

  it("refuses a matrix that is not square and an order that is none", () => {
    const matrix = gridLaplacian(3, 3, 1);
    expect(() => analyzeCholesky({ ...matrix, numCols: 10 })).toThrow(code("not-square"));
    expect(() => analyzeCholesky(matrix, { order: new Int32Array(9) })).toThrow(code("invalid-permutation"));
  });
});

describe("factorizeCholesky", () => {
  it("is the textbook factor of P A P^T, with as many entries as predicted", () => {
    fc.assert(
      fc.property(spd, ({ size, density, seed }) => {
        const matrix = randomSpd(size, density, randomSource(seed));
        const factor = factorizeCholesky(matrix, analyzeCholesky(matrix));
        const lower = denseFactor(factor);
        const expected = factorizeNaively(denseOf(permuteSymmetric(matrix, factor.symbolic.order)));
        expect(maxDifference(lower.flat(), expected.flat())).toBeLessThan(ROUND_OFF);
        // Random values do not cancel: what is not zero is the structure.
        expect(lower.flat().filter((value) => value !== 0).length).toBe(factor.symbolic.numNonzeros);
      }),
      runs,
    );
  });

  it("agrees on matrices with supernodes wider than a panel, with and without rows below", () => {
    const random = randomSource(9);
    for (const matrix of [randomSpd(200, 1, random), randomSpd(250, 0.08, random), gridLaplacian(9, 9, 9)]) {
      const factor = factorizeCholesky(matrix, analyzeCholesky(matrix));
      const { firstColumn } = factor.symbolic.panels;
      expect(firstColumn.length).toBeGreaterThan(3);
      const expected = factorizeNaively(denseOf(permuteSymmetric(matrix, factor.symbolic.order)));
      expect(maxDifference(denseFactor(factor).flat(), expected.flat())).toBeLessThan(ROUND_OFF);
    }
  });

  it("reuses the analysis for other values on the same pattern, and refuses another pattern", () => {
    const matrix = gridLaplacian(6, 6, 6);
    const symbolic = analyzeCholesky(matrix);
    const scaled = {
      ...matrix,
      rowStart: matrix.rowStart.slice(),
      columns: matrix.columns.slice(),
      values: matrix.values.map((value) => 4 * value),
    };
    const rhs = randomVector(216, randomSource(1));
    const once = solveCholesky(factorizeCholesky(matrix, symbolic), rhs, 1);
    // Scaling by 4 scales L by 2: exact.
    expect(solveCholesky(factorizeCholesky(scaled, symbolic), rhs, 1)).toEqual(once.map((x) => x / 4));
    const other = permuteSymmetric(matrix, randomPermutation(216, randomSource(1)));
    expect(() => factorizeCholesky(other, symbolic)).toThrow(code("pattern-mismatch"));
    expect(() => factorizeCholesky(gridLaplacian(5, 5, 5), symbolic)).toThrow(code("pattern-mismatch"));
  });

  it("reads only the entries on and below the diagonal", () => {
    const matrix = randomSpd(40, 0.2, randomSource(4));
    const spoiled = { ...matrix, values: matrix.values.slice() };
    for (let row = 0; row < 40; row++) {
      for (let k = matrix.rowStart[row]; k < matrix.rowStart[row + 1]; k++) {
        if (matrix.columns[k] > row) spoiled.values[k] = NaN;
      }
    }
    const rhs = randomVector(40, randomSource(5));
    expect(solve(spoiled, rhs, 1)).toEqual(solve(matrix, rhs, 1));
  });

  it("refuses an indefinite and a damaged matrix, naming the row", () => {
    const attempt = (matrix: CsrMatrix) => () => factorizeCholesky(matrix, analyzeCholesky(matrix));
    const matrix = gridLaplacian(5, 5, 5);
    const diagonalOf = (row: number): number => matrix.columns.indexOf(row, matrix.rowStart[row]);
    const withDiagonal = (row: number, value: number): CsrMatrix => ({
      ...matrix,
      values: matrix.values.with(diagonalOf(row), value),
    });
    expect(attempt(withDiagonal(62, 6))).not.toThrow();
    for (const value of [-6, 0, NaN, Infinity, -Infinity]) {
      expect(attempt(withDiagonal(62, value))).toThrow(code("not-positive-definite"));
    }
    // The first row eliminated has no fill: its pivot is its diagonal entry.
    const row = analyzeCholesky(matrix).order[0];
    expect(attempt(withDiagonal(row, -3))).toThrow(
      expect.objectContaining({ details: { row, pivot: -3, diagonal: -3 } }),
    );
    const noDiagonal = { ...graphMatrix(2, []), rowStart: Int32Array.of(0, 1, 1), columns: Int32Array.of(0) };
    expect(attempt(noDiagonal)).toThrow(
      expect.objectContaining({ details: { row: 1, pivot: 0, diagonal: 0 } }),
    );
  });

  it("refuses a singular matrix, whichever sign round-off gives its zero pivot", () => {
    let numPositive = 0;
    for (let seed = 0; seed < 40; seed++) {
      // A graph Laplacian: the constants are its null vector.
      const random = randomSource(seed);
      const size = 20 + 10 * seed;
      const dense = Array.from({ length: size }, () => new Array<number>(size).fill(0));
      for (let a = 1; a < size; a++) {
        for (let edge = 0; edge < 4; edge++) {
          const b = Math.floor(random() * a);
          const weight = 10 ** (4 * random());
          dense[a][b] -= weight;
          dense[b][a] -= weight;
          dense[a][a] += weight;
          dense[b][b] += weight;
        }
      }
      const matrix = sparseOf(dense, size);
      try {
        factorizeCholesky(matrix, analyzeCholesky(matrix));
        expect.fail(`seed ${seed} was factorized`);
      } catch (error) {
        expect(error).toEqual(code("not-positive-definite"));
        if (error instanceof KernelError && Number(error.details["pivot"]) > 0) numPositive++;
      }
    }
    // Otherwise the sign alone would have found them.
    expect(numPositive).toBeGreaterThan(5);
  });
});

describe("solveCholesky", () => {
  it("inverts the matrix, and solves a block as each of its vectors", () => {
    fc.assert(
      fc.property(spd, fc.integer({ min: 0, max: 7 }), ({ size, density, seed }, numRhs) => {
        const random = randomSource(seed);
        const matrix = randomSpd(size, density, random);
        const factor = factorizeCholesky(matrix, analyzeCholesky(matrix));
        const x = randomVector(size * numRhs, random);
        const rhs = multiplyBlock(matrix, x, numRhs);
        const unchanged = rhs.slice();
        const solution = solveCholesky(factor, rhs, numRhs);
        expect(rhs).toEqual(unchanged);
        expect(maxDifference(solution, x)).toBeLessThan(ROUND_OFF);
        for (let column = 0; column < numRhs; column++) {
          const alone = rhs.filter((_, k) => k % numRhs === column);
          // The same operations in the same order: equal to the last bit.
          expect(solveCholesky(factor, alone, 1)).toEqual(solution.filter((_, k) => k % numRhs === column));
        }
      }),
      runs,
    );
  });

  it("solves grid problems, whatever the numbering", () => {
    for (const matrix of [gridLaplacian(40, 50, 1), gridLaplacian(12, 11, 13)]) {
      const random = randomSource(6);
      const { numRows } = matrix;
      const rhs = randomVector(numRows * 3, random);
      const solution = solve(matrix, rhs, 3);
      expect(maxDifference(multiplyBlock(matrix, solution, 3), rhs)).toBeLessThan(ROUND_OFF);

      const order = randomPermutation(numRows, random);
      const take = (x: Float64Array): Float64Array =>
        x.map((_, k) => x[order[Math.floor(k / 3)] * 3 + (k % 3)]);
      const shuffled = solve(permuteSymmetric(matrix, order), take(rhs), 3);
      expect(maxDifference(shuffled, take(solution))).toBeLessThan(ROUND_OFF);
    }
  });

  it("refuses a right-hand side of the wrong length", () => {
    const matrix = gridLaplacian(3, 3, 1);
    const factor = factorizeCholesky(matrix, analyzeCholesky(matrix));
    expect(() => solveCholesky(factor, new Float64Array(10), 1)).toThrow(code("length-mismatch"));
  });
});
