import { PeriodicityError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { compileFormula } from "../formula/formula.js";
import type { LevelSet } from "./level-set.js";

/** Points along each edge of a face at which a formula is compared with its value on the opposite face. */
const samples = 17;

/** Largest difference between opposite faces, relative to the largest value seen. */
const tolerance = 1e-9;

/**
 * The level set of a formula in x, y, z, negative inside.
 *
 * @throws UsageError `formula-...` from {@link compileFormula}
 * @throws PeriodicityError `formula-not-periodic` where it differs on opposite faces, with the place and by how much
 */
export async function createFormulaLevelSet(
  text: string,
  origin: Vector3,
  lengths: Vector3,
): Promise<LevelSet> {
  const formula = await compileFormula(text, ["x", "y", "z"]);
  const at = [0, 0, 0];
  const evaluate: LevelSet["evaluate"] = (points, numPoints, values) => {
    for (let i = 0; i < numPoints; i++) {
      for (let d = 0; d < 3; d++) at[d] = points[3 * i + d];
      values[i] = formula.evaluate(at);
    }
  };
  checkPeriodicity(text, formula.evaluate, origin, lengths);
  return { origin, lengths, evaluate };
}

function checkPeriodicity(
  text: string,
  evaluate: (point: readonly number[]) => number,
  origin: Vector3,
  lengths: Vector3,
): void {
  let largest = 0;
  let worst = { difference: 0, low: [0, 0, 0], axis: 0 };
  for (let axis = 0; axis < 3; axis++) {
    for (let sample = 0; sample < samples ** 2; sample++) {
      const [u, v] = [sample % samples, Math.floor(sample / samples)];
      const low = [...origin];
      low[(axis + 1) % 3] += ((u + 0.37) / samples) * lengths[(axis + 1) % 3];
      low[(axis + 2) % 3] += ((v + 0.37) / samples) * lengths[(axis + 2) % 3];
      const high = [...low];
      high[axis] += lengths[axis];
      const [a, b] = [evaluate(low), evaluate(high)];
      largest = Math.max(largest, Math.abs(a), Math.abs(b));
      const difference = Math.abs(a - b);
      if (difference > worst.difference) worst = { difference, low, axis };
    }
  }
  if (worst.difference <= tolerance * largest) return;
  const { low, axis, difference } = worst;
  throw new PeriodicityError(
    "formula-not-periodic",
    `"${text}" differs by ${difference.toPrecision(4)} between (${low.map((x) => Number(x.toPrecision(6))).join(", ")}) and ` +
      `the opposite face in ${"xyz"[axis]}; expected a function with the periods of the box, ${lengths.join(", ")}: use ` +
      `mod, or sines of 2 pi ${"xyz"[axis]} / ${lengths[axis]}`,
    { details: { formula: text, point: low, axis, difference } },
  );
}
