import { ParseError } from "../../core/errors.js";
import { writeMsh } from "../../io/msh-writer.js";
import { parseMsh } from "../../io/parse-msh.js";
import { parseSurface } from "../../io/parse-surface.js";
import type { SurfaceFile } from "../../io/surface-file.js";
import { loadKernel } from "../../kernel/kernel.js";
import type { Box } from "../../meshing/surface/triangle-surface.js";
import { readFileBytes, writeFileAtomically } from "../../node/files.js";
import { meshSurface } from "../../node/mesh-surface.js";
import { describeFormat } from "../../node/read-mesh.js";
import { formatJson } from "../format-json.js";
import { runInterruptible } from "../interrupt.js";
import { summarizeMesh } from "../mesh-summary.js";
import { formatPhases } from "../mesh-table.js";
import { checkOutput } from "../output-file.js";
import { formatGrid, formatSection, type GridCell } from "../tables.js";
import { withTerminal, type OutputFlags } from "../terminal.js";

/** Flags of `erfem mesh surface`. */
export interface MeshSurfaceFlags extends OutputFlags {
  readonly box?: Box;
  readonly size?: number;
  readonly angle?: number;
  readonly grading?: number;
  readonly mesher: "gmsh" | "lattice";
  readonly format: "msh41" | "msh22";
  readonly ascii?: boolean;
  readonly output: string;
  readonly maxBytes?: number;
}

/**
 * `erfem mesh surface`: meshes both sides of a triangulated surface, and says what was mended and how far volume and area
 * moved.
 *
 * @throws ParseError, MeshError, UsageError; the output file is then what it was before
 */
export async function runMeshSurface(file: string, flags: MeshSurfaceFlags): Promise<void> {
  await checkOutput(flags.output, file);
  await withTerminal(flags, async (terminal) => {
    terminal.progress.progress?.({ step: "read the surface" });
    const given = await readSurface(file, flags.maxBytes);
    const kernel = await loadKernel();
    const made = await runInterruptible((signal) =>
      meshSurface(given, {
        ...terminal.progress,
        kernel,
        signal,
        mesher: flags.mesher,
        ...(flags.box === undefined ? {} : { box: flags.box }),
        ...(flags.size === undefined ? {} : { size: flags.size }),
        ...(flags.grading === undefined ? {} : { grading: flags.grading }),
        ...(flags.angle === undefined ? {} : { angleDegrees: flags.angle }),
      }),
    );
    for (const warning of made.warnings) terminal.warn(warning);
    terminal.progress.progress?.({ step: "write the mesh" });
    const bytes = writeMsh(made.mesh, {
      version: flags.format === "msh41" ? "4.1" : "2.2",
      binary: flags.ascii !== true,
    });
    const { summary, problem } = summarizeMesh(kernel, parseMsh(bytes, { kernel }), {});
    if (problem !== undefined && made.isPeriodic) throw problem;
    await writeFileAtomically(flags.output, bytes);
    for (const warning of summary.warnings) terminal.warn(warning);
    const format = describeFormat(bytes);
    const { surfaceVolume } = made;
    const meshVolume = summary.phases?.find(({ name }) => name === "ER")?.volume ?? 0;
    const meshArea = summary.surfaces.at(0)?.measure ?? summary.periodic?.membrane.area ?? 0;
    if (flags.json === true) {
      terminal.print(
        formatJson({
          schema: "erfem/mesh@1",
          file: flags.output,
          format,
          bytes: bytes.length,
          nodes: summary.nodes,
          cells: summary.cells,
          phases: summary.phases,
          periodic: summary.periodic,
          quality: summary.quality,
          mesher: made.mesher,
          size: made.size,
          box: made.box,
          surface: {
            file,
            format: given.format,
            ...made.surface,
            volume: surfaceVolume,
            isPeriodic: made.isPeriodic,
          },
          meshVolume,
          meshArea,
          warnings: [...made.warnings, ...summary.warnings],
        }),
      );
    } else if (flags.quiet !== true) {
      const { numTriangles, numComponents, area } = made.surface;
      const rows: GridCell[][] = [
        ["format", `${format}, ${bytes.length} bytes`],
        ["surface", `${given.format}, ${numTriangles} triangles in the box, ${numComponents} components`],
        ["nodes", String(summary.nodes)],
        ["cells", String(summary.cells)],
        [
          "dihedral angles",
          `${summary.quality.minDihedralDegrees.toFixed(1)} to ${summary.quality.maxDihedralDegrees.toFixed(1)} degrees`,
        ],
      ];
      const moved: GridCell[][] = [
        ["", "of the file", "of the mesh", "moved by"],
        ["volume of the ER", surfaceVolume, meshVolume, formatMove(meshVolume, surfaceVolume)],
        ["area of the membrane", area, meshArea, formatMove(meshArea, area)],
      ];
      const sections = [
        formatSection(flags.output, formatGrid(rows)),
        formatSection("The surface in the box", formatGrid(moved)),
        formatPhases(summary),
      ];
      terminal.print(sections.join("\n\n"));
    }
  });
}

/** By how much a number of the mesh differs from that of the file, `-1.9 %`; below 1e-9 it is round-off. */
function formatMove(mesh: number, given: number): string {
  const share = mesh / given - 1;
  return Math.abs(share) < 1e-9 ? "0" : `${(100 * share).toPrecision(3)} %`;
}

async function readSurface(file: string, maxBytes: number | undefined): Promise<SurfaceFile> {
  const bytes = await readFileBytes(file, maxBytes);
  try {
    return parseSurface(bytes, file);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new ParseError(error.code, `${file}: ${error.message}`, {
      cause: error,
      details: { ...error.details, file },
    });
  }
}
