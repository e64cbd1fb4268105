const markers = { begin: (name) => `<!-- ${name}: begin -->`, end: (name) => `<!-- ${name}: end -->` };

const columns = [
  ["l2", "L2"],
  ["l2Reconstructed", "L2, rec."],
  ["cellMeans", "cell means"],
  ["gradient", "gradient"],
  ["gradientReconstructed", "gradient, rec."],
];

/** A study of `erfem resolve` as Markdown tables: the errors of each target with their orders, then what else was measured. */
export function formatStudy(study) {
  const { levels, targets, macroscopic } = study;
  const tables = targets.map(({ name }, i) => {
    const present = columns.filter(([quantity]) =>
      levels.some((level) => level.errors[i][quantity] !== null),
    );
    const rows = [
      ["n", "ε, µm", ...present.flatMap(([, label]) => [label, "order"])],
      ["---:", "---:", ...present.flatMap(() => ["---:", "---:"])],
      ...levels.map((level) => [
        `${level.copies}`,
        `${level.epsilon}`,
        ...present.flatMap(([quantity]) => [
          formatError(level.errors[i][quantity]),
          formatOrder(level.orders[i][quantity]),
        ]),
      ]),
    ];
    const mesh = macroscopic.meshErrors[i];
    const step = macroscopic.stepErrors[i];
    return [
      `**${name}**`,
      "",
      ...rows.map((row) => `| ${row.join(" | ")} |`),
      "",
      `Homogenized solution alone: mesh ${formatError(mesh.l2)} (gradient ${formatError(mesh.gradient)}), ` +
        `steps ${formatError(step.l2)} (gradient ${formatError(step.gradient)}).`,
    ].join("\n");
  });
  const last = levels.at(-1);
  const drift = Math.max(...levels.map(({ calciumDrift }) => calciumDrift));
  const rest =
    `Last level: ${last.nodes} nodes, ${last.cells} cells. Largest relative change of all calcium on any level: ` +
    `${formatError(drift)}.`;
  return [...tables, rest].join("\n\n");
}

/** The document with a part between its markers replaced. */
export function replacePart(document, name, text) {
  const begin = document.indexOf(markers.begin(name));
  const end = document.indexOf(markers.end(name));
  if (begin < 0 || end < begin) throw new Error(`the document has no part "${name}"`);
  return `${document.slice(0, begin)}${markers.begin(name)}\n\n${text}\n\n${document.slice(end)}`;
}

function formatError(value) {
  return value === null ? "" : value.toExponential(2).replace("e-", "e−");
}

function formatOrder(value) {
  return value === null ? "" : value.toFixed(2);
}
