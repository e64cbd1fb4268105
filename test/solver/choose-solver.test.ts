import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { chooseSolver, DIRECT_LIMIT, solverNames } from "../../src/solver/choose-solver.js";
import type { CsrSystem } from "../../src/solver/linear-solver.js";
import { createMatrix } from "./systems.js";

function createIdentitySystem(numRows: number): CsrSystem {
  const rows = Array.from({ length: numRows }, (_, row) => row);
  return {
    matrix: createMatrix(numRows, [...rows, numRows], rows, new Float64Array(numRows).fill(1)),
    rhs: new Float64Array(numRows).fill(2),
    numRhs: 1,
    component: new Int32Array(0),
    numComponents: 0,
  };
}

describe("chooseSolver", () => {
  it.each(solverNames.filter((name) => name !== "auto"))("gives %s by name, and it solves", async (name) => {
    const system = createIdentitySystem(4);
    const solver = chooseSolver(name, system);
    expect(solver.name).toBe(name);
    expect((await solver.solve(system)).solution).toEqual(Float64Array.of(2, 2, 2, 2));
  });

  it("chooses by size", () => {
    expect(chooseSolver("auto", createIdentitySystem(DIRECT_LIMIT)).name).toBe("wasm-ldlt");
    expect(chooseSolver("auto", createIdentitySystem(DIRECT_LIMIT + 1)).name).toBe("wasm-mgcg");
  });

  it("refuses other names", () => {
    expect(() => chooseSolver("magic", createIdentitySystem(1))).toThrow(UsageError);
    expect(() => chooseSolver("magic", createIdentitySystem(1))).toThrow(/wasm-ldlt/);
  });
});
