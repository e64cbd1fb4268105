import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { KernelError } from "../../src/core/errors.js";
import { type Kernel, loadKernel } from "../../src/kernel/kernel.js";
import { KernelBuffers, withKernelBuffers } from "../../src/kernel/kernel-buffers.js";
import { createWasmCgSolver } from "../../src/solver/wasm-conjugate-gradients.js";
import { createWasmDirectSolver } from "../../src/solver/wasm-direct.js";
import { createGridEdges, createLaplacian, createRandom, createSystem } from "../solver/systems.js";

const moduleUrl = new URL("../../wasm/erfem-kernel.wasm", import.meta.url);

function createGridSystem(size: number): ReturnType<typeof createSystem> {
  const random = createRandom(size);
  const matrix = createLaplacian(size ** 3, createGridEdges(size, random));
  return createSystem(matrix, 3, random, new Int32Array(size ** 3), 1);
}

function catchKernelError(work: () => unknown): KernelError {
  try {
    work();
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
  throw new Error("expected a KernelError");
}

async function findCode(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "solved",
    (error: unknown) => (error instanceof KernelError ? error.code : String(error)),
  );
}

// Takes all memory of an instance, down to pieces of 1 KiB.
function exhaust(kernel: Kernel): void {
  for (let bytes = 2 ** 30; bytes >= 2 ** 10;) {
    if (kernel.call("erfem_allocate", bytes) === 0) bytes /= 2;
  }
}

describe("loadKernel", () => {
  it("loads the embedded module, and the same from bytes", async () => {
    const embedded = await loadKernel();
    const given = await loadKernel(new Uint8Array(readFileSync(moduleUrl)));
    expect([embedded.version, given.version]).toEqual([5, 5]);
  });

  it("ships less than 250 kB", () => {
    expect(readFileSync(moduleUrl).length).toBeLessThan(250_000);
  });

  it.each([
    ["no module", Uint8Array.of(1, 2, 3)],
    ["a module that is not the kernel", Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)],
  ])("refuses %s", async (_, bytes) => {
    const error: unknown = await loadKernel(bytes).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(KernelError);
    expect((error as KernelError).code).toBe("kernel-load-failed");
  });

  it("gives instances that know nothing of each other", async () => {
    const [left, right] = await Promise.all([loadKernel(), loadKernel()]);
    const buffers = new KernelBuffers(left);
    const pointer = buffers.copyIn(Float64Array.of(1, 2, 3));
    const others = new KernelBuffers(right);
    expect(others.copyIn(Float64Array.of(4, 5, 6))).toBe(pointer);
    expect(buffers.readFloat64(pointer, 3)).toEqual(Float64Array.of(1, 2, 3));
    expect(others.readFloat64(pointer, 3)).toEqual(Float64Array.of(4, 5, 6));
    expect(() => left.call("erfem_cg_iterate", 0xffffff00, 1)).toThrow(KernelError);
    expect(right.call("erfem_kernel_version")).toBe(5);
  });
});

describe("memory", () => {
  it("does not grow over 50 solves, nor when they fail", async () => {
    const kernel = await loadKernel();
    const system = createGridSystem(8);
    const broken = { ...system, matrix: { ...system.matrix, values: system.matrix.values.map((v) => -v) } };
    const [direct, iterative] = [createWasmDirectSolver(kernel), createWasmCgSolver(kernel)];
    const solveAll = async (): Promise<void> => {
      await direct.solve(system);
      await iterative.solve(system);
      expect(await findCode(direct.solve(broken))).toBe("not-positive-definite");
      expect(await findCode(iterative.solve(broken))).toBe("not-positive-definite");
    };
    // The largest free piece, to the byte: a single block that is lost shows, which the size of the heap would hide.
    const measureFree = (): number => {
      let bytes = 0;
      for (let step = 2 ** 31; step >= 64; step /= 2) {
        const pointer = kernel.call("erfem_allocate", bytes + step);
        if (pointer !== 0) bytes += step;
        kernel.free("erfem_release", pointer);
      }
      return bytes;
    };
    await solveAll();
    const heapBytes = kernel.heapBytes;
    for (let count = 0; count < 50; count++) await solveAll();
    expect(kernel.heapBytes).toBe(heapBytes);
    const free = measureFree();
    await solveAll();
    expect(measureFree()).toBe(free);
  });

  it("survives growth while buffers are held", async () => {
    const kernel = await loadKernel();
    withKernelBuffers(kernel, (buffers) => {
      const pointer = buffers.copyIn(Float64Array.of(7, 8));
      const before = kernel.heapBytes;
      buffers.allocate(2 ** 26);
      expect(kernel.heapBytes).toBeGreaterThan(before);
      expect(buffers.readFloat64(pointer, 2)).toEqual(Float64Array.of(7, 8));
    });
  });

  it("frees its buffers when the work fails", async () => {
    const kernel = await loadKernel();
    const fail = (): never =>
      withKernelBuffers(kernel, (buffers) => {
        buffers.allocate(2 ** 28);
        throw new Error("stop");
      });
    for (let count = 0; count < 40; count++) expect(fail).toThrow("stop");
    expect(kernel.heapBytes).toBeLessThan(2 ** 29);
  });

  it("says so when it ends, whatever was being done", async () => {
    const system = createGridSystem(9);
    const outcomes: Record<string, Set<string>> = {};
    for (const create of [createWasmDirectSolver, createWasmCgSolver]) {
      for (let holeBytes = 2 ** 13; holeBytes <= 2 ** 21; holeBytes *= 4) {
        const kernel = await loadKernel();
        const hole = kernel.call("erfem_allocate", holeBytes);
        exhaust(kernel);
        kernel.free("erfem_release", hole);
        const solver = create(kernel);
        (outcomes[solver.name] ??= new Set()).add(await findCode(solver.solve(system)));
      }
    }
    const both = new Set(["kernel-out-of-memory", "solved"]);
    expect(outcomes).toEqual({ "wasm-ldlt": both, "wasm-cg": both });
  });

  it("refuses what 32-bit addresses cannot reach", async () => {
    const kernel = await loadKernel();
    const buffers = new KernelBuffers(kernel);
    for (const bytes of [2 ** 32 - 1, 2 ** 32, 2 ** 40]) {
      const error = catchKernelError(() => buffers.allocate(bytes));
      expect(error.code).toBe("kernel-out-of-memory");
    }
    buffers.allocate(8);
    buffers.dispose();
  });

  it("is out of use after a trap", async () => {
    const kernel = await loadKernel();
    const trap = catchKernelError(() => kernel.call("erfem_ldlt_solve", 0xffffff00, 0, 1, 0));
    expect(trap.code).toBe("kernel-trap");
    expect(catchKernelError(() => kernel.call("erfem_allocate", 8))).toBe(trap);
    expect(await findCode(createWasmCgSolver(kernel).solve(createGridSystem(2)))).toBe("kernel-trap");
  });
});
