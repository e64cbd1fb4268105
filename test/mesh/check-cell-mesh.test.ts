import { beforeAll, describe, expect, it } from "vitest";
import { MeshError } from "../../src/core/errors.js";
import { loadKernel, type Kernel } from "../../src/kernel/kernel.js";
import { checkCellMesh } from "../../src/mesh/check-cell-mesh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel();
});

/** Two meshes in one, with nodes of their own. */
function join(a: TetMesh, b: TetMesh): TetMesh {
  const concatenate = <T extends Float64Array | Int32Array>(x: T, y: T): T => {
    const result = new (x.constructor as new (length: number) => T)(x.length + y.length);
    result.set(x);
    result.set(y, x.length);
    return result;
  };
  return {
    ...a,
    numNodes: a.numNodes + b.numNodes,
    numCells: a.numCells + b.numCells,
    coordinates: concatenate(a.coordinates, b.coordinates),
    cells: concatenate(
      a.cells,
      b.cells.map((node) => node + a.numNodes),
    ),
    cellRegion: concatenate(a.cellRegion, b.cellRegion),
    nodeTags: concatenate(a.nodeTags, b.nodeTags),
    cellTags: concatenate(a.cellTags, b.cellTags),
  };
}

const left = boxMesh({ counts: [2, 2, 2] });

describe("the mesh of a whole cell", () => {
  it("passes in one part, and in two that do not touch", () => {
    expect(checkCellMesh(kernel, left)).toBe(1);
    const apart = boxMesh({ counts: [2, 2, 2], origin: [1.5, 0, 0] });
    expect(checkCellMesh(kernel, join(left, apart))).toBe(2);
  });

  it("is refused where its parts lie on one another with nodes of their own", () => {
    const beside = boxMesh({ counts: [2, 2, 2], origin: [1, 0, 0] });
    const error = expectError(MeshError, "mesh-cracked", () => checkCellMesh(kernel, join(left, beside)));
    expect(error.details["numFacets"]).toBe(16);
  });

  it("is refused where cells overlap", () => {
    const cells = Int32Array.from([...left.cells, ...left.cells.subarray(0, 4)]);
    const cellRegion = Int32Array.from([...left.cellRegion, 0]);
    const cellTags = Float64Array.from([...left.cellTags, 999]);
    const twice = { ...left, numCells: left.numCells + 1, cells, cellRegion, cellTags };
    expect(() => checkCellMesh(kernel, twice)).toThrow(MeshError);
  });
});
