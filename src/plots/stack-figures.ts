/** Free room between figures, pixels. */
const GAP = 12;

/**
 * Figures side by side in rows as one SVG text. Each keeps its own size; identifiers are made different.
 *
 * @param figures SVG texts with width and height in pixels
 * @param columns figures in a row
 */
export function stackFigures(figures: readonly string[], columns: number): string {
  if (figures.length === 1) return figures[0];
  const sizes = figures.map((svg) => ["width", "height"].map((name) => readSize(svg, name)));
  const most = (k: number): number => sizes.reduce((a, size) => Math.max(a, size[k]), 0);
  const [stepX, stepY] = [most(0) + GAP, most(1) + GAP];
  const numColumns = Math.min(columns, figures.length);
  const parts = figures.map((svg, index) => {
    const [x, y] = [(index % columns) * stepX, Math.floor(index / columns) * stepY];
    return renameIds(svg, index).replace(/^[\s\S]*?<svg/, `<svg x="${x}" y="${y}"`);
  });
  const width = numColumns * stepX - GAP;
  const height = Math.ceil(figures.length / columns) * stepY - GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function readSize(svg: string, name: string): number {
  return Math.ceil(Number(new RegExp(`<svg[^>]*? ${name}="([\\d.]+)"`).exec(svg)?.[1] ?? 0));
}

/** Two figures may name a clip path or a gradient alike. */
function renameIds(svg: string, index: number): string {
  return svg
    .replaceAll(/ id="([^"]*)"/g, ` id="f${index}-$1"`)
    .replaceAll(/url\(#([^)]*)\)/g, `url(#f${index}-$1)`)
    .replaceAll(/href="#([^"]*)"/g, `href="#f${index}-$1"`);
}
