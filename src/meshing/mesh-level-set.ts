import { MeshError, UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import { meshVolume, triangleArea } from "../mesh/geometry.js";
import { MEMBRANE_SURFACE } from "../mesh/membrane.js";
import { measureQuality } from "../mesh/quality.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { evaluateNodes, findCutEdges, type CutEdges } from "./cut-edges.js";
import { fillStencils, type FilledStencils } from "./fill-stencils.js";
import { countGradedNodes, gradeLattice } from "./graded-lattice.js";
import { DEFAULT_GRADING, type LevelSet, type LevelSetMesh, type LevelSetMeshOptions } from "./level-set.js";
import {
  createPeriodicLattice,
  latticeCoordinates,
  layOutLattice,
  type LatticeLayout,
  type PeriodicLattice,
} from "./periodic-lattice.js";
import { guaranteeFor, type DihedralRange } from "./guarantee/guaranteed-angles.js";
import { warpNodes, type WarpedNodes } from "./warp-nodes.js";

const defaultMaxNodes = 20_000_000;

/** Working memory for each node of the mesh, with its file and the check of that, measured (3.8 GiB for 2.9 million); bytes. */
const bytesPerNode = 1400;

/** Working memory for each node of the lattice, measured (0.84 GiB for 16 million); bytes. */
const bytesPerLatticeNode = 60;

/** Of angles of cells far from the origin, degrees. */
const angleRoundoff = 1e-6;

const defaultNames = { inside: "ER", outside: "cytosol" };

/**
 * Meshes both sides of the zero set of a periodic function with tetrahedra: isosurface stuffing on a body-centred cubic
 * lattice. Nodes that are too near to the membrane are moved onto it, and every tetrahedron of the lattice that is still cut
 * is filled by one of five patterns. The faces of the box are planes of the lattice, and opposite ones have the same
 * triangles. Away from the membrane cubes are joined to larger ones, up to `grading` times as large.
 *
 * What is thinner than an edge of the lattice is not seen. Volume and area converge with order 2 where phi is smooth.
 *
 * @throws UsageError `size-not-fitting`, `invalid-parameter`
 * @throws MeshError `mesh-too-large` with the estimate, before anything that large is made; `one-phase` where phi does not change
 *   its sign on the lattice; `level-set-not-finite`; `angle-guarantee-broken`, which never happens
 * @see Labelle and Shewchuk (2007), Isosurface stuffing, doi:10.1145/1276377.1276448
 * @see Bronson, Levine and Whitaker (2014), Lattice cleaving, doi:10.1109/TVCG.2013.115
 */
export function meshLevelSet(levelSet: LevelSet, options: LevelSetMeshOptions): LevelSetMesh {
  const { size, progress, names = defaultNames } = options;
  checkMeshSize(levelSet.lengths, options);
  const layout = layOutLattice(levelSet.lengths, size);
  const lattice = createPeriodicLattice(levelSet.origin, layout);
  const coordinates = latticeCoordinates(lattice);
  progress?.({ step: "evaluate level set", fraction: 0 });
  const values = evaluateNodes(lattice, coordinates, levelSet);
  checkValues(lattice, coordinates, values);
  progress?.({ step: "find membrane", fraction: 0.3 });
  const cuts = findCutEdges(lattice, coordinates, values, levelSet);
  if (cuts.count === 0) throw onePhase(values, size);
  const warped = warpNodes(lattice, coordinates, values, cuts, levelSet);
  const grading = gradeLattice(lattice, warped.side, options.grading ?? DEFAULT_GRADING);
  const expectedNodes = countGradedNodes(lattice, grading) + countCuts(lattice, cuts, warped);
  checkSize(expectedNodes, lattice, options);
  progress?.({ step: "fill lattice", fraction: 0.6 });
  const filled = fillStencils(lattice, coordinates, values, cuts, warped, grading, expectedNodes);
  const mesh = toMesh(filled, [names.inside, names.outside]);
  progress?.({ step: "measure quality", fraction: 0.9 });
  const { minDihedralDegrees, maxDihedralDegrees } = measureQuality(mesh);
  const dihedral = { smallest: minDihedralDegrees, largest: maxDihedralDegrees };
  const guaranteedDihedral = guaranteeFor(lattice);
  checkAngles(dihedral, guaranteedDihedral);
  return {
    mesh,
    report: {
      dihedral,
      guaranteedDihedral,
      volume: volumeOf(mesh, 0),
      area: areaOf(mesh, filled.membrane),
      snappedNodes: warped.numSnapped,
    },
  };
}

/**
 * Refuses a box that is certain to have too many nodes, before there is a level set of it: its lattice takes too much memory,
 * or has too many nodes even where all of it were as coarse as the grading allows.
 *
 * @throws UsageError `size-not-fitting`, `invalid-parameter`; MeshError `mesh-too-large` with the estimate
 */
export function checkMeshSize(lengths: Vector3, options: LevelSetMeshOptions): void {
  const { grading = DEFAULT_GRADING } = options;
  if (!(grading >= 1 && Number.isInteger(Math.log2(grading)))) {
    throw new UsageError(
      "invalid-parameter",
      `the grading is ${grading}; expected a power of two: 1 for a uniform lattice, 2, 4, 8, ...`,
      { details: { grading } },
    );
  }
  const layout = layOutLattice(lengths, options.size);
  checkSize(
    Math.ceil(layout.numBoxNodes / grading ** 3),
    layout,
    options,
    grading === 1 ? "about" : "at least",
  );
}

function toMesh(filled: FilledStencils, names: readonly string[]): TetMesh {
  const { numNodes, numCells, coordinates, cells, region, membrane } = filled;
  const numFacets = membrane.length / 3;
  return {
    numNodes,
    numCells,
    numFacets,
    coordinates,
    cells,
    cellRegion: region,
    cellRegions: names.map((_, volume) => ({ entityTag: volume + 1, groups: [volume] })),
    volumes: names.map((name, volume) => ({ name, tag: volume + 1 })),
    facets: membrane,
    facetRegion: new Int32Array(numFacets),
    facetRegions: [{ entityTag: names.length + 1, groups: [0] }],
    surfaces: [{ name: MEMBRANE_SURFACE, tag: names.length + 1 }],
    periodicLinks: [],
    nodeTags: Float64Array.from({ length: numNodes }, (_, node) => node + 1),
    cellTags: Float64Array.from({ length: numCells }, (_, cell) => cell + 1),
    cellData: [],
    report: {
      invertedCells: 0,
      droppedNodes: 0,
      duplicatedElements: 0,
      reducedCells: 0,
      ghostCells: 0,
      warnings: [],
    },
  };
}

function checkSize(
  numNodes: number,
  { numBoxNodes }: LatticeLayout,
  { size, grading = DEFAULT_GRADING, maxNodes = defaultMaxNodes, maxBytes = Infinity }: LevelSetMeshOptions,
  quantifier: "about" | "at least" = "about",
): void {
  // What nodes a mesh may have without a limit of memory says how large a lattice may be.
  const bytesOfLattice = numBoxNodes * bytesPerLatticeNode;
  const bytes = bytesOfLattice + numNodes * bytesPerNode;
  const excess = Math.max(
    numNodes / maxNodes,
    bytes / maxBytes,
    bytesOfLattice / (Math.max(maxNodes, defaultMaxNodes) * bytesPerNode),
  );
  if (excess <= 1) return;
  // Nodes near the membrane grow like size^-2.
  const enough = Number((1.05 * size * excess ** (grading === 1 ? 1 / 3 : 1 / 2)).toPrecision(3));
  const limit = maxBytes === Infinity ? "no" : (maxBytes / 2 ** 30).toFixed(1);
  throw new MeshError(
    "mesh-too-large",
    `a size of ${size} makes ${quantifier} ${numNodes} nodes of a lattice of ${numBoxNodes}, for which the mesher takes ` +
      `${(bytes / 2 ** 30).toFixed(1)} GiB; the limits are ${maxNodes} nodes and ${limit} GiB: ` +
      `take a size of ${enough}, or other limits`,
    { details: { size, numNodes, numLatticeNodes: numBoxNodes, bytes, maxNodes, maxBytes, enough } },
  );
}

/** Edges that are still cut. */
function countCuts({ torusNode }: PeriodicLattice, { nodes }: CutEdges, { side }: WarpedNodes): number {
  let count = 0;
  for (let i = 0; i < nodes.length; i += 2) {
    if (side[torusNode[nodes[i]]] * side[torusNode[nodes[i + 1]]] < 0) count++;
  }
  return count;
}

/** The angles of every mesh are held against what is proven; beyond that the mesher has a fault. */
function checkAngles(dihedral: DihedralRange, guaranteed: DihedralRange): void {
  const { smallest, largest } = dihedral;
  const excess = Math.max(guaranteed.smallest - smallest, largest - guaranteed.largest);
  if (excess <= angleRoundoff) return;
  throw new MeshError(
    "angle-guarantee-broken",
    `the mesh has dihedral angles from ${smallest} to ${largest} degrees; expected ${guaranteed.smallest.toFixed(2)} to ` +
      `${guaranteed.largest.toFixed(2)}, as is proven: this is a fault of erfem, please report the level set and the size`,
    { details: { dihedral, guaranteed } },
  );
}

function checkValues(lattice: PeriodicLattice, coordinates: Float64Array, values: Float64Array): void {
  const torus = values.findIndex((value) => !Number.isFinite(value));
  if (torus < 0) return;
  const node = lattice.torusNode.indexOf(torus);
  const point = Array.from(coordinates.subarray(3 * node, 3 * node + 3));
  throw new MeshError(
    "level-set-not-finite",
    `the level set is ${values[torus]} at (${point.join(", ")}); expected a number everywhere in the cell`,
    { details: { point, value: values[torus] } },
  );
}

function onePhase(values: Float64Array, size: number): MeshError {
  const isInside = values[0] < 0;
  return new MeshError(
    "one-phase",
    `the level set is ${isInside ? "negative" : "positive"} on the whole lattice, so that there is one phase only; expected a ` +
      `membrane (negative inside the ER, positive outside), and none thinner than the size, ${size}`,
    { details: { size, isInside } },
  );
}

function volumeOf(mesh: TetMesh, region: number): number {
  const cells = mesh.cells.filter((_, i) => mesh.cellRegion[i >> 2] === region);
  return meshVolume({ ...mesh, cells, numCells: cells.length / 4 });
}

function areaOf(mesh: TetMesh, triangles: Int32Array): number {
  let area = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    area += triangleArea(mesh, triangles[i], triangles[i + 1], triangles[i + 2]);
  }
  return area;
}
