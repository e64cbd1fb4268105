import { UsageError } from "../core/errors.js";
import type { CholeskyFactor } from "./factorize-cholesky.js";

/**
 * X = A^-1 B by L Y = P B, L^T Z = Y, X = P^T Z. Right-hand sides are taken three at a time, the rest one at a time.
 *
 * @param rhs B, numRows x numRhs, row-major
 * @returns X, numRows x numRhs, row-major
 * @throws UsageError `length-mismatch` where `rhs` has another size
 */
export function solveCholesky(factor: CholeskyFactor, rhs: Float64Array, numRhs: number): Float64Array {
  const { numRows, order } = factor.symbolic;
  if (rhs.length !== numRows * numRhs) {
    throw new UsageError(
      "length-mismatch",
      `${numRhs} right-hand sides for ${numRows} unknowns have length ${numRows * numRhs}, not ${rhs.length}`,
      { details: { numRows, numRhs, length: rhs.length } },
    );
  }
  const numPanels = factor.symbolic.panels.firstColumn.length - 1;
  const solution = new Float64Array(numRows * numRhs);
  for (let first = 0; first < numRhs;) {
    const lanes = numRhs - first >= 3 ? 3 : 1;
    const x = new Float64Array(numRows * lanes);
    for (let k = 0; k < numRows; k++) {
      for (let lane = 0; lane < lanes; lane++) {
        x[k * lanes + lane] = rhs[order[k] * numRhs + first + lane];
      }
    }
    for (let s = 0; s < numPanels; s++) {
      if (lanes === 3) forwardThree(factor, s, x);
      else forwardOne(factor, s, x);
    }
    for (let s = numPanels - 1; s >= 0; s--) {
      if (lanes === 3) backwardThree(factor, s, x);
      else backwardOne(factor, s, x);
    }
    for (let k = 0; k < numRows; k++) {
      for (let lane = 0; lane < lanes; lane++) {
        solution[order[k] * numRhs + first + lane] = x[k * lanes + lane];
      }
    }
    first += lanes;
  }
  return solution;
}

/** Solves for the columns of panel s and subtracts them from the rows below; one right-hand side. */
function forwardOne(factor: CholeskyFactor, s: number, x: Float64Array): void {
  const { values } = factor;
  const { panels, panelStart } = factor.symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const begin = firstColumn[s];
  const width = firstColumn[s + 1] - begin;
  const numBelow = rowStart[s + 1] - rowStart[s];
  let at = panelStart[s];
  for (let i = 0; i < width + numBelow; i++, at += width) {
    const inBlock = i < width;
    const to = inBlock ? begin + i : rows[rowStart[s] + i - width];
    const numKnown = inBlock ? i : width;
    let sum = 0;
    for (let j = 0, from = begin; j < numKnown; j++, from++) {
      const value = values[at + j];
      sum += value * x[from];
    }
    const diagonal = inBlock ? values[at + i] : 1;
    x[to] = (x[to] - sum) / diagonal;
  }
}

/** Subtracts the rows below from the columns of panel s and solves for these, with the transpose; one. */
function backwardOne(factor: CholeskyFactor, s: number, x: Float64Array): void {
  const { values } = factor;
  const { panels, panelStart } = factor.symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const begin = firstColumn[s];
  const width = firstColumn[s + 1] - begin;
  const numBelow = rowStart[s + 1] - rowStart[s];
  let at = panelStart[s] + (width + numBelow - 1) * width;
  for (let i = width + numBelow - 1; i >= 0; i--, at -= width) {
    const inBlock = i < width;
    const from = inBlock ? begin + i : rows[rowStart[s] + i - width];
    const diagonal = inBlock ? values[at + i] : 1;
    const known = x[from] / diagonal;
    if (inBlock) x[from] = known;
    const numKnown = inBlock ? i : width;
    for (let j = 0, to = begin; j < numKnown; j++, to++) {
      const value = values[at + j];
      x[to] -= value * known;
    }
  }
}

/** Solves for the columns of panel s and subtracts them from the rows below; three right-hand sides. */
function forwardThree(factor: CholeskyFactor, s: number, x: Float64Array): void {
  const { values } = factor;
  const { panels, panelStart } = factor.symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const begin = firstColumn[s];
  const width = firstColumn[s + 1] - begin;
  const numBelow = rowStart[s + 1] - rowStart[s];
  let at = panelStart[s];
  for (let i = 0; i < width + numBelow; i++, at += width) {
    const inBlock = i < width;
    const to = 3 * (inBlock ? begin + i : rows[rowStart[s] + i - width]);
    const numKnown = inBlock ? i : width;
    let sum0 = 0;
    let sum1 = 0;
    let sum2 = 0;
    for (let j = 0, from = 3 * begin; j < numKnown; j++, from += 3) {
      const value = values[at + j];
      sum0 += value * x[from];
      sum1 += value * x[from + 1];
      sum2 += value * x[from + 2];
    }
    const diagonal = inBlock ? values[at + i] : 1;
    x[to] = (x[to] - sum0) / diagonal;
    x[to + 1] = (x[to + 1] - sum1) / diagonal;
    x[to + 2] = (x[to + 2] - sum2) / diagonal;
  }
}

/** Subtracts the rows below from the columns of panel s and solves for these, with the transpose; three. */
function backwardThree(factor: CholeskyFactor, s: number, x: Float64Array): void {
  const { values } = factor;
  const { panels, panelStart } = factor.symbolic;
  const { firstColumn, rowStart, rows } = panels;
  const begin = firstColumn[s];
  const width = firstColumn[s + 1] - begin;
  const numBelow = rowStart[s + 1] - rowStart[s];
  let at = panelStart[s] + (width + numBelow - 1) * width;
  for (let i = width + numBelow - 1; i >= 0; i--, at -= width) {
    const inBlock = i < width;
    const from = 3 * (inBlock ? begin + i : rows[rowStart[s] + i - width]);
    const diagonal = inBlock ? values[at + i] : 1;
    const known0 = x[from] / diagonal;
    const known1 = x[from + 1] / diagonal;
    const known2 = x[from + 2] / diagonal;
    if (inBlock) {
      x[from] = known0;
      x[from + 1] = known1;
      x[from + 2] = known2;
    }
    const numKnown = inBlock ? i : width;
    for (let j = 0, to = 3 * begin; j < numKnown; j++, to += 3) {
      const value = values[at + j];
      x[to] -= value * known0;
      x[to + 1] -= value * known1;
      x[to + 2] -= value * known2;
    }
  }
}
