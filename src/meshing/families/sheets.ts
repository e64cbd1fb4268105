import { requireFit, type UnitCellFamily } from "./family.js";
import { wrapAround } from "./tubes.js";

const name = "sheets";

/**
 * Parallel sheets across z with round holes (fenestrations) on a square lattice; sheet k of n is moved by k/n of the
 * lattice along both axes. With b = thickness / 2, a = holeRadius + b and rho the distance from the nearest hole's axis,
 * the level set is hypot(max(a - rho, 0), z) - b, an exact distance; the rim of a hole is half a torus. Each sheet has the
 * volume 2 b p^2 - pi (2 a^2 b - pi a b^2 + 4/3 b^3) and the membrane 2 (p^2 - pi a^2) + 2 pi^2 a b - 4 pi b^2.
 */
export const sheets: UnitCellFamily = {
  name,
  summary: "parallel sheets with round fenestrations on a square lattice",
  lengthUnit: "nm",
  defaultSize: 20,
  parameters: [
    { name: "thickness", default: 60, unit: "nm", label: "thickness of a sheet, with its lumen", min: 0 },
    {
      name: "spacing",
      default: 200,
      unit: "nm",
      label: "distance of the middles of neighbouring sheets",
      min: 0,
    },
    {
      name: "holeRadius",
      default: 50,
      unit: "nm",
      label: "smallest radius of the fenestrations; 0 for none",
      min: 0,
      mayBeMin: true,
    },
    { name: "pitch", default: 300, unit: "nm", label: "distance of neighbouring fenestrations", min: 0 },
    {
      name: "layers",
      default: 1,
      unit: "",
      label: "sheets in a cell, each moved against the one below",
      min: 1,
      mayBeMin: true,
      max: 16,
      isWhole: true,
    },
  ],
  box: ({ pitch, spacing, layers }) => [pitch, pitch, layers * spacing],
  createLevelSet(values) {
    const { thickness, spacing, holeRadius, pitch, layers } = values;
    const apart = `thickness below ${spacing}, the spacing: take thinner sheets or a wider spacing`;
    requireFit(thickness < spacing, name, values, ["thickness", "spacing"], apart);
    const b = thickness / 2;
    const a = holeRadius === 0 ? 0 : holeRadius + b;
    const whole = `2 holeRadius + thickness below ${pitch}, the pitch, so that rims do not meet: take smaller holes or a wider pitch`;
    requireFit(2 * a < pitch, name, values, ["holeRadius", "thickness", "pitch"], whole);
    const height = layers * spacing;
    return {
      origin: [0, 0, 0],
      lengths: [pitch, pitch, height],
      evaluate(points, numPoints, out) {
        for (let point = 0; point < numPoints; point++) {
          // Sheet k lies at z = (k + 1/2) spacing.
          const nearest = Math.floor(points[3 * point + 2] / spacing);
          const z = points[3 * point + 2] - (nearest + 0.5) * spacing;
          const layer = nearest - layers * Math.floor(nearest / layers);
          const shift = pitch * (0.5 + layer / layers);
          const x = wrapAround(points[3 * point] - shift, pitch);
          const y = wrapAround(points[3 * point + 1] - shift, pitch);
          out[point] = Math.hypot(Math.max(a - Math.hypot(x, y), 0), z) - b;
        }
      },
    };
  },
};
