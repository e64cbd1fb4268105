/** Marks between which the built-in models stand in docs/membrane-models.md. */
const START = "<!-- models: made by scripts/docs/write-membrane-models.js -->";
const END = "<!-- end of models -->";

/**
 * Markdown for built-in membrane models: a heading, the flux, its source and a table of parameters for each.
 *
 * @param {readonly import("erfem").MembraneKind[]} kinds
 * @returns {string}
 */
export function formatMembraneModels(kinds) {
  return kinds.map(formatKind).join("\n\n");
}

/** The document with new models between the marks. */
export function replaceModels(text, models) {
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error("the document has no marks for the membrane models");
  return `${text.slice(0, start + START.length)}\n\n${models}\n\n${text.slice(end)}`;
}

function formatKind({ name, formula, source, parameters }) {
  const rows = Object.entries(parameters).map(
    ([parameter, { unit, meaning, default: value }]) =>
      `| \`${parameter}\` | ${value ?? "must be given"} | ${unit} | ${meaning} |`,
  );
  return [
    `### \`${name}\``,
    "",
    `\`${formula}\``,
    "",
    `Source: ${source}.`,
    "",
    "| parameter | default | unit | meaning |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
