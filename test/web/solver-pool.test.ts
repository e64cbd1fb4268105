import { describe, expect, it } from "vitest";
import { ConvergenceError, UsageError } from "../../src/core/errors.js";
import { chooseSolver } from "../../src/solver/choose-solver.js";
import { runSolveTask } from "../../src/solver/solve-task.js";
import { createWebSolverPool } from "../../src/web/solver-pool.js";
import { callWorker } from "../../src/web/worker-call.js";
import { createGridEdges, createLaplacian, createRandom, createSystem } from "../solver/systems.js";
import { expectError } from "../support/expect-error.js";
import { startFakeWorker, type FakeWorker } from "./fake-worker.js";

const random = createRandom(11);
const matrix = createLaplacian(5 ** 3, createGridEdges(5, random));
const system = createSystem(matrix, 3, random, new Int32Array(5 ** 3), 1);

/** Starts workers and remembers them; each waits for `gate` before it solves. */
function createWorkers(gate: Promise<void> = Promise.resolve()) {
  const started: FakeWorker[] = [];
  let numBusy = 0;
  const load = { most: 0 };
  const createWorker = (): FakeWorker => {
    const worker = startFakeWorker(async (task, progress) => {
      numBusy++;
      load.most = Math.max(load.most, numBusy);
      try {
        await gate;
        const value = await runSolveTask(task, progress);
        return { value, transfer: [value.solution.buffer as ArrayBuffer] };
      } finally {
        numBusy--;
      }
    });
    started.push(worker);
    return worker;
  };
  return { started, load, createWorker };
}

const never = new Promise<void>(() => undefined);

describe("createWebSolverPool", () => {
  it("solves at most `jobs` systems at a time, as this thread does, and keeps its workers", async () => {
    const { started, load, createWorker } = createWorkers();
    const pool = createWebSolverPool({ jobs: 2, solver: "wasm-cg", createWorker });
    const here = await chooseSolver("wasm-cg", system).solve(system);
    const solutions = await Promise.all(Array.from({ length: 5 }, async () => pool.solve(system)));
    for (const there of solutions) expect(there).toEqual(here);
    expect(load.most).toBe(2);
    expect(started).toHaveLength(2);
    await pool.dispose();
    expect(started.every((worker) => worker.isTerminated)).toBe(true);
  });

  it("leaves the caller's system alone, and brings progress", async () => {
    const { createWorker } = createWorkers();
    const pool = createWebSolverPool({ jobs: 1, solver: "wasm-cg", createWorker });
    const before = structuredClone(system);
    const steps = new Set<string>();
    await pool.solve(system, { progress: ({ step }) => steps.add(step) });
    expect(system).toEqual(before);
    expect([...steps]).toEqual(["wasm-cg"]);
    await pool.dispose();
  });

  it("brings failures back as errors of their class, and goes on", async () => {
    const { createWorker } = createWorkers();
    const pool = createWebSolverPool({ jobs: 1, solver: "wasm-cg", createWorker });
    const error: unknown = await pool.solve(system, { maxIterations: 1 }).catch((reason: unknown) => reason);
    expectError(ConvergenceError, "not-converged", () => {
      throw error;
    });
    expect((error as ConvergenceError).details["iterations"]).toEqual(expect.any(Array));
    await expect(pool.solve(system)).resolves.toMatchObject({ method: "wasm-cg" });
    await pool.dispose();
  });

  it.each([
    ["Uncaught Error: boom", /boom/],
    [undefined, /module cannot be loaded/],
  ])("fails the solve of a worker that dies (%s), and starts another one", async (message, reason) => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { started, createWorker } = createWorkers(gate);
    const pool = createWebSolverPool({ jobs: 1, solver: "wasm-cg", createWorker });
    const first = pool.solve(system);
    const second = pool.solve(system);
    await Promise.resolve();
    started[0].die(message);
    await expect(first).rejects.toMatchObject({ name: "KernelError", code: "worker-failed" });
    await expect(first).rejects.toThrow(reason);
    open();
    await expect(second).resolves.toMatchObject({ method: "wasm-cg" });
    expect(started.map((worker) => worker.isTerminated)).toEqual([true, false]);
    await pool.dispose();
  });

  it("ends its workers when the signal aborts, whatever they do", async () => {
    const { started, createWorker } = createWorkers(never);
    const controller = new AbortController();
    const pool = createWebSolverPool({ jobs: 2, createWorker, signal: controller.signal });
    const solves = Array.from({ length: 3 }, async () => pool.solve(system));
    controller.abort();
    const aborted = { name: "ErfemError", code: "aborted" };
    for (const solve of solves) await expect(solve).rejects.toMatchObject(aborted);
    await expect(pool.solve(system)).rejects.toMatchObject(aborted);
    expect(started.map((worker) => worker.isTerminated)).toEqual([true, true]);
    const late = createWebSolverPool({ jobs: 1, createWorker, signal: controller.signal });
    await expect(late.solve(system)).rejects.toMatchObject(aborted);
    expect(started).toHaveLength(2);
  });

  it("fails what is under way when it is disposed of", async () => {
    const { started, createWorker } = createWorkers(never);
    const pool = createWebSolverPool({ jobs: 1, createWorker });
    const solve = pool.solve(system);
    await pool.dispose();
    await expect(solve).rejects.toMatchObject({ name: "UsageError", code: "pool-disposed" });
    expect(started.map((worker) => worker.isTerminated)).toEqual([true]);
  });

  it("fails a call whose request does not arrive whole", async () => {
    const worker = createWorkers().createWorker();
    const request = new Float64Array(2);
    structuredClone(request, { transfer: [request.buffer] });
    const call = callWorker(worker, { request }, { transfer: [request.buffer] });
    await expect(call).rejects.toMatchObject({ name: "ErfemError", code: "internal-error" });
    worker.terminate();
  });

  it("refuses a number of jobs that is none", () => {
    expectError(UsageError, "jobs-invalid", () => createWebSolverPool({ jobs: 1.5 }));
  });
});
