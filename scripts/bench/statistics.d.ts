export function median(values: readonly number[]): number;
export function summarize(values: readonly number[]): { median: number; minimum: number; runs: number };
export function growthExponent(
  smallSize: number,
  smallTime: number,
  largeSize: number,
  largeTime: number,
): number;
export function tensorDifference(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): number;
export function leastBytesMoved(run: {
  entries: number;
  dofs: number;
  numRhs: number;
  iterations: number;
}): number;
export function parseCount(text: string): number;
