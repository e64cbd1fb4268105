import { UsageError } from "../core/errors.js";
import type { ResolveOptions } from "./resolve-options.js";

/** Cells of the macroscopic mesh along the block. */
const LEAST_CELLS = 8;

/**
 * Refuses numbers that no comparison can have.
 *
 * @throws UsageError `copies-invalid`, `length-invalid`, `steps-invalid`, `macroscopic-cells-invalid`
 */
export function checkResolveOptions(options: ResolveOptions): void {
  const { copies, length, slabLength = 0, end, steps, macroscopicCells = LEAST_CELLS } = options;
  const isAscending = copies.every((n, i) => Number.isInteger(n) && n >= 1 && (i === 0 || n > copies[i - 1]));
  if (copies.length === 0 || !isAscending) {
    throw new UsageError(
      "copies-invalid",
      `the numbers of copies are ${copies.join(", ")}; expected whole numbers from 1 on in ascending order`,
      { details: { copies: [...copies] } },
    );
  }
  if (!(length > 0 && slabLength >= 0 && end > 0) || !Number.isFinite(length + slabLength + end)) {
    throw new UsageError(
      "length-invalid",
      `the block is ${length} um long, the slab ${slabLength} um, the time ${end} s; expected a length and a time > 0, and ` +
        "a slab of 0 or more",
      { details: { length, slabLength, end } },
    );
  }
  if (!(Number.isInteger(steps) && steps >= 1)) {
    throw new UsageError("steps-invalid", `there are ${steps} steps; expected a whole number from 1 on`, {
      details: { steps },
    });
  }
  if (Number.isInteger(macroscopicCells / 2) && macroscopicCells >= LEAST_CELLS) return;
  throw new UsageError(
    "macroscopic-cells-invalid",
    `the macroscopic mesh has ${macroscopicCells} cells along the block; expected an even number from ${LEAST_CELLS} on`,
    { details: { macroscopicCells } },
  );
}
