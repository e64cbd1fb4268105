import { describe, expect, it } from "vitest";
import { MeshError } from "../../../src/core/errors.js";
import { boundAngles } from "../../../src/meshing/guarantee/bound-angles.js";
import { boundCotangent, type Point, type Segment } from "../../../src/meshing/guarantee/cotangent-range.js";
import {
  GUARANTEED_DIHEDRAL_ANGLES,
  guaranteeFor,
} from "../../../src/meshing/guarantee/guaranteed-angles.js";
import { WARP_LIMITS } from "../../../src/meshing/warp-limits.js";
import { expectError } from "../../support/expect-error.js";
import { createRandom } from "../../support/msh-text.js";

/** Half the unit of the last digit of the constants, degrees. */
const accuracy = 0.02;

const random = createRandom(1944);
const randomPoint = (): Point => [random(), random(), random()];

/** cot of the angle between the facets a b c and a b d, by projection along the edge. */
function cotangent(a: Point, b: Point, c: Point, d: Point): number {
  const e = b.map((x, k) => x - a[k]);
  const [u, v] = [c, d].map((p) => {
    const w = p.map((x, k) => x - a[k]);
    const along = (w[0] * e[0] + w[1] * e[1] + w[2] * e[2]) / (e[0] ** 2 + e[1] ** 2 + e[2] ** 2);
    return w.map((x, k) => x - along * e[k]);
  });
  const cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / (Math.hypot(...u) * Math.hypot(...v));
  return 1 / Math.tan(Math.acos(cosine));
}

const at = ({ origin, direction }: Segment, t: number): Point => [
  origin[0] + t * direction[0],
  origin[1] + t * direction[1],
  origin[2] + t * direction[2],
];

describe("the interval of the cotangent of a dihedral angle", () => {
  it("holds it for all positions on the segments, and shrinks to it", () => {
    const found = new Float64Array(2);
    let numBounded = 0;
    for (let trial = 0; trial < 300; trial++) {
      const [c, d] = [randomPoint(), randomPoint()];
      const [p, q] = [0, 1].map((): Segment => {
        const direction = randomPoint().map((x) => 0.3 * x) as unknown as Point;
        return { origin: randomPoint(), direction, low: 0, high: 1 };
      });
      for (const orientation of [-1, 1]) {
        boundCotangent(p, q, c, d, orientation, found);
        if (!Number.isFinite(found[0])) continue;
        numBounded++;
        for (let sample = 0; sample < 20; sample++) {
          const [s, t] = [random(), random()];
          const value = cotangent(at(p, s), at(q, t), c, d);
          const roundoff = 1e-9 * (1 + Math.abs(value));
          expect(value).toBeGreaterThan(found[0] - roundoff);
          expect(value).toBeLessThan(found[1] + roundoff);
          boundCotangent({ ...p, low: s, high: s }, { ...q, low: t, high: t }, c, d, orientation, found);
          expect(Math.abs(found[0] - value)).toBeLessThan(roundoff);
          boundCotangent(p, q, c, d, orientation, found);
        }
      }
    }
    // Half of the random cells are large enough for their segments.
    expect(numBounded).toBeGreaterThan(50);
  });
});

describe("the guarantee of the mesher", () => {
  it("is what branch and bound over all stencils proves, rounded outwards by 0.1 degrees at most", () => {
    const results = boundAngles(WARP_LIMITS, accuracy);
    const smallest = Math.min(...results.map(({ bounds }) => bounds.smallest));
    const largest = Math.max(...results.map(({ bounds }) => bounds.largest));
    expect(GUARANTEED_DIHEDRAL_ANGLES.smallest).toBeLessThanOrEqual(smallest);
    expect(GUARANTEED_DIHEDRAL_ANGLES.largest).toBeGreaterThanOrEqual(largest);
    expect(GUARANTEED_DIHEDRAL_ANGLES.smallest).toBeGreaterThan(smallest - 0.1);
    expect(GUARANTEED_DIHEDRAL_ANGLES.largest).toBeLessThan(largest + 0.1);
    for (const { bounds, attained } of results) {
      expect(attained.smallest - bounds.smallest).toBeLessThan(1.01 * accuracy);
      expect(bounds.largest - attained.largest).toBeLessThan(1.01 * accuracy);
    }
  });

  it("refuses limits for which cells may be flat", () => {
    expectError(MeshError, "stencil-inverted", () =>
      boundAngles({ long: 0.49, short: 0.49, face: 0.49, half: 0.49 }, 1),
    );
  });

  it("is weaker for cuboids, by the ratio of their edges", () => {
    const { smallest, largest } = guaranteeFor({ spacing: [1, 1.25, 1] });
    const half = (degrees: number): number => Math.tan((degrees * Math.PI) / 360);
    expect(half(smallest)).toBeCloseTo(half(GUARANTEED_DIHEDRAL_ANGLES.smallest) / 1.25, 12);
    expect(half(180 - largest)).toBeCloseTo(half(180 - GUARANTEED_DIHEDRAL_ANGLES.largest) / 1.25, 12);
    expect(guaranteeFor({ spacing: [2, 2, 2] }).smallest).toBeCloseTo(
      GUARANTEED_DIHEDRAL_ANGLES.smallest,
      12,
    );
  });
});
