import { describe, expect, test } from "vitest";
import { norm3, principalAxes, type Matrix3, type Vector3 } from "../../src/core/tensor.js";
import { rotateTensor, turnTensor } from "../../src/core/turn-tensor.js";
import { createRandom } from "../solver/systems.js";

/** Round-off of a handful of products of numbers up to 3. */
const ROUND_OFF = 2e-15;

const a: Matrix3 = [
  [1, 0, 0],
  [0, 2, 0],
  [0, 0, 3],
];

function expectTensor(found: Matrix3, expected: Matrix3, tolerance = ROUND_OFF): void {
  for (let k = 0; k < 3; k++) {
    for (let l = 0; l < 3; l++) {
      expect(Math.abs(found[k][l] - expected[k][l]), `entry ${k}, ${l}`).toBeLessThanOrEqual(tolerance);
    }
  }
}

const diagonal = (x: number, y: number, z: number): Matrix3 => [
  [x, 0, 0],
  [0, y, 0],
  [0, 0, z],
];

describe("turnTensor", () => {
  test("leaves a tensor whose axis has the direction", () => {
    expect(turnTensor(a, [0, 0, 1], [0, 0, 5])).toEqual(a);
  });

  test.each<readonly [Vector3, Vector3, Matrix3]>([
    [[0, 0, 1], [2, 0, 0], diagonal(3, 2, 1)],
    [[0, 0, 1], [0, -1, 0], diagonal(1, 3, 2)],
    [[1, 0, 0], [0, 1, 0], diagonal(2, 1, 3)],
  ])("by 90 degrees: %j to %j", (axis, direction, expected) => {
    expectTensor(turnTensor(a, axis, direction), expected);
  });

  test("opposite: a half-turn about the farthest coordinate axis", () => {
    const oblique: Matrix3 = [
      [1, 0.1, 0.2],
      [0.1, 2, 0.3],
      [0.2, 0.3, 3],
    ];
    // z to -z about y: x and z change their signs.
    expectTensor(turnTensor(oblique, [0, 0, 1], [0, 0, -1]), [
      [1, -0.1, 0.2],
      [-0.1, 2, -0.3],
      [0.2, -0.3, 3],
    ]);
    // x to -x about z.
    expectTensor(turnTensor(oblique, [1, 0, 0], [-3, 0, 0]), [
      [1, 0.1, -0.2],
      [0.1, 2, -0.3],
      [-0.2, -0.3, 3],
    ]);
  });

  test("is accurate next to the opposite direction", () => {
    for (const angle of [1e-3, 1e-8, 1e-12, 1e-14]) {
      const direction: Vector3 = [Math.sin(angle), 0, -Math.cos(angle)];
      const { values } = principalAxes(turnTensor(a, [0, 0, 1], direction));
      expect(Math.max(...values.map((value, i) => Math.abs(value - [3, 2, 1][i])))).toBeLessThan(1e-14);
      expectTensor(turnTensor(diagonal(1, 1, 3), [0, 0, 1], direction), crossIsotropic(direction), 1e-14);
    }
  });

  test("keeps the principal values, and takes the axis's direction along", () => {
    const random = createRandom(5);
    for (let i = 0; i < 200; i++) {
      const axis: Vector3 = [random() - 0.5, random() - 0.5, random() - 0.5];
      const direction: Vector3 = [random() - 0.5, random() - 0.5, random() - 0.5];
      const along = crossIsotropic(axis);
      expectTensor(turnTensor(along, axis, direction), crossIsotropic(direction), 1e-14);
      const { values } = principalAxes(turnTensor(a, axis, direction));
      expect(Math.max(...values.map((value, k) => Math.abs(value - [3, 2, 1][k])))).toBeLessThan(1e-14);
    }
  });
});

test("rotateTensor is R a R^T", () => {
  const R: Matrix3 = [
    [0, 0, 1],
    [1, 0, 0],
    [0, 1, 0],
  ];
  expect(rotateTensor(a, R)).toEqual(diagonal(3, 1, 2));
});

/** I + 2 d d^T with d normalized: 3 along d, 1 across. */
function crossIsotropic(d: Vector3): Matrix3 {
  const scale = 2 / norm3(d) ** 2;
  const row = (k: 0 | 1 | 2): Vector3 => [
    (k === 0 ? 1 : 0) + scale * d[k] * d[0],
    (k === 1 ? 1 : 0) + scale * d[k] * d[1],
    (k === 2 ? 1 : 0) + scale * d[k] * d[2],
  ];
  return [row(0), row(1), row(2)];
}
