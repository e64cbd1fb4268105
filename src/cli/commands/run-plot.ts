import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { MeshError, UsageError } from "../../core/errors.js";
import { drawStudy, type DrawStudyOptions } from "../../node/draw-study.js";
import { svgToPng } from "../../node/svg-to-png.js";
import { formatJson } from "../format-json.js";
import { checkOutput, writeOutput } from "../output-file.js";
import { drawMesh, drawVtu, type PictureFlags } from "../picture.js";
import { withTerminal, type Terminal } from "../terminal.js";

/** Flags of `erfem plot`. */
export interface PlotFlags extends PictureFlags {
  readonly output: string;
  readonly height?: number;
  readonly scale?: number;
  readonly font?: string[];
  readonly plot?: DrawStudyOptions["plot"];
  readonly over?: string;
  readonly confidence?: number;
  readonly log?: "x" | "y" | "xy";
  readonly field?: string[];
  readonly kymograph?: "x" | "y" | "z";
  readonly profile?: "x" | "y" | "z";
}

/** Bytes of an SVG from which on other programs are slow with it. */
const LARGE_SVG = 5e6;

/** Flags of charts, and of pictures, by the option that sets them. */
const chartFlags = ["plot", "over", "confidence", "log", "field", "kymograph", "profile", "height"] as const;
const pictureFlags = [
  "color",
  "arrows",
  "count",
  "membrane",
  "cut",
  "tile",
  "view",
  "range",
  "unit",
] as const;

/**
 * `erfem plot`: draws a mesh, a grid with fields, or a study, and writes the figure whole or not at all.
 *
 * @throws UsageError `figure-format`, `contradicting-options`, `output-unwritable`, `output-is-input`, and what drawing throws
 */
export async function runPlot(input: string, flags: PlotFlags): Promise<void> {
  const format = readFormat(flags);
  await checkOutput(flags.output, input);
  await withTerminal(flags, async (terminal) => {
    const { kind, svg } = await draw(input, flags, terminal);
    const content =
      format === "svg"
        ? svg
        : await svgToPng(svg, {
            ...(flags.scale === undefined ? {} : { scale: flags.scale }),
            ...(flags.font === undefined ? {} : { fonts: flags.font }),
          });
    if (typeof content === "string" && content.length > LARGE_SVG) {
      terminal.warn(
        `the figure has ${(content.length / 1e6).toFixed(0)} MB, too much for most programs; write .png, or take a coarser mesh`,
      );
    }
    await writeOutput(flags.output, content);
    const bytes = typeof content === "string" ? Buffer.byteLength(content) : content.length;
    if (flags.json === true) terminal.print(formatJson({ file: flags.output, kind, bytes }));
    else if (flags.quiet !== true) terminal.print(`${kind}: ${flags.output}, ${Math.ceil(bytes / 1000)} kB`);
  });
}

async function draw(
  input: string,
  flags: PlotFlags,
  terminal: Terminal,
): Promise<{ readonly kind: string; readonly svg: string }> {
  const status = await stat(input).catch((cause: unknown) => {
    throw new MeshError("file-not-found", `there is no file or folder ${input}; check the path`, {
      cause,
      details: { path: input },
    });
  });
  const isStudy = status.isDirectory() || /\.(json|csv)$/i.test(input);
  if (isStudy) {
    refuse(pictureFlags, flags, "a study is drawn as a chart");
    return drawStudy(input, toStudyOptions(flags));
  }
  refuse(chartFlags, flags, "a mesh or a .vtu file is drawn as a picture");
  if (/\.vtu$/i.test(input)) return { kind: "fields", svg: await drawVtu(input, flags) };
  return { kind: "mesh", svg: await drawMesh(input, flags, terminal) };
}

/** @throws UsageError `figure-format` */
function readFormat({ output, scale, font }: PlotFlags): "svg" | "png" {
  const extension = extname(output).toLowerCase();
  if (extension === ".png") return "png";
  if (extension === ".svg") {
    if (scale === undefined && font === undefined) return "svg";
    throw new UsageError(
      "contradicting-options",
      "--scale and --font are of PNG files; leave them out for .svg",
    );
  }
  const remedy =
    extension === ".pdf" || extension === ".eps"
      ? `write .svg and convert it, such as: inkscape figure.svg -o figure${extension}, or rsvg-convert -f ${extension.slice(1)} figure.svg`
      : "name a file that ends with one of them";
  throw new UsageError(
    "figure-format",
    `the format of ${output} is "${extension}"; expected .svg or .png: ${remedy}`,
    { details: { output, extension } },
  );
}

function refuse(names: readonly (keyof PlotFlags)[], flags: PlotFlags, why: string): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError("contradicting-options", `--${given} is no option here: ${why}; leave it out`, {
    details: { option: `--${given}` },
  });
}

function toStudyOptions(flags: PlotFlags): DrawStudyOptions {
  const { title, width, height, fontSize, plot, over, confidence, log, field, kymograph, profile } = flags;
  const lengthUnit = flags.lengthUnit === "cell" ? undefined : flags.lengthUnit;
  const options = { title, width, height, fontSize, plot, over, confidence, log, kymograph, profile };
  const all = { ...options, lengthUnit, fields: field };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
