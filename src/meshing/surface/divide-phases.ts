import { MeshError } from "../../core/errors.js";
import { createFacetTable, findFacet, insertFacet } from "../../mesh/facet-table.js";
import { facetNode } from "../../mesh/facets.js";
import type { TetMesh } from "../../mesh/tet-mesh.js";
import { membraneTag } from "./boundary-mesh.js";

/** What the orientation of the membrane says of the phases. */
export interface DividedMesh {
  readonly mesh: TetMesh;
  readonly volume: number;
  /** Connected parts of the ER and of the cytosol. */
  readonly numParts: readonly [number, number];
  /** Facets of the membrane whose normal contradicts the phases at their sides. */
  readonly numContradicting: number;
}

/**
 * Divides the cells of a box at the membrane: parts of the box that meet across the membrane are of different phases, and
 * which is which, the normals of most of the membrane's facets say, pointing from the ER into the cytosol.
 *
 * @param mesh whole box as one volume, the membrane as facets of entity {@link membraneTag}
 * @param membrane corners of the oriented facets, numFacets x 3, as nodes of `mesh`
 * @param partner of each half-facet of `mesh`, see pairFacets
 * @throws MeshError `membrane-not-in-mesh`, `membrane-not-separating`
 */
export function dividePhases(
  mesh: TetMesh,
  partner: Int32Array,
  names: { readonly inside: string; readonly outside: string },
): DividedMesh {
  const membrane = listMembrane(mesh);
  const table = createFacetTable(membrane.length / 3);
  for (let i = 0; i < membrane.length; i += 3) {
    insertFacet(table, membrane[i], membrane[i + 1], membrane[i + 2], i / 3);
  }
  const { partOf, numParts } = floodParts(mesh, partner, table);
  const { color, numContradicting } = colorParts(mesh, partner, table, membrane, partOf, numParts);
  const cellRegion = partOf.map((part) => color[part]);
  const parts: [number, number] = [0, 0];
  for (const c of color) parts[c]++;
  const facetRegion = new Int32Array(membrane.length / 3);
  const divided: TetMesh = {
    ...mesh,
    cellRegion,
    cellRegions: [
      { entityTag: 1, groups: [0] },
      { entityTag: 2, groups: [1] },
    ],
    volumes: [
      { name: names.inside, tag: 1 },
      { name: names.outside, tag: 2 },
    ],
    numFacets: facetRegion.length,
    facets: membrane,
    facetRegion,
    facetRegions: [{ entityTag: membraneTag, groups: [0] }],
    surfaces: [{ name: "membrane", tag: 3 }],
    periodicLinks: [],
  };
  return { mesh: divided, volume: 0, numParts: parts, numContradicting };
}

function listMembrane(mesh: TetMesh): Int32Array {
  const corners: number[] = [];
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (mesh.facetRegions[mesh.facetRegion[facet]].entityTag !== membraneTag) continue;
    corners.push(...mesh.facets.subarray(3 * facet, 3 * facet + 3));
  }
  return Int32Array.from(corners);
}

/** Parts of the box that the membrane separates: cells joined by facets that are not of the membrane. */
function floodParts(
  mesh: TetMesh,
  partner: Int32Array,
  table: ReturnType<typeof createFacetTable>,
): { partOf: Int32Array; numParts: number } {
  const partOf = new Int32Array(mesh.numCells).fill(-1);
  const queue = new Int32Array(mesh.numCells);
  let numParts = 0;
  for (let seed = 0; seed < mesh.numCells; seed++) {
    if (partOf[seed] >= 0) continue;
    partOf[seed] = numParts;
    queue[0] = seed;
    let end = 1;
    for (let begin = 0; begin < end; begin++) {
      for (let half = 4 * queue[begin]; half < 4 * queue[begin] + 4; half++) {
        const other = partner[half] >> 2;
        if (partner[half] < 0 || partOf[other] >= 0 || membraneFacet(mesh, table, half) >= 0) continue;
        partOf[other] = numParts;
        queue[end++] = other;
      }
    }
    numParts++;
  }
  return { partOf, numParts };
}

function membraneFacet(mesh: TetMesh, table: ReturnType<typeof createFacetTable>, half: number): number {
  const { cells } = mesh;
  return findFacet(table, facetNode(cells, half, 0), facetNode(cells, half, 1), facetNode(cells, half, 2));
}

/** 0 (ER) or 1 (cytosol) for each part. */
function colorParts(
  mesh: TetMesh,
  partner: Int32Array,
  table: ReturnType<typeof createFacetTable>,
  membrane: Int32Array,
  partOf: Int32Array,
  numParts: number,
): { color: Uint8Array; numContradicting: number } {
  // The two sides of each facet: where its normal comes from, and where it points to.
  const behind = new Int32Array(membrane.length / 3).fill(-1);
  const ahead = new Int32Array(membrane.length / 3).fill(-1);
  for (let half = 0; half < 4 * mesh.numCells; half++) {
    const facet = membraneFacet(mesh, table, half);
    if (facet < 0) continue;
    // Seen from outside the cell its corners are counter-clockwise: the facet's normal then points out of the cell.
    const a = membrane[3 * facet];
    const b = membrane[3 * facet + 1];
    const corner = [0, 1, 2].find((i) => facetNode(mesh.cells, half, i) === a) ?? 0;
    const pointsOut = facetNode(mesh.cells, half, (corner + 1) % 3) === b;
    (pointsOut ? behind : ahead)[facet] = partOf[half >> 2];
  }
  const missing = behind.findIndex((part, facet) => part < 0 || ahead[facet] < 0);
  if (missing >= 0 || partner.length === 0) throw notInMesh(mesh, membrane, missing);
  const neighbours: number[][] = Array.from({ length: numParts }, () => []);
  for (const [facet, part] of behind.entries()) {
    neighbours[part].push(ahead[facet]);
    neighbours[ahead[facet]].push(part);
  }
  const color = new Uint8Array(numParts).fill(2);
  color[0] = 0;
  const stack = [0];
  while (stack.length > 0) {
    const part = stack.pop() ?? 0;
    for (const other of neighbours[part]) {
      if (color[other] === color[part]) throw notSeparating();
      if (color[other] !== 2) continue;
      color[other] = 1 - color[part];
      stack.push(other);
    }
  }
  let votes = 0;
  for (const part of behind) votes += color[part] === 0 ? 1 : -1;
  if (votes < 0) for (let part = 0; part < numParts; part++) color[part] = 1 - color[part];
  return { color, numContradicting: (behind.length - Math.abs(votes)) / 2 };
}

function notInMesh(mesh: TetMesh, membrane: Int32Array, facet: number): MeshError {
  const node = 3 * membrane[3 * Math.max(0, facet)];
  const point = Array.from(mesh.coordinates.subarray(node, node + 3));
  return new MeshError(
    "membrane-not-in-mesh",
    `Gmsh's mesh lacks the membrane at (${point.join(", ")}); mesh the surface with --mesher lattice, or with another --size`,
    { details: { point } },
  );
}

function notSeparating(): MeshError {
  return new MeshError(
    "membrane-not-separating",
    "the same part of the box lies on both sides of the membrane; expected a surface that separates the ER from the cytosol: " +
      "close its holes (MeshLab: Close holes; pymeshfix)",
  );
}
