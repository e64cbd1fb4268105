import { SYMMETRIC_INDEX } from "../core/tensor.js";
import { tensorOffset } from "../fem/cell-input.js";
import type { PhaseCellData } from "./corrector-grid.js";
import type { Homogenization } from "./homogenize.js";

/**
 * What bounds say of the cells, for `createCorrectorGrid`: `indicator`, what a cell adds to the trace of U - L, um^2/ms;
 * `diffusion`, the mean of a over the cell, um^2/ms, a tensor by rows. Nothing where there are no bounds.
 */
export function boundsCellData({ bounds, correctors }: Homogenization): PhaseCellData[] {
  const phases = Object.entries(bounds);
  if (phases.length === 0) return [];
  const indicators = phases.map(([name, phase]) => [name, phase.indicators] as const);
  const diffusion = Object.entries(correctors).map(([name, { coefficient, phaseCells }]) => {
    const tensors = new Float64Array(9 * phaseCells.length);
    for (let i = 0; i < phaseCells.length; i++) {
      const offset = tensorOffset(coefficient, i);
      for (let e = 0; e < 9; e++) tensors[9 * i + e] = coefficient.tensors[offset + SYMMETRIC_INDEX[e]];
    }
    return [name, tensors] as const;
  });
  return [
    { name: "indicator", numComponents: 1, values: Object.fromEntries(indicators) },
    { name: "diffusion", numComponents: 9, values: Object.fromEntries(diffusion) },
  ];
}
