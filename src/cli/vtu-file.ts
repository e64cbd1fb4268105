import { boundsCellData } from "../homogenization/bounds-cell-data.js";
import { createCorrectorGrid } from "../homogenization/corrector-grid.js";
import type { Homogenization } from "../homogenization/homogenize.js";
import { writeVtu } from "../io/vtu-writer.js";
import { writeOutput } from "./output-file.js";
import type { Terminal } from "./terminal.js";

/**
 * Writes the correctors, and what belongs to bounds where there are any, for ParaView, whole or not at all.
 *
 * @returns seconds of wall time
 * @throws UsageError `output-unwritable`
 */
export async function writeVtuFile(
  path: string,
  homogenization: Homogenization,
  terminal: Terminal,
): Promise<number> {
  const start = performance.now();
  terminal.progress.progress?.({ step: "write VTU" });
  const bytes = await writeVtu(
    createCorrectorGrid(homogenization, boundsCellData(homogenization)),
    terminal.progress,
  );
  await writeOutput(path, bytes);
  return (performance.now() - start) / 1000;
}
