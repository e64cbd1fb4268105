import { access } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.js";

/** Files of one family that belong together. */
interface FontFamily {
  readonly regular: string;
  readonly bold: string;
}

/** Sans serif fonts with Greek letters, and where systems keep them; the first found is taken. */
const families: readonly FontFamily[] = [
  ...[
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/liberation-sans",
    "/usr/share/fonts/liberation",
  ].map((folder) => pair(folder, "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf")),
  ...["/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/TTF"].map(
    (folder) => pair(folder, "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
  ),
  pair("/usr/share/fonts/noto", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
  pair("/usr/share/fonts/truetype/noto", "NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
  pair("/System/Library/Fonts/Supplemental", "Arial.ttf", "Arial Bold.ttf"),
  pair(join(process.env["SystemRoot"] ?? "C:\\Windows", "Fonts"), "arial.ttf", "arialbd.ttf"),
];

function pair(folder: string, regular: string, bold: string): FontFamily {
  return { regular: join(folder, regular), bold: join(folder, bold) };
}

/**
 * The files of a font of the system, regular and, where it is there, bold.
 *
 * @throws UsageError `font-missing`
 */
export async function findFonts(known: readonly FontFamily[] = families): Promise<string[]> {
  const isThere = async (path: string): Promise<boolean> =>
    access(path).then(
      () => true,
      () => false,
    );
  for (const { regular, bold } of known) {
    if (await isThere(regular)) return (await isThere(bold)) ? [regular, bold] : [regular];
  }
  throw new UsageError(
    "font-missing",
    "no font was found to draw the text of a PNG with; name one with --font FILE.ttf, install fonts-liberation or " +
      "fonts-dejavu-core, or write .svg",
    { details: { looked: known.map(({ regular }) => regular) } },
  );
}
