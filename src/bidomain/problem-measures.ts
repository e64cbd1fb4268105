import { UsageError } from "../core/errors.js";
import { cellVolume, triangleArea } from "../mesh/geometry.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { CellNodes } from "./field-stiffness.js";
import type { MembraneOptions } from "./problem-options.js";

/**
 * The nodes that carry unknowns: those of the mesh, or the first ones, which the others are identified with.
 *
 * @throws UsageError `identification-invalid`
 */
export function identifyNodes(mesh: TetMesh, nodeOf?: Int32Array): CellNodes {
  if (nodeOf === undefined) return { numNodes: mesh.numNodes, cellNodes: mesh.cells };
  let numNodes = 0;
  while (numNodes < nodeOf.length && nodeOf[numNodes] === numNodes) numNodes++;
  const wrong = nodeOf.findIndex((node) => !(node >= 0 && node < numNodes));
  if (nodeOf.length !== mesh.numNodes || wrong >= 0) {
    throw new UsageError(
      "identification-invalid",
      `nodes are identified by ${nodeOf.length} numbers for ${mesh.numNodes} nodes` +
        (wrong >= 0 ? `, node ${wrong} with ${nodeOf[wrong]}` : "") +
        `; expected one for each node, the first ${numNodes} being their own and all others one of those`,
      { details: { length: nodeOf.length, numNodes: mesh.numNodes, node: wrong } },
    );
  }
  return { numNodes, cellNodes: mesh.cells.map((node) => nodeOf[node]) };
}

/** V_ir = int phi_i over region r, numRegions x numNodes. */
export function lumpVolumes(
  mesh: TetMesh,
  cellRegion: Int32Array,
  numRegions: number,
  { numNodes, cellNodes }: CellNodes,
): Float64Array {
  const volumes = new Float64Array(numRegions * numNodes);
  cellRegion.forEach((region, cell) => {
    if (region < 0) return;
    const quarter = cellVolume(mesh, cell) / 4;
    for (let i = 0; i < 4; i++) volumes[region * numNodes + cellNodes[4 * cell + i]] += quarter;
  });
  return volumes;
}

/**
 * epsilon int phi_i dG over the facets of a membrane, numNodes.
 *
 * @throws UsageError `thickness-not-positive`
 */
export function lumpFacets(
  mesh: TetMesh,
  { name, facets, thickness }: MembraneOptions,
  numNodes: number,
  nodeOf?: Int32Array,
): Float64Array {
  if (!(thickness > 0 && Number.isFinite(thickness))) {
    throw new UsageError(
      "thickness-not-positive",
      `the thickness of the membrane "${name}" is ${thickness} um; expected a length > 0`,
      { details: { membrane: name, thickness } },
    );
  }
  const measures = new Float64Array(numNodes);
  for (let first = 0; first < facets.length; first += 3) {
    const share = (thickness * triangleArea(mesh, facets[first], facets[first + 1], facets[first + 2])) / 3;
    for (let i = first; i < first + 3; i++) measures[nodeOf?.[facets[i]] ?? facets[i]] += share;
  }
  return measures;
}
