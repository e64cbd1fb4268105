import { requireFit, type FamilyParameter, type UnitCellFamily } from "./family.js";
import { wrapAround } from "./tubes.js";
import { smoothUnion } from "./smooth-union.js";
import type { Vector3 } from "../../core/tensor.js";

const name = "round-pipes";

const radius = (axis: string): FamilyParameter => ({
  name: `r${axis}`,
  default: 40,
  unit: "nm",
  label: `radius of the pipe along ${axis}; 0 for none`,
  min: 0,
  mayBeMin: true,
});
const period = (axis: string): FamilyParameter => ({
  name: `L${axis}`,
  default: 300,
  unit: "nm",
  label: `period along ${axis}`,
  min: 0,
});

/**
 * Up to three round pipes along x, y, z through the middle of a box: distances hypot(y, z) - rx and so on, united with
 * the width `blend`. One pipe alone has volume pi r^2 L and membrane 2 pi r L; three of radius r in a cube without blend
 * have 3 pi r^2 L - 8 sqrt(2) r^3 and, the derivative by r, 6 pi r L - 24 sqrt(2) r^2.
 */
export const roundPipes: UnitCellFamily = {
  name,
  summary: "up to three round pipes along x, y, z, of equal or unequal radii, blended where they cross",
  lengthUnit: "nm",
  defaultSize: 15,
  parameters: [
    ...["x", "y", "z"].map(radius),
    ...["x", "y", "z"].map(period),
    {
      name: "blend",
      default: 5,
      unit: "nm",
      label: "width of the rounding where pipes cross; 0 leaves sharp creases",
      min: 0,
      mayBeMin: true,
    },
  ],
  box: (values) => lengthsOf(values),
  createLevelSet(values) {
    const lengths = lengthsOf(values);
    const radii = [values["rx"], values["ry"], values["rz"]];
    const { blend } = values;
    const axes = [0, 1, 2].filter((d) => radii[d] > 0);
    requireFit(axes.length > 0, name, values, ["rx", "ry", "rz"], "one radius above 0 at least");
    for (const d of axes) {
      const shortest = Math.min(...lengths.filter((_, other) => other !== d));
      const names = [`r${"xyz"[d]}`, "Lx", "Ly", "Lz"];
      const expected = `a radius below ${shortest / 2} nm, half the shorter period across: take a smaller radius or longer periods`;
      requireFit(radii[d] + blend * Math.log(axes.length) < shortest / 2, name, values, names, expected);
    }
    const distances = new Float64Array(3);
    return {
      origin: [0, 0, 0],
      lengths,
      evaluate(points, numPoints, out) {
        const at = [0, 0, 0];
        for (let point = 0; point < numPoints; point++) {
          for (let d = 0; d < 3; d++) at[d] = wrapAround(points[3 * point + d] - lengths[d] / 2, lengths[d]);
          let count = 0;
          for (const d of axes) distances[count++] = Math.hypot(at[(d + 1) % 3], at[(d + 2) % 3]) - radii[d];
          out[point] = smoothUnion(distances, count, blend);
        }
      },
    };
  },
};

function lengthsOf(values: Readonly<Record<string, number>>): Vector3 {
  return [values["Lx"], values["Ly"], values["Lz"]];
}
