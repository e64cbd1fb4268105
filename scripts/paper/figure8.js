import { lineChart } from "erfem";
import { checkSymmetry } from "./compare.js";

/** From um^2/ms, the unit of the library, to um^2/s, that of the figure. */
const PER_SECOND = 1000;

/** Rows { edge, gamma, nodes, ER: [L, U], cytosol: [L, U] } with enclosures of the effective coefficients, 11, um^2/s. */
export function tabulateFigure8({ points, records, failed }) {
  if (failed.length > 0) {
    const { point, error } = failed[0];
    throw new Error(`Figure 8 has no point at edge ${point.parameters.edge}: ${error.message}`);
  }
  return points.map(({ index, parameters }) => {
    const { phases, mesh } = records.results.get(index);
    const effective = ({ bounds, volumeFraction }) =>
      bounds.entries[0][0].map((value) => (PER_SECOND * value) / volumeFraction);
    return {
      edge: parameters.edge,
      gamma: phases.ER.volumeFraction,
      nodes: mesh.nodes,
      ER: effective(phases.ER),
      cytosol: effective(phases.cytosol),
    };
  });
}

/** Figures 8a and 8b as SVG texts. The mirrored curve of the cytosol is drawn as points on that of the ER: the symmetry. */
export async function drawFigure8(rows) {
  const middle = ([lower, upper]) => (lower + upper) / 2;
  const curve = (name, x, enclosures, more = {}) => ({
    name,
    x,
    y: enclosures.map(middle),
    band: { lower: enclosures.map(([lower]) => lower), upper: enclosures.map(([, upper]) => upper) },
    ...more,
  });
  const y = { label: "effective diffusion coefficient", unit: "um²/s" };
  const draw = (title, x, abscissas, mirrored) =>
    lineChart({
      title,
      x,
      y,
      series: [
        curve(
          "ER",
          abscissas,
          rows.map((row) => row.ER),
          { mark: "line" },
        ),
        curve(
          "cytosol",
          abscissas,
          rows.map((row) => row.cytosol),
          { mark: "line", dashed: true },
        ),
        { name: "cytosol at 1 - l", x: mirrored.x, y: mirrored.y, mark: "points" },
      ],
    });
  const symmetric = checkSymmetry(rows);
  const mirroredY = symmetric.map(({ cytosol }) => middle(cytosol));
  const gammaAt = (edge) => rows.find((row) => row.edge === edge).gamma;
  return {
    a: await draw(
      "Figure 8a: over the edge length",
      { label: "short edge length l", unit: "cells" },
      rows.map((r) => r.edge),
      {
        x: symmetric.map(({ edge }) => edge),
        y: mirroredY,
      },
    ),
    b: await draw(
      "Figure 8b: over the volume fraction",
      { label: "volume fraction of the ER" },
      rows.map((r) => r.gamma),
      {
        x: symmetric.map(({ edge }) => gammaAt(edge)),
        y: mirroredY,
      },
    ),
  };
}
