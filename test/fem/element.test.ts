import { describe, expect, it } from "vitest";
import { CROUZEIX_RAVIART, evaluateBasis, P1, type TetElement } from "../../src/fem/element.js";
import { seededRandom } from "../support/box-mesh.js";

/** Round-off of sums of a few numbers of order one. */
const ROUNDOFF = 1e-14;
/** Step of central differences; exact for affine functions up to ROUNDOFF / STEP. */
const STEP = 1e-3;

/** The contract that every element passes. */
describe.each([P1, CROUZEIX_RAVIART])("element $name", (element: TetElement) => {
  const random = seededRandom(2);
  const points = Array.from({ length: 10 }, () => [random(), random(), random()]);
  const indices = Array.from({ length: element.numLocalDofs }, (_, i) => i);

  it("has basis functions dual to its dofs: phi_i(dof_j) = delta_ij", () => {
    for (const i of indices) {
      for (const j of indices) {
        const [x, y, z] = element.dofPoints.slice(3 * j, 3 * j + 3);
        expect(evaluateBasis(element, i, x, y, z)).toBe(i === j ? 1 : 0);
      }
    }
  });

  it("adds up to one everywhere", () => {
    for (const [x, y, z] of points) {
      const sum = indices.reduce((total, i) => total + evaluateBasis(element, i, x, y, z), 0);
      expect(Math.abs(sum - 1)).toBeLessThan(ROUNDOFF);
    }
  });

  it("has the gradients that finite differences give", () => {
    for (const i of indices) {
      for (const [x, y, z] of points) {
        const value = (dx: number, dy: number, dz: number): number =>
          evaluateBasis(element, i, x + dx, y + dy, z + dz);
        const differences = [
          value(STEP, 0, 0) - value(-STEP, 0, 0),
          value(0, STEP, 0) - value(0, -STEP, 0),
          value(0, 0, STEP) - value(0, 0, -STEP),
        ];
        differences.forEach((difference, d) => {
          expect(Math.abs(difference / (2 * STEP) - element.gradients[3 * i + d])).toBeLessThan(
            ROUNDOFF / STEP,
          );
        });
      }
    }
  });
});
