import { parseMsh } from "../io/parse-msh.js";
import { loadKernel } from "../kernel/kernel.js";
import type { LevelSet } from "../meshing/level-set.js";
import { describeFormat } from "../node/read-mesh.js";
import { writeLevelSetMesh, type WriteLevelSetOptions } from "../node/write-level-set-mesh.js";
import { formatJson } from "./format-json.js";
import { summarizeMesh, type MeshSummary } from "./mesh-summary.js";
import { formatPhases } from "./mesh-table.js";
import { formatGrid, formatSection, type GridCell } from "./tables.js";
import type { OutputFlags, Terminal } from "./terminal.js";

/** Flags of the commands that mesh level sets. */
export interface LevelSetFlags extends OutputFlags {
  readonly format: "msh41" | "msh22";
  readonly ascii?: boolean;
  readonly output: string;
}

/** A number for the table of a command and for its JSON. */
export interface ReportedNumber {
  readonly name: string;
  readonly key: string;
  readonly value: number;
}

/**
 * Meshes a level set into a file, checks that the file holds a periodic unit cell, and says what it holds.
 *
 * @param describe what else to tell of the mesh made
 * @throws ErfemError of every class; the output file is then what it was before
 */
export async function writeLevelSet(
  levelSet: LevelSet,
  options: Omit<WriteLevelSetOptions, "output" | "format" | "ascii" | "verify" | "progress">,
  flags: LevelSetFlags,
  terminal: Terminal,
  describe: (summary: MeshSummary, report: { volume: number; area: number }) => readonly ReportedNumber[],
): Promise<void> {
  const kernel = await loadKernel();
  let summary: MeshSummary | undefined;
  let format = "";
  const written = await writeLevelSetMesh(levelSet, {
    ...options,
    ...terminal.progress,
    output: flags.output,
    format: flags.format,
    ascii: flags.ascii ?? false,
    verify(bytes) {
      const checked = summarizeMesh(kernel, parseMsh(bytes, { kernel }), {});
      if (checked.problem !== undefined) throw checked.problem;
      summary = checked.summary;
      format = describeFormat(bytes);
    },
  });
  if (summary === undefined) return;
  for (const warning of summary.warnings) terminal.warn(warning);
  const { dihedral, guaranteedDihedral, snappedNodes, volume, area } = written.report;
  const reported = describe(summary, { volume, area });
  if (flags.json === true) {
    terminal.print(
      formatJson({
        schema: "erfem/mesh@1",
        file: flags.output,
        format,
        bytes: written.bytes,
        nodes: summary.nodes,
        cells: summary.cells,
        phases: summary.phases,
        periodic: summary.periodic,
        dihedralDegrees: dihedral,
        guaranteedDihedralDegrees: guaranteedDihedral,
        snappedNodes,
        ...Object.fromEntries(reported.map(({ key, value }) => [key, value])),
        warnings: summary.warnings,
      }),
    );
  } else if (flags.quiet !== true) {
    const rows: GridCell[][] = [
      ["format", `${format}, ${written.bytes} bytes`],
      ["nodes", String(summary.nodes)],
      ["cells", String(summary.cells)],
      ["dihedral angles", `${formatRange(dihedral)} degrees`],
      ["guaranteed", `${formatRange(guaranteedDihedral)} degrees`],
      ...reported.map(({ name, value }): GridCell[] => [name, value]),
    ];
    terminal.print(`${formatSection(flags.output, formatGrid(rows))}\n\n${formatPhases(summary)}`);
  }
}

function formatRange({ smallest, largest }: { smallest: number; largest: number }): string {
  return `${smallest.toFixed(1)} to ${largest.toFixed(1)}`;
}
