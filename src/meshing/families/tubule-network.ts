import { periodParameter, requireFit, type UnitCellFamily } from "./family.js";
import { createTubeLevelSet } from "./tubes.js";

const name = "tubule-network";

/** Junctions of the srs net in the cubic cell of edge 1: sites 8a of the space group I4_1 32. */
const sites = [
  [1, 1, 1],
  [3, 7, 5],
  [7, 5, 3],
  [5, 3, 7],
].flatMap((site) => [site.map((x) => x / 8), site.map((x) => (x / 8 + 0.5) % 1)]);

/** Length of its edges, in periods: sqrt(2) / 4. */
const edgeLength = Math.SQRT2 / 4;

/**
 * Tubules that join by threes: the srs net (the graph inside one channel of the gyroid, also called the Laves graph), a
 * smooth union of tubes of radius r around its 12 edges. Cubic, chiral; its tensors are isotropic.
 *
 * @see A. F. Wells, "Three-dimensional nets and polyhedra" (1977), net (10,3)-a
 */
export const tubuleNetwork: UnitCellFamily = {
  name,
  summary: "tubules with three-way junctions: the srs net of the gyroid, isotropic",
  lengthUnit: "nm",
  defaultSize: 20,
  parameters: [
    { name: "r", default: 40, unit: "nm", label: "radius of the tubules", min: 0 },
    periodParameter(500),
    {
      name: "blend",
      default: 8,
      unit: "nm",
      label: "width of the rounding where tubules meet; junctions swell by blend * ln 3",
      min: 0,
      mayBeMin: true,
    },
  ],
  box: ({ period }) => [period, period, period],
  createLevelSet(values) {
    const { r, period, blend } = values;
    // Axes of tubules that do not meet are nearest across a ten-ring: sqrt(2) / 4 of a period.
    const expected = `r + blend * ln 3 below ${(edgeLength / 2) * period} nm, where tubules touch that do not meet: take a smaller r or a longer period`;
    const fits = r + blend * Math.log(3) < (edgeLength / 2) * period;
    requireFit(fits, name, values, ["r", "period", "blend"], expected);
    const segments = listEdges().map((x) => x * period);
    return createTubeLevelSet({
      lengths: [period, period, period],
      segments: Float64Array.from(segments),
      radii: new Float64Array(segments.length / 6).fill(r),
      blend,
    });
  },
};

/** Ends of the 12 edges, in periods: each pair of junctions at the distance {@link edgeLength}. */
function listEdges(): number[] {
  const edges: number[] = [];
  sites.forEach((site, i) => {
    for (const other of sites.slice(i + 1)) {
      const step = other.map((x, d) => x - site[d] - Math.round(x - site[d]));
      if (Math.abs(Math.hypot(...step) - edgeLength) < 1e-9)
        edges.push(...site, ...site.map((x, d) => x + step[d]));
    }
  });
  return edges;
}
