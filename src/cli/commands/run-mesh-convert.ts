import { writeMsh } from "../../io/msh-writer.js";
import { writeFileAtomically } from "../../node/files.js";
import { describeFormat } from "../../node/read-mesh.js";
import type { MeshFileFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { openMesh } from "../open-mesh.js";
import { checkOutput } from "../output-file.js";
import { formatGrid, formatSection } from "../tables.js";
import { withTerminal } from "../terminal.js";

/** Flags of `erfem mesh convert`. */
export interface MeshConvertFlags extends MeshFileFlags {
  readonly output: string;
  readonly format: "msh41" | "msh22";
  readonly ascii?: boolean;
}

/**
 * `erfem mesh convert`: writes a mesh of any format that is read as .msh.
 *
 * @throws ErfemError of every class; the output file is then what it was before
 */
export async function runMeshConvert(path: string, flags: MeshConvertFlags): Promise<void> {
  const { output } = flags;
  await checkOutput(output, path);
  await withTerminal(flags, async (terminal) => {
    const { mesh, source } = await openMesh({ file: path }, terminal, { file: flags });
    const bytes = writeMsh(mesh, {
      version: flags.format === "msh41" ? "4.1" : "2.2",
      binary: flags.ascii !== true,
    });
    await writeFileAtomically(output, bytes);
    const { warnings } = mesh.report;
    for (const warning of warnings) terminal.warn(warning);
    const format = describeFormat(bytes);
    const volumes = mesh.volumes.map(({ name }) => name);
    const facts = { nodes: mesh.numNodes, cells: mesh.numCells, volumes };
    if (flags.json === true) {
      const written = { file: output, format, bytes: bytes.length };
      terminal.print(
        formatJson({ schema: "erfem/mesh-conversion@1", ...written, ...facts, source, warnings }),
      );
    } else if (flags.quiet !== true) {
      const rows = [
        ["format", `${format}, ${bytes.length} bytes, from ${source.format}`],
        ["nodes", String(mesh.numNodes)],
        ["cells", String(mesh.numCells)],
        ["volumes", volumes.join(", ")],
      ];
      terminal.print(formatSection(output, formatGrid(rows)));
    }
  });
}
