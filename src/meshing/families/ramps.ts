import { requireFit, type UnitCellFamily } from "./family.js";

const name = "ramps";

/**
 * Sheets joined by helicoidal ramps of both hands (Terasaki ramps). The sheets' middle is the surface
 * 2 pi z / s = arg f(x, y) with f = cos X - cos(pi d / Lx) + i cos Y, X = 2 pi x / Lx, Y = 2 pi y / Ly: its four zeros in
 * a cell, two of each winding, are the axes of left- and right-handed helicoids of pitch s, so that all turns are one
 * connected sheet. With w the angle between both sides and N = sqrt(1 + (s / 2 pi)^2 |grad arg f|^2) the level set is
 * (s / pi) (|sin(w / 2)| / N - sin(pi t / (2 s))): about the distance, smooth on the axes too.
 *
 * On the membrane its slope is cos(w / 2), about 0.9, away from the axes, and up to 1.6 on the cores around them (defaults).
 *
 * @see M. Terasaki et al., Cell (2013), PMC3767119, for the motif. The function f is a choice of ours.
 */
export const ramps: UnitCellFamily = {
  name,
  summary: "stacked sheets joined by helicoidal ramps of both hands (Terasaki ramps), one connected sheet",
  lengthUnit: "nm",
  defaultSize: 25,
  parameters: [
    {
      name: "thickness",
      default: 60,
      unit: "nm",
      label: "thickness of the sheets, with their lumen",
      min: 0,
    },
    {
      name: "spacing",
      default: 200,
      unit: "nm",
      label: "distance of neighbouring sheets, the pitch of the ramps",
      min: 0,
    },
    { name: "Lx", default: 800, unit: "nm", label: "period along x: two ramps", min: 0 },
    { name: "Ly", default: 800, unit: "nm", label: "period along y: two ramps", min: 0 },
    {
      name: "distance",
      default: 400,
      unit: "nm",
      label: "distance along x of ramps of opposite hands",
      min: 0,
    },
    {
      name: "hand",
      default: 1,
      unit: "",
      label: "1, or -1 for the mirror image in z",
      min: -1,
      mayBeMin: true,
      max: 1,
      isWhole: true,
    },
  ],
  box: ({ Lx, Ly, spacing }) => [Lx, Ly, spacing],
  createLevelSet(values) {
    const { thickness, spacing, Lx, Ly, distance, hand } = values;
    const thin = `thickness below ${0.8 * spacing}, 4/5 of the spacing: take thinner sheets or a wider spacing`;
    requireFit(thickness < 0.8 * spacing, name, values, ["thickness", "spacing"], thin);
    const inside = `a distance of ramps from the spacing, ${spacing}, to Lx - spacing = ${Lx - spacing}: the cores must stay apart`;
    requireFit(
      distance >= spacing && distance <= Lx - spacing,
      name,
      values,
      ["distance", "Lx", "spacing"],
      inside,
    );
    requireFit(
      Ly >= 2 * spacing,
      name,
      values,
      ["Ly", "spacing"],
      `Ly from ${2 * spacing}, twice the spacing`,
    );
    requireFit(hand !== 0, name, values, ["hand"], "1 or -1");
    const shift = Math.cos((Math.PI * distance) / Lx);
    const [kx, ky, kz] = [Lx, Ly, spacing].map((length) => (2 * Math.PI) / length);
    const threshold = Math.sin((Math.PI * thickness) / (2 * spacing));
    return {
      origin: [0, 0, 0],
      lengths: [Lx, Ly, spacing],
      evaluate(points, numPoints, out) {
        for (let point = 0; point < numPoints; point++) {
          const u = Math.cos(kx * points[3 * point]) - shift;
          const v = Math.cos(ky * points[3 * point + 1]);
          const ux = -kx * Math.sin(kx * points[3 * point]);
          const vy = -ky * Math.sin(ky * points[3 * point + 1]);
          const angle = hand * kz * points[3 * point + 2];
          // |f|^2 (1 - cos w) / 2 and |f|^2 N^2, both finite on the axes, where the first one is 0
          const square = u * u + v * v;
          const modulus = Math.sqrt(square);
          const turned = Math.max(0, modulus - (u * Math.cos(angle) + v * Math.sin(angle))) / 2;
          const slope = square === 0 ? ux * ux + vy * vy : (u * u * vy * vy + v * v * ux * ux) / square;
          const stretch = square + slope / (kz * kz);
          out[point] = (spacing / Math.PI) * (Math.sqrt((modulus * turned) / stretch) - threshold);
        }
      },
    };
  },
};
