import { KernelError, UsageError } from "../core/errors.js";
import type { CsrSystem, LinearSystem } from "./linear-solver.js";
import { isInKernel } from "./system-matrix.js";

/**
 * Checks that the arrays of a system fit together and hold finite numbers: what every solver does first.
 *
 * @throws UsageError `system-size-mismatch` where sizes, offsets, columns or components contradict each other
 * @throws KernelError `not-finite` for a NaN or an infinity in the matrix or in a right-hand side
 */
export function checkSystem(system: CsrSystem): void {
  checkSizes(system);
  const { matrix, rhs, component, numComponents } = system;
  const { numRows, rowStart, columns, values } = matrix;
  for (let row = 0; row < component.length; row++) {
    const c = component[row];
    if (c < 0 || c >= numComponents) {
      throw createSizeError(`component of unknown ${row}`, c, `0 <= component < ${numComponents}`);
    }
  }
  checkPattern(numRows, rowStart, columns);
  checkFinite("matrix", values);
  checkFinite("right-hand side", rhs);
}

/**
 * Checks that the arrays of a system have the lengths they should have, without looking into them.
 *
 * @throws UsageError `system-size-mismatch`
 */
export function checkSizes(system: LinearSystem): void {
  const { matrix, rhs, numRhs, component, numComponents } = system;
  const { numRows } = matrix;
  if (!isInKernel(matrix)) {
    const { numCols, rowStart, columns, values } = matrix;
    requireSize("number of columns", numCols, numRows);
    requireSize("length of rowStart", rowStart.length, numRows + 1);
    const numEntries = rowStart[numRows];
    requireSize("length of columns", columns.length, numEntries);
    requireSize("length of values", values.length, numEntries);
  }
  if (!Number.isInteger(numRhs) || numRhs < 1) throw createSizeError("numRhs", numRhs, "a positive integer");
  requireSize("length of rhs", rhs.length, numRows * numRhs);
  requireSize("length of component", component.length, numComponents === 0 ? 0 : numRows);
}

function checkPattern(numRows: number, rowStart: Int32Array, columns: Int32Array): void {
  requireSize("first of rowStart", rowStart[0], 0);
  for (let row = 0; row < numRows; row++) {
    if (rowStart[row + 1] < rowStart[row]) {
      throw createSizeError(`rowStart[${row + 1}]`, rowStart[row + 1], `at least ${rowStart[row]}`);
    }
    let previous = -1;
    for (let k = rowStart[row]; k < rowStart[row + 1]; k++) {
      if (columns[k] <= previous || columns[k] >= numRows) {
        throw createSizeError(`column in row ${row}`, columns[k], `ascending columns below ${numRows}`);
      }
      previous = columns[k];
    }
  }
}

function checkFinite(what: string, numbers: Float64Array): void {
  for (let at = 0; at < numbers.length; at++) {
    if (Number.isFinite(numbers[at])) continue;
    throw new KernelError(
      "not-finite",
      `The ${what} of the linear system holds ${numbers[at]} at position ${at}; expected finite numbers. Check the ` +
        "diffusion coefficients and the mesh.",
      { details: { what, index: at, value: numbers[at] } },
    );
  }
}

function requireSize(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw createSizeError(what, actual, String(expected));
}

function createSizeError(what: string, actual: number, expected: string): UsageError {
  return new UsageError(
    "system-size-mismatch",
    `The linear system does not fit together: ${what} is ${actual}, expected ${expected}.`,
    { details: { what, actual, expected } },
  );
}
