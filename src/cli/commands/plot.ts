import { Option, type Command } from "commander";
import { addMeshFileOptions, addOutputOptions } from "../command-options.js";
import { exitCodesHelp } from "../exit-codes.js";
import { addHomogenizeOptions } from "../homogenize-flags.js";
import { collect, parseOutput, parsePath, parsePositive, parsePositiveInteger } from "../parse-options.js";
import { parseCut, parseRange, parseView } from "../parse-picture.js";
import { parseConfidence, parsePlot } from "../parse-sweep.js";
import type { PlotFlags } from "./run-plot.js";

/** Declares `erfem plot`. */
export function addPlotCommand(program: Command): void {
  const command = program
    .command("plot")
    .summary("draw a figure for a paper: a mesh with its correctors, or a study")
    .description(
      "Draw a mesh, a .vtu file, or the folder of a convergence study, a sweep, a simulation, a resolved study or an adaptation " +
        "as SVG or PNG. What is given is recognised. A corrector (chi_1) of a mesh is solved for.",
    )
    .argument("<input>", "mesh, .vtu file of erfem, or the folder or file of a study")
    .requiredOption("-o, --output <file>", "figure to write, .svg or .png", parseOutput)
    .option("--title <text>", "above the figure")
    .option("--width <px>", "width of a picture, or between the axes of a chart", (text) =>
      parsePositiveInteger(text, "--width"),
    )
    .option("--height <px>", "height between the axes of a chart", (text) =>
      parsePositiveInteger(text, "--height"),
    )
    .option("--font-size <px>", "of all text (default: 14 in charts, 16 in pictures)", (text) =>
      parsePositive(text, "--font-size"),
    )
    .option("--scale <s>", "pixels of a PNG for one of the drawing; 3.125 is 300 dpi (default: 2)", (text) =>
      parsePositive(text, "--scale"),
    )
    .option(
      "--font <file>",
      "TrueType or OpenType font of a PNG; repeatable (default: a sans serif font of the system)",
      collect((text) => parsePath(text, "--font")),
    );
  command
    .optionsGroup("Pictures of meshes and .vtu files:")
    .option(
      "--color <field>",
      "chi_1, chi_2, chi_3, or a field of the .vtu file (default: a colour for each phase)",
    )
    .option("--unit <text>", "of the field, for the colour bar (default: that of chi)")
    .option("--arrows", "the vector field chi as arrows")
    .option("--count <n>", "about how many arrows (default: 1200)", (text) =>
      parsePositiveInteger(text, "--count"),
    )
    .option("--membrane", "the membrane alone, without what lies on the faces of the cell")
    .option("--cut <plane>", "cut open: x=250 in the mesh's unit, or y1=0.5 as a share of the cell", parseCut)
    .option("--tile <n>", "n copies along each axis", (text) => parsePositiveInteger(text, "--tile"))
    .option(
      "--view <direction>",
      "x, y, z, -x, ... or azimuth,elevation in degrees (default: -58,23)",
      parseView,
    )
    .option("--range <low,high>", "values at the ends of the colour bar", parseRange);
  command
    .optionsGroup("Charts of studies:")
    .option("--plot <x,y>", "columns of a sweep (default: the first parameter, homogenized.11)", parsePlot)
    .option("--over <parameter>", "means over this parameter of a sweep, with intervals")
    .option("--confidence <p>", "of these intervals (default: 0.95)", parseConfidence)
    .addOption(new Option("--log <axes>", "logarithmic axes of a sweep").choices(["x", "y", "xy"]))
    .option(
      "--field <name>",
      "field or state of a simulation, or fluxes; repeatable (default: all)",
      collect((text) => text),
    )
    .addOption(
      new Option("--kymograph <axis>", "means of a field across an axis, over time").choices(["x", "y", "z"]),
    )
    .addOption(
      new Option("--profile <axis>", "means of a field across an axis, at several times").choices([
        "x",
        "y",
        "z",
      ]),
    );
  command.optionsGroup("How a mesh is understood and solved:");
  addOutputOptions(addMeshFileOptions(addHomogenizeOptions(command)))
    .addHelpText(
      "after",
      `${exitCodesHelp}
Example:
  $ erfem plot three-pipe.msh --color chi_1 -o figure3.svg
  $ erfem plot three-pipe.msh --tile 2 -o figure1.png
  $ erfem plot three-pipe.msh --color chi_1 --cut y3=0.5 --view z -o cut.svg
  $ erfem plot run/ --field c --scale 3.125 -o calcium.png
  $ erfem plot study/ --plot period,effective.11 --over seed -o rev.svg
`,
    )
    .action(async (input: string, flags: PlotFlags) => {
      const { runPlot } = await import("./run-plot.js");
      await runPlot(input, flags);
    });
}
