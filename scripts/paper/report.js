import { checkSymmetry, formatInterval } from "./compare.js";

const verdicts = {
  inside: "yes",
  agrees: "to the printed digits",
  outside: "no",
};

/**
 * The report as a list of blocks, { heading }, { text }, { table: { head, rows } }, { figures: [{ file, caption }] }: what
 * Markdown and HTML are written from.
 */
export function composeReport({ sections, figure8, figures, quick }) {
  const blocks = [
    { heading: "The paper, reproduced", level: 1 },
    {
      text:
        'P. Goel, J. Sneyd and A. Friedman, "Homogenization of the cell cytoplasm: the calcium bidomain equations" ' +
        "(2006), https://doi.org/10.1137/060660783. Made by `npm run paper`.",
    },
    {
      text:
        "[L, U] encloses the exact value on the given mesh, whose surfaces for the three pipes are those of the " +
        'geometry. "Inside" says whether the printed number lies in [L, U]: "yes"; "to the printed digits", where it does ' +
        'not, but numbers in [L, U] round to it; "no", where none does. Lengths are in cells; volume fraction and area are exact.',
    },
  ];
  if (quick)
    blocks.push({ text: "Quick mode: coarse meshes and wide enclosures, a test of the program only." });
  for (const { title, mesh, rows } of sections) {
    blocks.push(
      { heading: title, level: 2 },
      { text: `${mesh.nodes} nodes, ${mesh.cells} cells.` },
      {
        table: {
          head: ["quantity", "paper", "erfem [L, U]", "inside"],
          rows: rows.map((row) => [
            row.quantity,
            row.printed,
            row.enclosure === null ? row.value.toExponential(1) : formatInterval(row.enclosure),
            verdicts[row.verdict],
          ]),
        },
      },
      ...explain(rows),
    );
    if (title.includes("reconstructed")) blocks.push({ text: reconstruction });
  }
  const pairs = checkSymmetry(figure8);
  const met = pairs.filter(({ meets }) => meets).length;
  blocks.push(
    ...showFigures(figures.filter(({ number }) => number < 8)),
    { heading: "Figure 8: effective diffusion coefficients over the size of the ER", level: 2 },
    {
      text:
        `Both phases, D = 250 um^2/s, ${figure8.length} edges. The bands are the enclosures. The cytosol of edge l is, shifted by half ` +
        "a cell, an ER of edge 1 - l, so that EDC_ER(l) = EDC_cytosol(1 - l) exactly; the two are computed on different meshes. " +
        (met === pairs.length
          ? `Symmetric within the enclosures: at all ${pairs.length} edges the two enclosures meet.`
          : `NOT symmetric within the enclosures: at ${pairs.length - met} of ${pairs.length} edges the two enclosures do not meet.`),
    },
    ...showFigures(figures.filter(({ number }) => number === 8)),
    {
      table: {
        head: ["l", "gamma ER", "EDC ER(l)", "EDC cytosol(1 - l)", "meet"],
        rows: pairs.map(({ edge, ER, cytosol, meets }) => [
          String(edge),
          figure8.find((row) => row.edge === edge).gamma.toFixed(6),
          formatInterval(ER),
          formatInterval(cytosol),
          meets ? "yes" : "no",
        ]),
      },
    },
    ...showFigures(figures.filter(({ number }) => number > 8)),
  );
  return blocks;
}

function showFigures(figures) {
  return figures.flatMap(({ heading, block }) => [
    ...(heading === null ? [] : [{ heading, level: 2 }]),
    block,
  ]);
}

const reconstruction =
  "The paper prints no dimensions of Figure 9. This geometry is a reconstruction that gives all four printed figures: two " +
  "square pipes of edge 0.0895 on cosine arches z = 1/2 +- 0.175 (1 + cos 2 pi s), and a straight one of edge 0.1 along z. " +
  "That its numbers agree is therefore no test of the paper's; that one body has all four is. Its enclosures hold on the mesh's " +
  "polyhedron, which cuts the arches' curved faces into facets.";

/** Why printed numbers lie outside, each reason once. */
function explain(rows) {
  const reasons = new Set(rows.flatMap(({ reason }) => (reason === null ? [] : [reason])));
  return [...reasons].map((reason) => ({ text: `Outside, because: ${reason}.` }));
}

export function formatMarkdown(blocks) {
  return blocks
    .map(({ heading, level, text, table, figures }) => {
      if (heading !== undefined) return `${"#".repeat(level)} ${heading}\n`;
      if (text !== undefined) return `${text}\n`;
      if (table !== undefined) {
        const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
        return [table.head, table.head.map(() => "---"), ...table.rows].map(line).join("\n") + "\n";
      }
      return figures.map(({ file, caption }) => `![${caption}](${file})\n\n*${caption}*\n`).join("\n");
    })
    .join("\n");
}

export function formatHtml(blocks) {
  const body = blocks.map(({ heading, level, text, table, figures }) => {
    if (heading !== undefined) return `<h${level}>${escape(heading)}</h${level}>`;
    if (text !== undefined) return `<p>${escape(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>")}</p>`;
    if (table !== undefined) {
      const row = (cells, tag) =>
        `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
      const rows = table.rows.map((cells) => row(cells, "td")).join("\n");
      return `<table>\n<thead>${row(table.head, "th")}</thead>\n<tbody>\n${rows}\n</tbody>\n</table>`;
    }
    const items = figures.map(
      ({ file, caption }) =>
        `<figure><img src="${escape(file)}" alt="${escape(caption)}"><figcaption>${escape(caption)}</figcaption></figure>`,
    );
    return `<div class="figures">\n${items.join("\n")}\n</div>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The paper, reproduced</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #ddd; padding: 0.25rem 0.9rem 0.25rem 0; text-align: left; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; max-width: 36rem; }
img { max-width: 100%; }
</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}

function escape(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
