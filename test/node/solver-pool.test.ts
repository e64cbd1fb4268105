import { describe, expect, it } from "vitest";
import { homogenize } from "../../src/homogenization/homogenize.js";
import type * as ErfemNode from "../../src/node/index.js";
import { boxMesh } from "../support/box-mesh.js";

// Worker threads run JavaScript, so that the pool is tested as it is built.
const { createSolverPool } = (await import(
  new URL("../../dist/node/index.js", import.meta.url).href
)) as typeof ErfemNode;

const pipes = boxMesh({
  counts: [6, 6, 6],
  volumeOf: (i, j, k) => ([i, j, k].filter((n) => n === 2).length >= 2 ? "ER" : "cytosol"),
});

describe("createSolverPool", () => {
  it("solves phases in other threads, with the same result and with progress", async () => {
    const steps = new Set<string>();
    const pool = createSolverPool({ jobs: 2, solver: "wasm-cg" });
    try {
      const here = await homogenize(pipes, { solver: "wasm-cg" });
      const there = await homogenize(pipes, {
        solver: pool,
        concurrency: 2,
        progress: ({ step }) => steps.add(step),
      });
      expect(Object.keys(there.result.phases)).toEqual(["ER", "cytosol"]);
      for (const name of ["ER", "cytosol"]) {
        expect(there.result.phases[name].homogenized).toEqual(here.result.phases[name].homogenized);
        expect(there.result.phases[name].solver).toEqual(here.result.phases[name].solver);
      }
      expect([...steps]).toContain("cytosol: solve");
    } finally {
      await pool.dispose();
    }
  });

  it("brings failures back as errors of their class", async () => {
    const pool = createSolverPool({ jobs: 1, solver: "wasm-cg" });
    try {
      await expect(homogenize(pipes, { solver: pool, maxIterations: 1 })).rejects.toMatchObject({
        name: "ConvergenceError",
        code: "not-converged",
        details: { iterations: expect.any(Array) as number[] },
      });
    } finally {
      await pool.dispose();
    }
  });

  it("refuses a number of jobs that is none", () => {
    expect(() => createSolverPool({ jobs: 0 })).toThrow(/number of jobs is 0/);
  });
});
