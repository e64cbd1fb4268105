import { ConvergenceError, UsageError } from "../core/errors.js";

/**
 * Ends the integration where steps cannot become shorter.
 *
 * @param time where the failing step begins, s
 * @param step the length that it would need, s
 * @param least the least length allowed, s
 * @param reason why it failed; `capacity` for rates that the concentrations do not determine
 * @throws UsageError `capacity-matrix-not-positive`
 * @throws ConvergenceError `step-too-small`
 */
export function refuseStep(time: number, step: number, least: number, reason: string): never {
  if (reason === "capacity") {
    throw new UsageError(
      "capacity-matrix-not-positive",
      `after t = ${time} s the reaction depends on du/dt so that C - dR/d(du/dt) is not positive; reduce that ` +
        "dependence below the capacity",
      { details: { time } },
    );
  }
  throw new ConvergenceError(
    "step-too-small",
    `the step after t = ${time} s fails (${reason}) and would have to be ${step} s; the least allowed is ${least} s. ` +
      "Check the reaction and its derivatives, or loosen the tolerances",
    { details: { time, step, reason } },
  );
}
