import type { ResolvedQuantity, ResolvedStudy } from "../io/resolved-study.js";
import { showName } from "./escape-text.js";
import { formatGrid, formatSection, formatShort, type GridCell } from "./tables.js";

const columns: readonly (readonly [ResolvedQuantity, string])[] = [
  ["l2", "L2"],
  ["l2Reconstructed", "L2 rec."],
  ["cellMeans", "cell means"],
  ["gradient", "gradient"],
  ["gradientReconstructed", "grad. rec."],
];

/** A comparison of the resolved and the homogenized model as tables: the meshes, then relative errors of each target. */
export function formatResolved(study: ResolvedStudy): string {
  const { levels, targets, macroscopic } = study;
  const meshes = [
    [
      right("copies"),
      right("epsilon, um"),
      right("nodes"),
      right("cells"),
      right("calcium"),
      right("time, s"),
    ],
    ...levels.map((level): GridCell[] => [
      level.copies,
      level.epsilon,
      level.nodes,
      level.cells,
      right(level.calciumDrift.toExponential(1)),
      right(level.seconds.toFixed(1)),
    ]),
  ];
  return [
    formatSection(
      `Resolved meshes, largest relative change of all calcium, wall time; homogenized: ${macroscopic.nodes} nodes`,
      formatGrid(meshes),
    ),
    ...targets.map(({ name }, i) => {
      const present = columns.filter(([quantity]) =>
        levels.some((level) => level.errors[i][quantity] !== null),
      );
      const header = [right("copies"), ...present.flatMap(([, label]) => [right(label), right("order", 6)])];
      const rows = levels.map((level): GridCell[] => [
        level.copies,
        ...present.flatMap(([quantity]) => [
          right(level.errors[i][quantity]?.toExponential(3) ?? "-"),
          right(level.orders[i][quantity]?.toFixed(2) ?? "-", 6),
        ]),
      ]);
      const mesh = macroscopic.meshErrors[i];
      const step = macroscopic.stepErrors[i];
      return formatSection(
        `${showName(name)}: relative errors of the homogenized solution, rec. with its correctors`,
        formatGrid([header, ...rows]),
        `  its own errors: mesh ${formatShort(mesh.l2)} (gradient ${formatShort(mesh.gradient)}), steps ` +
          `${formatShort(step.l2)} (gradient ${formatShort(step.gradient)})`,
      );
    }),
  ].join("\n\n");
}

function right(text: string, width = 10): string {
  return text.padStart(width);
}
