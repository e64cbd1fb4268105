import type { MeshFileFlags, WholeCellFlags } from "../command-options.js";
import { loadKernel } from "../../kernel/kernel.js";
import { formatJson } from "../format-json.js";
import { summarizeMesh } from "../mesh-summary.js";
import { formatMeshSummary } from "../mesh-table.js";
import { openMesh } from "../open-mesh.js";
import { formatGrid, formatSection } from "../tables.js";
import { withTerminal } from "../terminal.js";

/**
 * `erfem info`: prints what a mesh holds.
 *
 * @throws MeshError, PeriodicityError after printing, where the mesh is no periodic unit cell
 */
export async function runInfo(path: string, flags: MeshFileFlags & WholeCellFlags): Promise<void> {
  const kernel = await loadKernel();
  await withTerminal(flags, async (terminal) => {
    const { mesh, source, storedBytes } = await openMesh({ file: path }, terminal, { kernel, file: flags });
    terminal.progress.progress?.({ step: "measure" });
    const { summary, problem } = summarizeMesh(kernel, mesh, flags);
    for (const warning of summary.warnings) terminal.warn(warning);
    if (flags.json === true) {
      const facts = { ...source, bytes: storedBytes };
      terminal.print(formatJson({ schema: "erfem/mesh-info@1", ...facts, ...summary }));
    } else if (flags.quiet !== true) {
      const rows = [
        ["format", `${source.format}, ${storedBytes} bytes`],
        ["nodes", String(summary.nodes)],
        ["cells", String(summary.cells)],
        ["facets in the file", String(summary.facets)],
      ];
      terminal.print(`${formatSection(path, formatGrid(rows))}\n\n${formatMeshSummary(summary)}`);
      if (problem !== undefined) {
        terminal.print(`\nNO PERIODIC UNIT CELL: ${problem.message} [${problem.code}]`);
      }
    }
    if (problem !== undefined) throw problem;
  });
}
