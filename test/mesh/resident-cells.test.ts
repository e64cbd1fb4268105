import { describe, expect, it } from "vitest";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { writeMsh } from "../../src/io/msh-writer.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { orderMesh } from "../../src/mesh/order-mesh.js";
import { findResidentCells, releaseMesh, viewCells } from "../../src/mesh/resident-cells.js";
import { boxMesh, renumberMesh } from "../support/box-mesh.js";

const kernel = await loadKernel();

/** Tags of cells that are consecutive in the file, and tags that are not. */
const box = renumberMesh(
  boxMesh({ counts: [9, 8, 7], volumeOf: (i, j, k) => (i + j + k < 9 ? "ER" : "cytosol") }),
  3,
);
const scattered = { ...box, cellTags: box.cellTags.map((tag) => 7 * tag + (tag % 3)) };

describe.each([
  ["consecutive", box],
  ["scattered", scattered],
])("cells that stay in the kernel, tags %s", (_, mesh) => {
  const bytes = writeMsh(mesh, { version: "4.1", binary: true });
  const plain = parseMsh(bytes);
  const read = (): ReturnType<typeof parseMsh> => parseMsh(bytes, { kernel, staysInKernel: true });

  it("are those of the file", () => {
    const resident = read();
    expect(findResidentCells(resident, kernel)).toBeDefined();
    expect(viewCells(resident)).toEqual(plain.cells);
    expect(resident).toEqual(plain);
    expect(resident.cells).toBe(resident.cells);
    expect(resident.cellTags).toBe(resident.cellTags);
  });

  it("are put in order there, or out of there where the mesh is not given up", () => {
    const ordered = orderMesh(kernel, plain);
    const resident = orderMesh(kernel, read(), true);
    expect(findResidentCells(resident, kernel)).toBeDefined();
    expect(resident).toEqual(ordered);
    const kept = read();
    const copied = orderMesh(kernel, kept);
    expect(findResidentCells(copied, kernel)).toBeUndefined();
    expect(copied).toEqual(ordered);
    expect(kept).toEqual(plain);
  });

  it("give the same tensors, in their kernel and in another", async () => {
    const { result, periodic } = await homogenize(plain, { kernel });
    for (const own of [kernel, await loadKernel()]) {
      const other = await homogenize(orderMesh(kernel, read(), true), { kernel: own });
      expect({ ...other.result, timings: {} }).toEqual({ ...result, timings: {} });
      for (const key of ["partner", "wrap", "nodeClass", "lowPartner"] as const) {
        expect(other.periodic[key]).toEqual(periodic[key]);
      }
    }
  });

  it("are let go of in the kernel when they are ordered, and when the file is refused", async () => {
    const own = await loadKernel();
    const readOwn = (file: Uint8Array): ReturnType<typeof parseMsh> =>
      parseMsh(file, { kernel: own, staysInKernel: true });
    const run = (): void => {
      const ordered = orderMesh(own, readOwn(bytes), true);
      releaseMesh(ordered);
      expect(() => readOwn(bytes.subarray(0, bytes.length - 2000))).toThrow();
    };
    run();
    const { heapBytes } = own;
    for (let i = 0; i < 20; i++) run();
    expect(own.heapBytes - heapBytes).toBeLessThan(2 ** 18);
  });
});

describe("findResidentCells", () => {
  it("finds none of another kernel, nor of a mesh that has its own", async () => {
    const resident = parseMsh(writeMsh(box, { version: "4.1", binary: true }), {
      kernel,
      staysInKernel: true,
    });
    expect(findResidentCells(resident, await loadKernel())).toBeUndefined();
    expect(findResidentCells(box, kernel)).toBeUndefined();
  });
});
