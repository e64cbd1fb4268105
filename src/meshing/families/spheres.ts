import { periodParameter, requireFit, type UnitCellFamily } from "./family.js";
import { wrapAround } from "./tubes.js";

/** Centres in periods. */
interface SphereLattice {
  readonly name: string;
  readonly title: string;
  readonly centres: readonly (readonly [number, number, number])[];
  /** Distance of neighbours, in periods. */
  readonly spacing: number;
  readonly defaultPeriod: number;
}

/** Spheres apart from each other: n balls of volume 4/3 pi r^3 and area 4 pi r^2 in a cell; the minimum of |x - c| - r. */
function spheresOn({ name, title, centres, spacing, defaultPeriod }: SphereLattice): UnitCellFamily {
  return {
    name,
    summary: `vesicles of ER on a ${title} lattice: isolated, obstacles for the cytosol`,
    lengthUnit: "nm",
    defaultSize: 25,
    parameters: [
      { name: "r", default: 100, unit: "nm", label: "radius of the spheres", min: 0 },
      periodParameter(defaultPeriod),
    ],
    box: ({ period }) => [period, period, period],
    createLevelSet(values) {
      const { r, period } = values;
      const most = (spacing / 2) * period;
      const expected = `r below ${most} nm, where spheres touch: take a smaller r or a longer period`;
      requireFit(r < most, name, values, ["r", "period"], expected);
      return {
        origin: [0, 0, 0],
        lengths: [period, period, period],
        evaluate(points, numPoints, out) {
          for (let point = 0; point < numPoints; point++) {
            let least = Infinity;
            for (const [x, y, z] of centres) {
              const dx = wrapAround(points[3 * point] - x * period, period);
              const dy = wrapAround(points[3 * point + 1] - y * period, period);
              const dz = wrapAround(points[3 * point + 2] - z * period, period);
              least = Math.min(least, Math.hypot(dx, dy, dz) - r);
            }
            out[point] = least;
          }
        },
      };
    },
  };
}

/** One sphere in the middle. */
export const spheresSimpleCubic = spheresOn({
  name: "spheres-sc",
  title: "simple cubic",
  centres: [[0.5, 0.5, 0.5]],
  spacing: 1,
  defaultPeriod: 300,
});

/** One in the middle, one at the corners, which is moved by a quarter period off the faces. */
export const spheresBodyCentred = spheresOn({
  name: "spheres-bcc",
  title: "body-centred cubic",
  centres: [
    [0.25, 0.25, 0.25],
    [0.75, 0.75, 0.75],
  ],
  spacing: Math.sqrt(3) / 2,
  defaultPeriod: 400,
});

/** Four, moved by a quarter period off the faces. */
export const spheresFaceCentred = spheresOn({
  name: "spheres-fcc",
  title: "face-centred cubic",
  centres: [
    [0.25, 0.25, 0.25],
    [0.75, 0.75, 0.25],
    [0.75, 0.25, 0.75],
    [0.25, 0.75, 0.75],
  ],
  spacing: Math.SQRT1_2,
  defaultPeriod: 500,
});
