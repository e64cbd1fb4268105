import { beforeAll, describe, expect, it } from "vitest";
import { createRobustnessCases } from "../../scripts/bench/robustness/cases.js";
import { createDiffusionSystem } from "../../scripts/bench/robustness/diffusion-systems.js";
import { P1 } from "../../src/fem/element.js";
import { KernelStatus } from "../../src/kernel/kernel-status.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { findNullSpace, pinComponents } from "../../src/solver/null-space.js";
import { createRandom, measureDifference } from "../solver/systems.js";
import { boxMesh, mapCoordinates, renumberMesh } from "../support/box-mesh.js";
import { buildNative, canBuildNative, runNative, type NumberArray } from "./native/program.js";
import { wasmOperations } from "./native/wasm-operations.js";

/**
 * Relative to the largest number of an array. Both do the same operations in the same order, without fused ones, so that
 * they usually agree to the last bit; but Eigen uses wider registers in native code, and may add up in another order.
 */
const ROUND_OFF = 1e-14;
/** Twenty minutes: a compiler run on a busy machine. */
const BUILD_TIMEOUT = 1_200_000;

const systems = createRobustnessCases(4000, createRandom(11)).filter(({ name }) =>
  ["thin channels", "jumps, random between cells", "facets: slivers", "many components"].includes(name),
);

describe.skipIf(!canBuildNative())("native and WebAssembly kernel agree to round-off", () => {
  let program: string;
  beforeAll(() => {
    program = buildNative();
  }, BUILD_TIMEOUT);

  async function expectAgreement(
    operation: keyof typeof wasmOperations,
    input: readonly NumberArray[],
  ): Promise<NumberArray[]> {
    const expected = wasmOperations[operation](await loadKernel(), input);
    const actual = runNative(program, operation, input);
    expect(actual.map((array) => array.length)).toEqual(expected.map((array) => array.length));
    for (const [at, array] of expected.entries()) {
      // Integers (iterations, patterns, orders) are the same.
      if (array instanceof Int32Array) expect(actual[at]).toEqual(array);
      else
        expect(measureDifference(Float64Array.from(actual[at]), array), `array ${at}`).toBeLessThanOrEqual(
          ROUND_OFF,
        );
    }
    expect(expected[0][0]).toBe(KernelStatus.ok);
    return expected;
  }

  describe.each(systems)("$name", ({ options }) => {
    const system = createDiffusionSystem(options);
    const { matrix } = system;

    it.each([0, 1])("multigrid, robust %d", async (robust) => {
      const [, iterations] = await expectAgreement("mg", toInput(system, robust));
      expect(Math.min(...iterations)).toBeGreaterThan(5);
    });

    it("conjugate gradients with incomplete Cholesky", async () => {
      const [, iterations] = await expectAgreement("cg", toInput(system, 0));
      expect(Math.min(...iterations)).toBeGreaterThan(5);
    });

    it("reverse Cuthill-McKee", async () => {
      await expectAgreement("rcm", [matrix.rowStart, matrix.columns]);
    });
  });

  it("sparse LDL'", async () => {
    const system = createDiffusionSystem({ counts: [8, 8, 8], random: createRandom(3) });
    const { matrix, kept } = pinComponents(system.matrix, findNullSpace(system));
    const rhs = system.rhs.slice(0, 3 * kept.length);
    await expectAgreement(
      "ldlt",
      toInput({ ...system, matrix, rhs, component: new Int32Array(0), numComponents: 0 }, 0),
    );
  });

  it("assembly, energies, order and facets of a mesh", async () => {
    const flat = renumberMesh(boxMesh({ counts: [6, 5, 4] }), 8);
    const { coordinates, cells, numCells, numNodes } = mapCoordinates(flat, (x, y, z) => [
      x + 0.02 * Math.sin(7 * y),
      y - 0.02 * Math.cos(5 * z),
      z + 0.02 * Math.sin(6 * x),
    ]);
    const random = createRandom(4);
    const tensors = Float64Array.of(2, 0.5, 0.2, 0.5, 1, -0.4, 0.2, -0.4, 3, 1e3, 0, 0, 0, 1e3, 0, 0, 0, 1e3);
    const [, , , , , sums] = await expectAgreement("assembly", [
      coordinates,
      cells,
      Int32Array.from({ length: numCells }, (_, cell) => cell),
      cells,
      Int32Array.of(numNodes),
      Float64Array.from([...P1.gradients, 0.25, 0.25, 0.25, 0.25]),
      tensors,
      Int32Array.from({ length: numCells }, () => (random() < 0.5 ? 0 : 1)),
      Float64Array.from({ length: 3 * numNodes }, random),
    ]);
    expect(sums.length).toBe(numNodes + 12);
    await expectAgreement("mesh", [coordinates, cells]);
  });
});

function toInput(system: CsrSystem, robust: number): NumberArray[] {
  const { matrix, rhs, numRhs, component, numComponents } = system;
  return [
    Int32Array.of(matrix.numRows, numRhs, numComponents, robust, 2000),
    matrix.rowStart,
    matrix.columns,
    matrix.values,
    component,
    rhs,
    Float64Array.of(1e-8),
  ];
}
