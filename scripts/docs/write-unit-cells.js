// Writes the tables of docs/unit-cells.md from the families. Needs `npm run build`.
import { readFileSync, writeFileSync } from "node:fs";
import { unitCellFamilies } from "../../dist/index.js";

const file = new URL("../../docs/unit-cells.md", import.meta.url);
const begin = "<!-- families: written by scripts/docs/write-unit-cells.js -->\n";

const sections = unitCellFamilies.map(({ name, summary, defaultSize, parameters }) => {
  const rows = parameters.map(({ name: parameter, default: value, unit, label }) => {
    const [shown, text] = [`${value}${unit === "" ? "" : ` ${unit}`}`, label.replaceAll("|", "\\|")];
    return `| \`${parameter}\` | ${shown} | ${text} |`;
  });
  const table = ["| parameter | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return `### ${name}\n\n![The ER of one cell](unit-cells/${name}.png)\n\n${sentence} Mesh size ${defaultSize} nm.\n\n${table}\n`;
});
const text = readFileSync(file, "utf8");
writeFileSync(file, `${text.slice(0, text.indexOf(begin))}${begin}\n${sections.join("\n")}`);
