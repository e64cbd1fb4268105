import { factorEnclosure, judge } from "./compare.js";
import { DIFFUSION } from "./settings.js";

/** Why a printed number may lie outside, by the key of its row. */
const P1_VALUE =
  "0.01047 is the value of linear elements on one mesh: such a value is an energy, always too high, here by 0.19 % " +
  "(exact: 0.01044995, by hp elements of another program)";
const reasons = {
  "gamma-arched": "the dimensions are a reconstruction, and a mesh this coarse cuts its curved pipes short",
  "factor-ER": P1_VALUE,
  "tensor-ER": `0.25 times the above: ${P1_VALUE}`,
  "factor-equal-volume":
    "like 0.01047 in section 2.7 a value of linear elements on one mesh: 0.19 % more than the truth rounds to 0.0107, " +
    "the truth to 0.0106",
};

/**
 * Every number that the paper prints in sections 2.7 and 5.2, beside ours. A row has `printed`, as in the paper, our
 * `enclosure` [L, U] (L = U for what a mesh has exactly), and `verdict`, see {@link judge}.
 */
export function listNumbers({ threePipe, equalVolume, arched }) {
  const sections = [
    {
      title: "Section 2.7: three pipes of edge 0.1",
      mesh: threePipe.mesh,
      rows: [
        exact(
          "gamma-ER",
          "volume fraction of the ER, 3 l^2 - 2 l^3",
          "0.028",
          threePipe.phases.ER.volumeFraction,
        ),
        exact("area", "membrane area, 3 x 0.4 x 0.9 in the appendix", "1.08", threePipe.membrane.area),
        ...[0, 1, 2].map((k) =>
          enclosed("factor-ER", `factor of the ER, ${k + 1}${k + 1}`, "0.01047", threePipe.phases.ER, k),
        ),
        {
          key: "tensor-ER",
          quantity: "homogenized diffusion coefficient of the ER, 11, um^2/ms",
          printed: "2.6175e-3",
          enclosure: factorEnclosure(threePipe.phases.ER, 0).map((value) => value * DIFFUSION),
        },
        ...offDiagonals(threePipe.phases.ER),
        ...threePipe.phases.ER.correctorIntegral.map((value, k) => ({
          key: "integral",
          quantity: `integral of chi_${k + 1} over the ER (of P1; zero by the symmetry of the cell, not of the mesh)`,
          printed: "0",
          enclosure: null,
          value,
          // chi is at most half a cell, on the volume of the ER.
          verdict: Math.abs(value) < 1e-3 * threePipe.phases.ER.volumeFraction ? "agrees" : "outside",
        })),
        enclosed("factor-cytosol", "factor of the cytosol, 11", "0.95", threePipe.phases.cytosol, 0),
      ],
    },
    {
      title: "Section 5.2: three pipes of the volume of Figure 9, edge 0.10092",
      mesh: equalVolume.mesh,
      rows: [
        exact(
          "gamma-equal-volume",
          "volume fraction of the ER",
          "0.0285",
          equalVolume.phases.ER.volumeFraction,
        ),
        exact("area-equal-volume", "membrane area", "1.09", equalVolume.membrane.area),
        ...[0, 1, 2].map((k) =>
          enclosed(
            "factor-equal-volume",
            `factor of the ER, ${k + 1}${k + 1}`,
            "1.07e-2",
            equalVolume.phases.ER,
            k,
          ),
        ),
      ],
    },
    {
      title: "Section 5.2: arched pipes, Figure 9 (dimensions reconstructed)",
      mesh: arched.mesh,
      rows: [
        exact("gamma-arched", "volume fraction of the ER", "0.0285", arched.phases.ER.volumeFraction),
        exact("area-arched", 'membrane area, "close to 1.2"', "1.2", arched.membrane.area),
        enclosed("factor-arched-11", "factor of the ER, 11", "6.7e-3", arched.phases.ER, 0),
        enclosed("factor-arched-22", "factor of the ER, 22", "6.7e-3", arched.phases.ER, 1),
        enclosed("factor-arched-33", "factor of the ER, 33", "1.04e-2", arched.phases.ER, 2),
      ],
    },
  ];
  for (const { rows } of sections) {
    for (const row of rows) {
      row.verdict ??= judge(row.printed, row.enclosure);
      row.reason = row.verdict === "outside" ? (reasons[row.key] ?? "not explained") : null;
    }
  }
  return sections;
}

/** A quantity that the mesh has exactly, but for round-off. */
function exact(key, quantity, printed, value) {
  return { key, quantity, printed, enclosure: [value, value] };
}

function enclosed(key, quantity, printed, phase, k) {
  return { key, quantity, printed, enclosure: factorEnclosure(phase, k) };
}

/** Integrals of d chi_i / d y_j, i != j: the paper's are zero; our intervals follow from the quadratic forms. */
function offDiagonals(phase) {
  return [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map(([i, j]) => ({
    key: "off-diagonal",
    quantity: `integral of d chi_${i + 1} / d y_${j + 1} over the ER`,
    printed: "0",
    enclosure: phase.bounds.entries[i][j].map((value) => value / phase.diffusion),
  }));
}
