import { KernelError } from "../core/errors.js";

/** What a kernel function answers; see wasm/kernel.h. */
export const KernelStatus = {
  ok: 0,
  running: 1,
  iterationLimit: 2,
  stagnated: 3,
  outOfMemory: 4,
  notPositiveDefinite: 5,
  notFinite: 6,
  badArgument: 7,
} as const;

/** KernelError `kernel-out-of-memory`: wasm memory ends at 4 GiB, or earlier where the machine has less. */
export function createOutOfMemoryError(
  operation: string,
  facts: { readonly heapBytes: number; readonly cause?: unknown },
): KernelError {
  return new KernelError(
    "kernel-out-of-memory",
    `The WebAssembly kernel ran out of memory in ${operation}, at a heap of ${facts.heapBytes} bytes (limit 4 GiB); ` +
      "use an iterative solver, a coarser mesh or a machine with more memory.",
    { cause: facts.cause, details: { operation, heapBytes: facts.heapBytes } },
  );
}

/** What is known where a status came up. */
export interface StatusFacts {
  readonly operation: string;
  /** The unknown it is about, if any; -1 for none. */
  readonly unknown?: number;
  readonly heapBytes: number;
}

/** The KernelError for a status that is a failure of the input or of memory, for whatever an operation was called. */
export function createStatusError(status: number, facts: StatusFacts): KernelError {
  const { operation, unknown = -1, heapBytes } = facts;
  const where = unknown >= 0 ? ` at unknown ${unknown}` : "";
  const details = { operation, status, ...(unknown >= 0 ? { unknown } : {}) };
  switch (status) {
    case KernelStatus.outOfMemory:
      return createOutOfMemoryError(operation, { heapBytes });
    case KernelStatus.notPositiveDefinite:
      return new KernelError(
        "not-positive-definite",
        `The matrix is not positive definite${where} (${operation}); check for negative diffusion, inverted cells, ` +
          "or a singular component that was not declared.",
        { details },
      );
    case KernelStatus.notFinite:
      return new KernelError(
        "not-finite",
        `A number in the linear system is NaN or infinite, or overflowed${where} (${operation}); expected finite ` +
          "numbers.",
        { details },
      );
    default:
      return new KernelError(
        "kernel-bad-argument",
        `The WebAssembly kernel refused its input${where} (${operation}, status ${status}); expected a square matrix ` +
          "in compressed sparse rows with ascending columns.",
        { details },
      );
  }
}
