import { describe, expect, it } from "vitest";
import { mapNodeDofs } from "../../src/fem/dof-map.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { findComponents } from "../../src/mesh/components.js";
import { KernelMesh, withKernelMesh } from "../../src/mesh/kernel-mesh.js";
import { orderMesh } from "../../src/mesh/order-mesh.js";
import { identifyPeriodicFaces } from "../../src/mesh/periodic-mesh.js";
import { cellsByPhase, partitionPhases } from "../../src/mesh/phases.js";
import { boxMesh, renumberMesh, seededRandom } from "../support/box-mesh.js";
import { firstOfLabel, naiveComponents, naiveFans } from "../support/naive-phase.js";

const kernel = await loadKernel();

/** A box whose cubes are ER or cytosol by chance: many components that touch at edges and nodes and across the wrap. */
function randomBox(seed: number, share: number): ReturnType<typeof boxMesh> {
  const random = seededRandom(seed);
  const isEr = Array.from({ length: 216 }, () => random() < share);
  return boxMesh({
    counts: [6, 6, 6],
    volumeOf: (i, j, k) => (isEr[36 * i + 6 * j + k] ? "ER" : "cytosol"),
  });
}

describe("a phase in the kernel", () => {
  it.each([
    [1, 0.5, false],
    [2, 0.3, true],
    [3, 0.15, false],
    [4, 0.7, true],
  ])("has the components and fans of a naive search (seed %d)", (seed, share, isOrdered) => {
    const unordered = renumberMesh(randomBox(seed, share), seed);
    const mesh = isOrdered ? orderMesh(kernel, unordered) : unordered;
    const periodic = identifyPeriodicFaces(kernel, mesh, 2);
    const phases = cellsByPhase(partitionPhases(mesh));
    withKernelMesh(kernel, periodic, (inKernel) => {
      for (const cells of phases) {
        const { componentOfCell, components } = findComponents(inKernel, cells);
        expect(firstOfLabel(componentOfCell)).toEqual(firstOfLabel(naiveComponents(periodic, cells)));
        expect(components.map((c) => c.volume)).toEqual(
          components.map((c) => c.volume).sort((a, b) => b - a),
        );
        const { cellDofs, numDofs, numExtraDofs, nodes } = mapNodeDofs(inKernel, cells);
        expect(firstOfLabel(cellDofs)).toEqual(firstOfLabel(naiveFans(periodic, cells)));
        expect(Math.max(...cellDofs)).toBe(numDofs - 1);
        const classes = new Set(Array.from(nodes, (node) => periodic.nodeClass[node]));
        expect(numDofs - numExtraDofs).toBe(classes.size);
      }
    });
  });

  it("is the same after the mesh has been unloaded", () => {
    const mesh = randomBox(5, 0.4);
    const periodic = identifyPeriodicFaces(kernel, mesh, 2);
    const [cells] = cellsByPhase(partitionPhases(mesh));
    const inKernel = new KernelMesh(kernel, periodic);
    const before = findComponents(inKernel, cells);
    inKernel.unloadNeighbours();
    expect(findComponents(inKernel, cells)).toEqual(before);
    inKernel.unload();
    expect(findComponents(inKernel, cells)).toEqual(before);
    inKernel.unload();
  });

  it("leaves no memory behind, solved or refused", async () => {
    const own = await loadKernel();
    const mesh = randomBox(6, 0.4);
    await homogenize(mesh, { kernel: own });
    const { heapBytes } = own;
    for (let run = 0; run < 20; run++) await homogenize(mesh, { kernel: own });
    await expect(homogenize(mesh, { kernel: own, solver: "wasm-mgcg", maxIterations: 1 })).rejects.toThrow();
    // A run takes more than this; the allocator itself may scatter a little.
    expect(own.heapBytes - heapBytes).toBeLessThan(2 ** 20);
  });
});
