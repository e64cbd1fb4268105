import { basename, extname } from "node:path";
import { ErfemError, UsageError } from "../../core/errors.js";
import { parseMsh } from "../../io/parse-msh.js";
import { loadKernel } from "../../kernel/kernel.js";
import { builtInGeometries, openGeometry } from "../../node/geometries.js";
import type { MeshedGeometry } from "../../node/gmsh.js";
import { meshUnitCell } from "../../node/mesh-unit-cell.js";
import type { WholeCellFlags } from "../command-options.js";
import { formatJson } from "../format-json.js";
import { runInterruptible } from "../interrupt.js";
import { describeFormat } from "../../node/read-mesh.js";
import { summarizeMesh, type MeshSummary } from "../mesh-summary.js";
import { formatPhases } from "../mesh-table.js";
import { checkOutput } from "../output-file.js";
import { toRecord, type NamedValue } from "../parse-options.js";
import { formatGrid, formatSection } from "../tables.js";
import { withTerminal, type OutputFlags } from "../terminal.js";

/** Flags of `erfem mesh`. */
export interface MeshCommandFlags extends WholeCellFlags, OutputFlags {
  readonly set?: NamedValue<number>[];
  readonly size?: number;
  readonly format: "msh41" | "msh22";
  readonly ascii?: boolean;
  readonly algorithm?: "delaunay" | "hxt";
  readonly output?: string;
  readonly list?: boolean;
  readonly help?: boolean;
}

/**
 * `erfem mesh`: meshes a geometry with Gmsh, checks that the mesh is a periodic unit cell, and says what it holds.
 *
 * @throws ErfemError of every class; the output file is then what it was before
 */
export async function runMesh(geometry: string | undefined, flags: MeshCommandFlags): Promise<void> {
  if (geometry === undefined) {
    throw new UsageError(
      "geometry-missing",
      `no geometry is named; expected one of ${builtInGeometries.join(", ")} or the path of a Gmsh .geo file`,
    );
  }
  const set = toRecord(flags.set ?? [], "--set");
  const output = flags.output ?? `${basename(geometry, extname(geometry))}.msh`;
  await checkOutput(output, (await openGeometry(geometry)).path);
  await withTerminal(flags, async (terminal) => {
    const kernel = await loadKernel();
    let checked: { readonly summary: MeshSummary; readonly format: string } | undefined;
    const meshed = await runInterruptible((signal) =>
      meshUnitCell({
        ...terminal.progress,
        geo: geometry,
        output,
        set,
        format: flags.format,
        ascii: flags.ascii ?? false,
        ...(flags.algorithm === undefined ? {} : { algorithm: flags.algorithm }),
        ...(flags.size === undefined ? {} : { size: flags.size }),
        signal,
        verify(bytes) {
          const { summary, problem } = summarizeMesh(kernel, parseMsh(bytes, { kernel }), flags);
          if (problem !== undefined) throw problem;
          checked = { summary, format: describeFormat(bytes) };
        },
      }),
    );
    if (checked === undefined) throw new ErfemError("mesh-unchecked", `the mesh ${output} was not checked`);
    const { summary, format } = checked;
    const warnings = [...meshed.warnings.map((warning) => `Gmsh: ${warning}`), ...summary.warnings];
    for (const warning of warnings) terminal.warn(warning);
    if (flags.json === true) terminal.print(formatJson(toJson(meshed, summary, format, warnings)));
    else if (flags.quiet !== true) terminal.print(formatMeshed(meshed, summary, format));
  });
}

/** `erfem mesh --list`: the built-in geometries, or one that is named, with their parameters and defaults. */
export async function showGeometries(name: string | undefined, flags: MeshCommandFlags): Promise<void> {
  await withTerminal(flags, async (terminal) => {
    const geometries = [];
    for (const geometry of name === undefined ? builtInGeometries : [name]) {
      const { path, parameters } = await openGeometry(geometry);
      geometries.push({ name: geometry, path, parameters });
    }
    if (flags.json === true) {
      terminal.print(formatJson({ schema: "erfem/geometries@1", geometries }));
      return;
    }
    const sections = geometries.map(({ name: title, parameters }) =>
      formatSection(
        `Parameters of ${title}, for --set name=value:`,
        formatGrid(parameters.map((p) => [p.name, `= ${p.defaultText}`, p.label])),
      ),
    );
    terminal.print(sections.join("\n\n"));
  });
}

function formatMeshed(meshed: MeshedGeometry, summary: MeshSummary, format: string): string {
  const rows = [
    ["format", `${format}, ${meshed.bytes} bytes`],
    ["nodes", String(summary.nodes)],
    ["cells", String(summary.cells)],
  ];
  return `${formatSection(meshed.output, formatGrid(rows))}\n\n${formatPhases(summary)}`;
}

function toJson(
  meshed: MeshedGeometry,
  summary: MeshSummary,
  format: string,
  warnings: readonly string[],
): object {
  return {
    schema: "erfem/mesh@1",
    file: meshed.output,
    format,
    bytes: meshed.bytes,
    nodes: summary.nodes,
    cells: summary.cells,
    phases: summary.phases,
    periodic: summary.periodic,
    command: meshed.command,
    gmshVersion: meshed.gmshVersion,
    warnings,
  };
}
