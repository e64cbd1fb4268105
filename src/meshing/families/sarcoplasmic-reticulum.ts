import { requireFit, type UnitCellFamily } from "./family.js";
import { smoothUnion } from "./smooth-union.js";
import { wrapAround } from "./tubes.js";

const name = "sarcoplasmic-reticulum";

/**
 * Sleeve of sarcoplasmic reticulum around a myofibril along z in a box D x D x S, one sarcomere long: n longitudinal
 * tubules at the distance R from the axis; at the Z line (z = 0) a ring through them and four links to the neighbouring
 * sleeves along +-x and +-y; at the M band (z = S/2) a collar, a cylindrical sheet with a round fenestration between
 * each two tubules. A smooth union of their distances. Cytosol is what is left, the myofibril too.
 *
 * The motif (tubular net at the Z line, fenestrated collar at the M band) is that of Hayashi (1987); the default lengths
 * are choices of ours of the usual magnitude, not measured ones.
 */
export const sarcoplasmicReticulum: UnitCellFamily = {
  name,
  summary:
    "sleeve of sarcoplasmic reticulum around a myofibril: longitudinal tubules, Z-line net, M-band collar",
  lengthUnit: "nm",
  defaultSize: 40,
  parameters: [
    { name: "r", default: 40, unit: "nm", label: "radius of the tubules", min: 0 },
    {
      name: "sleeveRadius",
      default: 450,
      unit: "nm",
      label: "radius R of the sleeve, around the myofibril",
      min: 0,
    },
    {
      name: "tubules",
      default: 8,
      unit: "",
      label: "longitudinal tubules around a myofibril",
      min: 2,
      mayBeMin: true,
      max: 64,
      isWhole: true,
    },
    { name: "period", default: 1200, unit: "nm", label: "distance of neighbouring myofibrils", min: 0 },
    {
      name: "sarcomere",
      default: 2000,
      unit: "nm",
      label: "length of a sarcomere, the period along z",
      min: 0,
    },
    {
      name: "collarWidth",
      default: 300,
      unit: "nm",
      label: "width of the collar along z; 0 for none",
      min: 0,
      mayBeMin: true,
    },
    { name: "collarThickness", default: 60, unit: "nm", label: "thickness of the collar", min: 0 },
    {
      name: "holeRadius",
      default: 60,
      unit: "nm",
      label: "radius of its fenestrations; 0 for none",
      min: 0,
      mayBeMin: true,
    },
    {
      name: "blend",
      default: 8,
      unit: "nm",
      label: "width of the rounding where parts meet",
      min: 0,
      mayBeMin: true,
    },
  ],
  box: ({ period, sarcomere }) => [period, period, sarcomere],
  createLevelSet(values) {
    checkFit(values);
    const { r, sleeveRadius, tubules, period, sarcomere, collarWidth, collarThickness, holeRadius, blend } =
      values;
    const step = (2 * Math.PI) / tubules;
    const half = collarThickness / 2;
    const rim = holeRadius === 0 ? 0 : holeRadius + half;
    const distances = new Float64Array(5);
    return {
      origin: [0, 0, 0],
      lengths: [period, period, sarcomere],
      evaluate(points, numPoints, out) {
        for (let point = 0; point < numPoints; point++) {
          const x = wrapAround(points[3 * point] - period / 2, period);
          const y = wrapAround(points[3 * point + 1] - period / 2, period);
          const z = wrapAround(points[3 * point + 2], sarcomere);
          const rho = Math.hypot(x, y);
          const angle = Math.atan2(y, x);
          // Around the nearest tubule; tubules are at the angles 0, step, 2 step, ...
          const turn = angle - step * Math.round(angle / step);
          distances[0] = Math.hypot(rho * Math.cos(turn) - sleeveRadius, rho * Math.sin(turn)) - r;
          distances[1] = Math.hypot(rho - sleeveRadius, z) - r;
          distances[2] = Math.hypot(Math.max(sleeveRadius - Math.abs(x), 0), y, z) - r;
          distances[3] = Math.hypot(Math.max(sleeveRadius - Math.abs(y), 0), x, z) - r;
          if (collarWidth > 0) {
            const along = wrapAround(z - sarcomere / 2, sarcomere);
            const around = sleeveRadius * (step / 2 - Math.abs(turn));
            const hole = Math.max(rim - Math.hypot(around, along), 0);
            const edge = Math.max(Math.abs(along) - (collarWidth / 2 - half), 0);
            distances[4] = Math.hypot(Math.max(hole, edge), rho - sleeveRadius) - half;
          }
          out[point] = smoothUnion(distances, collarWidth > 0 ? 5 : 4, blend);
        }
      },
    };
  },
};

function checkFit(values: Readonly<Record<string, number>>): void {
  const { r, sleeveRadius, tubules, period, sarcomere, collarWidth, collarThickness, holeRadius, blend } =
    values;
  const widest = Math.max(r, collarThickness / 2) + 2 * blend;
  const apart = `sleeveRadius + r + 2 blend below ${period / 2}, half the period, and sleeveRadius above r + 2 blend`;
  const isApart = sleeveRadius + widest < period / 2 && sleeveRadius > widest;
  requireFit(isApart, name, values, ["sleeveRadius", "r", "period", "blend", "collarThickness"], apart);
  const gap = 2 * sleeveRadius * Math.sin(Math.PI / tubules);
  const separate = `fewer tubules: neighbours are ${gap.toFixed(1)} nm apart, which must be more than 2 r + 4 blend`;
  requireFit(gap > 2 * r + 4 * blend, name, values, ["tubules", "r", "sleeveRadius", "blend"], separate);
  if (collarWidth === 0) return;
  const short = `collarWidth from collarThickness to ${sarcomere / 2}, half the sarcomere`;
  const isShort = collarWidth >= collarThickness && collarWidth <= sarcomere / 2;
  requireFit(isShort, name, values, ["collarWidth", "collarThickness", "sarcomere"], short);
  if (holeRadius === 0) return;
  const most = Math.min(collarWidth / 2 - collarThickness, (Math.PI * sleeveRadius) / tubules - r);
  const holes = `holeRadius below ${most.toFixed(1)} nm, so that fenestrations lie between the tubules and inside the collar`;
  requireFit(holeRadius < most, name, values, ["holeRadius", "collarWidth", "tubules"], holes);
}
