import { Option, type Command } from "commander";
import type { PhaseSpec } from "../mesh/phases.js";
import { DEFAULT_GRADING } from "../meshing/level-set.js";
import type { UnitCellSource } from "../mesh/lattice.js";
import type { GivenUnitCell, UnitCellOptions } from "../mesh/unit-cell.js";
import { collect, parsePhase, parsePositive, parsePositiveInteger, parseUnitCell } from "./parse-options.js";
import type { OutputFlags } from "./terminal.js";

/** Flags that say how a mesh is understood. */
export interface MeshFlags {
  readonly phase?: PhaseSpec[];
  readonly unitCell?: GivenUnitCell;
  readonly homogeneous?: boolean;
  readonly periodicTolerance?: number;
}

/** Flags of a command that takes meshes of whole cells, too. */
export interface WholeCellFlags extends MeshFlags {
  readonly wholeCell?: boolean;
}

/** Declares --whole-cell. */
export function addWholeCellOption(command: Command): Command {
  return command.option(
    "--whole-cell",
    "the mesh is that of a whole cell, for erfem simulate: no periodic unit cell is looked for",
  );
}

/** Flags of a command that reads a mesh file. */
export interface MeshFileFlags extends MeshFlags, OutputFlags {
  readonly maxBytes?: number;
  /** Cell array of VTU and XDMF files that tells the regions. */
  readonly regionArray?: string;
  /** Second file of DOLFIN XML, with the regions. */
  readonly regionFile?: string;
}

/** Declares --grading, of the meshes made without Gmsh. */
export function addGradingOption(command: Command): Command {
  return command.option(
    "--grading <k>",
    `factor of coarsening far from the membrane, a power of two; 1 is uniform (default: ${DEFAULT_GRADING})`,
    (text) => parsePositiveInteger(text, "--grading"),
  );
}

/** Declares --max-bytes, --region-array and --region-file, of the mesh file that is read. */
export function addMeshFileOptions(command: Command): Command {
  return addMaxBytesOption(command)
    .option(
      "--region-array <name>",
      "cell array of a .vtu or .xdmf that tells the regions; none for a single one (default: one with a usual name)",
    )
    .option(
      "--region-file <file>",
      "second file of a DOLFIN .xml mesh, with the regions of its cells (default: <mesh>_physical_region.xml beside it)",
    );
}

/** How the flags have a mesh file read. */
export function toMeshFileOptions(flags: MeshFileFlags): MeshFileFlags {
  const { maxBytes, regionArray, regionFile } = flags;
  return {
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(regionArray === undefined ? {} : { regionArray }),
    ...(regionFile === undefined ? {} : { regionFile }),
  };
}

/** Declares --phase, --unit-cell, --homogeneous and --periodic-tolerance. */
export function addMeshOptions(command: Command): Command {
  return command
    .option(
      "--phase <name[=vol1+vol2]>",
      "a phase: a physical volume by name or tag, or several joined under a name; repeatable",
      collect(parsePhase),
    )
    .option(
      "--unit-cell <L1,L2,L3[@x,y,z]>",
      "edges and lowest corner of the unit cell, in the mesh's unit of length (default: found in the mesh)",
      parseUnitCell,
    )
    .option("--homogeneous", "a single phase really fills its bounding box")
    .option(
      "--periodic-tolerance <r>",
      "tolerance on opposite faces, relative to the unit cell (default: 1e-6)",
      (text) => parsePositive(text, "--periodic-tolerance"),
    );
}

/** Declares --format and --ascii, of the mesh file that is written. */
export function addMeshFormatOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "file format").choices(["msh41", "msh22"]).default("msh41"))
    .option("--ascii", "text instead of binary");
}

/** Declares --max-bytes. */
export function addMaxBytesOption(command: Command): Command {
  return command.option(
    "--max-bytes <n>",
    "most bytes to accept in the file, and after decompression (default: 4 GiB)",
    (text) => parsePositiveInteger(text, "--max-bytes"),
  );
}

/** Declares --json and --quiet. */
export function addOutputOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object with all digits instead of a table")
    .option("--quiet", "no table and no progress; warnings and errors still go to stderr");
}

/** A warning where --homogeneous says what nobody asked: the unit cell is known without it. */
export function warnOfHomogeneous(flags: MeshFlags, source: UnitCellSource | undefined): string[] {
  if (flags.homogeneous !== true || source === undefined || source === "bounding-box") return [];
  const known = source === "given" ? "--unit-cell gives" : "the file's $Periodic section gives";
  return [`--homogeneous is not needed: ${known} the unit cell`];
}

/** The flags as options of the library. */
export function toUnitCellOptions(flags: MeshFlags): UnitCellOptions {
  return {
    ...(flags.unitCell === undefined ? {} : { unitCell: flags.unitCell }),
    ...(flags.homogeneous === undefined ? {} : { homogeneous: flags.homogeneous }),
    ...(flags.periodicTolerance === undefined ? {} : { periodicTolerance: flags.periodicTolerance }),
  };
}
