import { Option, type Command } from "commander";
import { UsageError } from "../core/errors.js";
import { collect, parsePositive, parseSetting, type NamedValue } from "./parse-options.js";

/** Flags that say how a geometry is meshed. */
export interface GeometryFlags {
  readonly set?: NamedValue<number>[];
  readonly size?: number;
  readonly algorithm?: "delaunay" | "hxt";
}

/** Declares --set, --size and --algorithm. */
export function addGeometryOptions(command: Command, sizeHelp: string): Command {
  return command
    .option("--set <name=value>", "value of a parameter of the geometry; repeatable", collect(parseSetting))
    .option("--size <h>", sizeHelp, (text) => parsePositive(text, "--size"))
    .addOption(
      new Option(
        "--algorithm <name>",
        "how volumes are meshed: delaunay gives the same meshes every time, hxt is several times as fast " +
          "(default: delaunay)",
      ).choices(["delaunay", "hxt"]),
    );
}

/**
 * Refuses for a mesh what only a geometry takes.
 *
 * @throws UsageError `option-without-geometry`
 */
export function refuseGeometryFlags(mesh: string, flags: GeometryFlags): void {
  const options = ["set", "size", "algorithm"] as const;
  const refused = options.find((option) => flags[option] !== undefined);
  if (refused === undefined) return;
  throw new UsageError(
    "option-without-geometry",
    `--${refused} is for geometries, but ${mesh} is a mesh, which is refined as it is; leave it out`,
    { details: { option: refused, input: mesh } },
  );
}
