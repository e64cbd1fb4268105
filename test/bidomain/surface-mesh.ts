import { boxMesh, type BoxMeshOptions } from "../support/box-mesh.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";

/** A box mesh whose facets on the two faces across `axis` are the surfaces "low" and "high". */
export function boxWithEnds(options: BoxMeshOptions, axis = 0): TetMesh {
  const mesh = boxMesh(options);
  const { counts, lengths = [1, 1, 1], origin = [0, 0, 0] } = options;
  const slack = (1e-9 * lengths[axis]) / counts[axis];
  const facets: number[] = [];
  const facetRegion: number[] = [];
  [origin[axis], origin[axis] + lengths[axis]].forEach((end, side) => {
    const isOn = (node: number): boolean => Math.abs(mesh.coordinates[3 * node + axis] - end) < slack;
    for (let cell = 0; cell < mesh.numCells; cell++) {
      const nodes = Array.from(mesh.cells.subarray(4 * cell, 4 * cell + 4)).filter(isOn);
      if (nodes.length !== 3) continue;
      facets.push(...nodes);
      facetRegion.push(side);
    }
  });
  return {
    ...mesh,
    numFacets: facetRegion.length,
    facets: Int32Array.from(facets),
    facetRegion: Int32Array.from(facetRegion),
    facetRegions: [
      { entityTag: 1, groups: [0] },
      { entityTag: 2, groups: [1] },
    ],
    surfaces: [
      { name: "low", tag: 1 },
      { name: "high", tag: 2 },
    ],
  };
}
