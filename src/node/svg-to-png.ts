import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Resvg } from "@resvg/resvg-wasm";
import { ErfemError, UsageError } from "../core/errors.js";
import { findFonts } from "./system-fonts.js";

/** Options of {@link svgToPng}. */
export interface SvgToPngOptions {
  /** Pixels of the picture for one of the drawing; default 2. A drawing has 96 pixels to the inch: 3.125 gives 300 dpi. */
  readonly scale?: number;
  /** Font files (TrueType or OpenType) for all text; by default a sans serif font of the system. */
  readonly fonts?: readonly string[];
}

/** Most pixels of a picture: 400 MB of memory. */
const MAX_PIXELS = 100_000_000;

/**
 * A drawing as a PNG file, white where nothing is drawn. The same drawing and fonts give the same bytes on every machine.
 *
 * @throws UsageError `font-missing` where the system has no known font and none is given, `font-unreadable`, `picture-too-large`
 * @throws ErfemError `svg-unreadable`
 */
export async function svgToPng(svg: string, options: SvgToPngOptions = {}): Promise<Uint8Array> {
  const { scale = 2 } = options;
  const fontBuffers = await readFonts(options.fonts ?? (await findFonts()));
  const Renderer = await loadResvg();
  const font = { fontBuffers };
  checkFonts(new Renderer(PROBE, { font }), options.fonts);
  let drawing: InstanceType<ResvgClass>;
  try {
    drawing = new Renderer(svg, { font, fitTo: { mode: "zoom", value: scale }, background: "#ffffff" });
  } catch (cause) {
    throw new ErfemError("svg-unreadable", `the drawing is no SVG: ${String(cause)}`, { cause });
  }
  try {
    const [width, height] = [drawing.width, drawing.height].map((length) => Math.round(length * scale));
    if (!(width * height <= MAX_PIXELS)) {
      throw new UsageError(
        "picture-too-large",
        `the picture would have ${width} x ${height} pixels, expected at most ${MAX_PIXELS}; take a smaller --scale or --width`,
        { details: { width, height, scale } },
      );
    }
    const rendered = drawing.render();
    try {
      return rendered.asPng();
    } finally {
      rendered.free();
    }
  } finally {
    drawing.free();
  }
}

/** A letter: without a font it covers nothing. */
const PROBE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9" font-family="sans-serif">A</text></svg>';

type ResvgClass = typeof Resvg;

let loading: Promise<ResvgClass> | undefined;

/** The renderer, a WebAssembly module of 2.5 MB, loaded at the first call. */
async function loadResvg(): Promise<ResvgClass> {
  loading ??= (async () => {
    const module = await import("@resvg/resvg-wasm");
    const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
    await module.initWasm(await readFile(wasm));
    return module.Resvg;
  })();
  return loading;
}

async function readFonts(paths: readonly string[]): Promise<Uint8Array[]> {
  return Promise.all(
    paths.map((path) =>
      readFile(path).catch((cause: unknown) => {
        throw new UsageError(
          "font-unreadable",
          `cannot read the font ${path}; expected a .ttf or .otf file`,
          {
            cause,
            details: { path },
          },
        );
      }),
    ),
  );
}

/** Refuses files that are no fonts: text would be left out in silence. */
function checkFonts(probe: InstanceType<ResvgClass>, fonts: readonly string[] | undefined): void {
  const box = probe.getBBox();
  const isDrawn = box !== undefined;
  box?.free();
  probe.free();
  if (isDrawn) return;
  throw new UsageError(
    "font-unreadable",
    `no text can be drawn with ${(fonts ?? []).join(", ") || "the fonts of the system"}; expected TrueType or OpenType fonts ` +
      "(--font FILE.ttf)",
    { details: { fonts: fonts ?? [] } },
  );
}
