import { expect } from "vitest";
import { ErfemError } from "../../src/core/errors.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";

/** Bytes of a text. */
export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Uniform numbers in [0, 1) from a seed. @see mulberry32, T. Ettinger, public domain */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The ErfemError that a call throws. */
export function catchError(call: () => unknown): ErfemError {
  try {
    call();
  } catch (error) {
    if (error instanceof ErfemError) return error;
    throw error;
  }
  throw new Error("expected an ErfemError, but nothing was thrown");
}

/** An element as the text builders take it: Gmsh type, entity, physical groups, node tags. */
export interface TextElement {
  readonly type: number;
  readonly entity: number;
  readonly groups?: readonly number[];
  readonly nodes: readonly number[];
}

/** Content of a tiny text mesh. */
export interface TextMesh {
  /** Node tag, x, y, z. */
  readonly nodes: readonly (readonly [number, number, number, number])[];
  readonly elements: readonly TextElement[];
  readonly names?: readonly (readonly [dimension: number, tag: number, name: string])[];
}

/** One tetrahedron with the nodes 1 to 4, in volume 7. */
export const oneTetrahedron: TextMesh = {
  nodes: [
    [1, 0, 0, 0],
    [2, 1, 0, 0],
    [3, 0, 1, 0],
    [4, 0, 0, 1],
  ],
  elements: [{ type: 4, entity: 7, nodes: [1, 2, 3, 4] }],
};

/** MSH 2.2 text: an element in several groups stands once for each. */
export function formatMsh2(mesh: TextMesh, more = ""): string {
  const copies = mesh.elements.flatMap((element) =>
    (element.groups?.length ? element.groups : [0]).map((group) => ({ ...element, group })),
  );
  return [
    "$MeshFormat\n2.2 0 8\n$EndMeshFormat",
    ...formatNames(mesh),
    `$Nodes\n${mesh.nodes.length}`,
    ...mesh.nodes.map((node) => node.join(" ")),
    `$EndNodes\n$Elements\n${copies.length}`,
    ...copies.map(
      ({ type, entity, group, nodes }, i) => `${i + 1} ${type} 2 ${group} ${entity} ${nodes.join(" ")}`,
    ),
    `$EndElements\n${more}`,
  ].join("\n");
}

/** MSH 4.1 text: one block per element; the groups of an entity are those of its first element. */
export function formatMsh4(mesh: TextMesh, more = ""): string {
  const entities = [0, 1, 2, 3].map((dimension) => [
    ...new Map(
      mesh.elements
        .filter(({ type }) => getDimension(type) === dimension)
        .reverse()
        .map(({ entity, groups = [] }) => [entity, groups] as const),
    ),
  ]);
  const tags = mesh.nodes.map(([tag]) => tag);
  return [
    "$MeshFormat\n4.1 0 8\n$EndMeshFormat",
    ...formatNames(mesh),
    `$Entities\n${entities.map((list) => list.length).join(" ")}`,
    ...entities.flatMap((list, dimension) =>
      list.map(([tag, groups]) => {
        const box = dimension === 0 ? "0 0 0" : "0 0 0 1 1 1";
        return `${tag} ${box} ${[groups.length, ...groups].join(" ")}${dimension === 0 ? "" : " 0"}`;
      }),
    ),
    `$EndEntities\n$Nodes\n1 ${tags.length} ${Math.min(...tags)} ${Math.max(...tags)}\n3 1 0 ${tags.length}`,
    ...tags,
    ...mesh.nodes.map(([, x, y, z]) => `${x} ${y} ${z}`),
    `$EndNodes\n$Elements\n${mesh.elements.length} ${mesh.elements.length} 1 ${mesh.elements.length}`,
    ...mesh.elements.map(
      ({ type, entity, nodes }, i) =>
        `${getDimension(type)} ${entity} ${type} 1\n${i + 1} ${nodes.join(" ")}`,
    ),
    `$EndElements\n${more}`,
  ].join("\n");
}

function formatNames({ names = [] }: TextMesh): string[] {
  if (names.length === 0) return [];
  const lines = names.map(([dimension, tag, name]) => `${dimension} ${tag} "${name}"`);
  return ["$PhysicalNames", String(names.length), ...lines, "$EndPhysicalNames"];
}

function getDimension(type: number): number {
  if (type === 15) return 0;
  if ([1, 8].includes(type)) return 1;
  return [2, 3, 9, 16].includes(type) ? 2 : 3;
}

/**
 * The unit cube in n^3 cubes of six tetrahedra each (Kuhn), the lower half `ER`, the upper half `cytosol`, all in
 * `everything`; facets between them `membrane`; the faces x = 0 and x = 1 linked. Node tags are sparse.
 */
export function createBoxMesh(n: number): TetMesh {
  const side = n + 1;
  const strides = [1, side, side * side];
  const numNodes = side ** 3;
  const coordinates = new Float64Array(3 * numNodes);
  for (let node = 0; node < numNodes; node++) {
    for (let k = 0; k < 3; k++) coordinates[3 * node + k] = (Math.floor(node / strides[k]) % side) / n;
  }
  const cells: number[] = [];
  const cellRegion: number[] = [];
  const facets: number[] = [];
  const permutations = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
  ];
  for (let cube = 0; cube < n ** 3; cube++) {
    const [i, j, k] = [cube % n, Math.floor(cube / n) % n, Math.floor(cube / n ** 2)];
    const corner = i + side * (j + side * k);
    for (const [order, axes] of permutations.entries()) {
      const path = [corner];
      for (const axis of axes) path.push(path[path.length - 1] + strides[axis]);
      const [a, b, c, d] = path;
      cells.push(...(order < 3 ? [a, b, c, d] : [a, b, d, c]));
      cellRegion.push(k < n / 2 ? 0 : 1);
    }
    if (k === Math.ceil(n / 2)) {
      const [x, y, xy] = [corner + 1, corner + side, corner + 1 + side];
      facets.push(corner, x, xy, corner, xy, y);
    }
  }
  const pairs: number[] = [];
  for (let node = 0; node < numNodes; node += side) pairs.push(node + n, node);
  return {
    numNodes,
    numCells: cellRegion.length,
    numFacets: facets.length / 3,
    coordinates,
    cells: Int32Array.from(cells),
    cellRegion: Int32Array.from(cellRegion),
    cellRegions: [
      { entityTag: 3, groups: [0, 2] },
      { entityTag: 8, groups: [1, 2] },
    ],
    volumes: [
      { name: "ER", tag: 12 },
      { name: "cytosol", tag: 5 },
      { name: "everything", tag: 20 },
    ],
    facets: Int32Array.from(facets),
    facetRegion: new Int32Array(facets.length / 3),
    facetRegions: [{ entityTag: 4, groups: [0] }],
    surfaces: [{ name: "membrane", tag: 9 }],
    periodicLinks: [
      {
        dimension: 2,
        slaveTag: 2,
        masterTag: 1,
        affine: Float64Array.of(1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
        nodePairs: Int32Array.from(pairs),
      },
      { dimension: 1, slaveTag: 6, masterTag: 5, affine: null, nodePairs: Int32Array.of(n, 0) },
    ],
    nodeTags: Float64Array.from({ length: numNodes }, (_, node) => 3 * node + 11),
    cellTags: Float64Array.from({ length: cellRegion.length }, (_, cell) => cell + 100),
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

/** Volume of each named group of volumes. */
export function computeVolumes(mesh: TetMesh): Record<string, number> {
  const volumes: Record<string, number> = {};
  for (let cell = 0; cell < mesh.numCells; cell++) {
    for (const group of mesh.cellRegions[mesh.cellRegion[cell]].groups) {
      const { name } = mesh.volumes[group];
      volumes[name] = (volumes[name] ?? 0) + computeDeterminant(mesh, cell) / 6;
    }
  }
  return volumes;
}

/** det(x1 - x0, x2 - x0, x3 - x0). */
function computeDeterminant({ coordinates, cells }: TetMesh, cell: number): number {
  const [a, b, c] = [1, 2, 3].map((corner) =>
    [0, 1, 2].map(
      (k) => coordinates[3 * cells[4 * cell + corner] + k] - coordinates[3 * cells[4 * cell] + k],
    ),
  );
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) +
    a[1] * (b[2] * c[0] - b[0] * c[2]) +
    a[2] * (b[0] * c[1] - b[1] * c[0])
  );
}

/** Checks every invariant that TetMesh states. */
export function expectValidMesh(mesh: TetMesh): void {
  const { numNodes, numCells, numFacets } = mesh;
  expect(numCells).toBeGreaterThan(0);
  expect(mesh.coordinates).toHaveLength(3 * numNodes);
  expect(mesh.cells).toHaveLength(4 * numCells);
  expect(mesh.facets).toHaveLength(3 * numFacets);
  expect(mesh.nodeTags).toHaveLength(numNodes);
  expect(mesh.cellTags).toHaveLength(numCells);
  expect(mesh.cellRegion).toHaveLength(numCells);
  expect(mesh.facetRegion).toHaveLength(numFacets);
  expect(mesh.coordinates.every((x) => Number.isFinite(x))).toBe(true);
  const isNode = (node: number): boolean => node >= 0 && node < numNodes;
  expect(mesh.cells.every(isNode)).toBe(true);
  expect(mesh.facets.every(isNode)).toBe(true);
  expect(new Set(mesh.cells).size).toBe(numNodes);
  expect(new Set(mesh.nodeTags).size).toBe(numNodes);
  for (let cell = 0; cell < numCells; cell++) expect(computeDeterminant(mesh, cell)).toBeGreaterThan(0);
  for (const [region, regions, groups] of [
    [mesh.cellRegion, mesh.cellRegions, mesh.volumes],
    [mesh.facetRegion, mesh.facetRegions, mesh.surfaces],
  ] as const) {
    expect(region.every((index) => index >= 0 && index < regions.length)).toBe(true);
    const used = new Set(Array.from(region, (index) => regions[index].groups).flat());
    expect([...used].sort((a, b) => a - b)).toEqual([...groups.keys()]);
    expect(new Set(groups.map((group) => group.name)).size).toBe(groups.length);
  }
  expect(mesh.cellRegions.every((region) => region.groups.length > 0)).toBe(true);
  for (const { affine, nodePairs, dimension } of mesh.periodicLinks) {
    expect(affine?.length ?? 16).toBe(16);
    expect(nodePairs.length % 2).toBe(0);
    expect(nodePairs.every(isNode)).toBe(true);
    expect([0, 1, 2]).toContain(dimension);
  }
}
