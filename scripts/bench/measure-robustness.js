import { ownCommand } from "./programs.js";
import { lastJson, runProgram } from "./run-program.js";

/** Unknowns of a full grid, about. */
const UNKNOWNS = 5e4;
const TOLERANCE = 1e-8;
const REPEATS = 2;

/** Systems that are hard on the solver, in a process of its own: `{tolerance, rows}`, one row a system. */
export async function measureRobustness({ cores, log }) {
  log("\nhard systems: some minutes");
  const command = ownCommand("robustness.js", UNKNOWNS, TOLERANCE, REPEATS);
  return lastJson((await runProgram(command, cores)).stdout);
}
