import { simulateModel } from "../../node/simulate.js";
import type { OutputFlags } from "../terminal.js";
import { formatJson } from "../format-json.js";
import { formatSimulation } from "../simulation-table.js";
import { withTerminal } from "../terminal.js";

/** Flags of `erfem simulate`. */
export interface SimulateFlags extends OutputFlags {
  readonly output: string;
  readonly resume?: boolean;
  readonly allowUndershoot?: boolean;
  readonly maxBytes?: number;
}

/**
 * `erfem simulate`: runs a model file into a folder and prints its summary.
 *
 * @throws ErfemError of every class
 */
export async function runSimulate(model: string, flags: SimulateFlags): Promise<void> {
  const { output: folder, resume = false, allowUndershoot = false, maxBytes } = flags;
  await withTerminal(flags, async (terminal) => {
    const result = await simulateModel(model, {
      folder,
      resume,
      allowUndershoot,
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...terminal.progress,
    });
    for (const warning of result.warnings) terminal.warn(warning);
    if (flags.json === true) terminal.print(formatJson(result));
    else if (flags.quiet !== true) terminal.print(formatSimulation(result, folder));
  });
}
