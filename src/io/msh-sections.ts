import type { MshSource } from "./msh-source.js";
import { NodeIndex } from "./node-index.js";
import type { RawMesh, RawNodes } from "./raw-mesh.js";

/** Reads the content of one section into the raw mesh; the cursor stands behind the section's name. */
export type SectionReader = (source: MshSource, raw: RawMesh) => void;

/**
 * $PhysicalNames, text in every format: `dimension tag "name"` on each line. A name ends at the last quotation mark.
 * @throws ParseError
 * @see Gmsh reference manual, section 10.1, MSH file format
 */
export function readPhysicalNames(source: MshSource, raw: RawMesh): void {
  const numNames = source.readCountLine();
  for (let i = 0; i < numNames; i++) {
    const start = source.offset;
    const match = /^\s*([0-3])\s+(-?\d{1,10})\s+"(.*)"\s*$/.exec(source.readLine());
    if (match === null) {
      throw source.error("msh-syntax", 'Expected a line with dimension, tag and "name"', {}, start);
    }
    raw.physicalNames.push({ dimension: Number(match[1]), tag: Math.abs(Number(match[2])), name: match[3] });
  }
}

/**
 * Indexes the nodes and adds them to the mesh.
 * @throws ParseError `msh-duplicate-node`, `msh-section-order`
 */
export function addNodes(
  source: MshSource,
  raw: RawMesh,
  tags: Float64Array,
  coordinates: Float64Array,
): void {
  if (raw.nodes !== null) {
    throw source.error(
      "msh-section-order",
      "The file has a second section of nodes; expected one: merge them",
    );
  }
  const index = new NodeIndex(tags);
  if (index.duplicateTag !== undefined) {
    throw source.error(
      "msh-duplicate-node",
      `Node tag ${index.duplicateTag} occurs twice; expected unique tags: renumber the mesh`,
      {
        nodeTag: index.duplicateTag,
      },
    );
  }
  raw.nodes = { tags, coordinates, index };
}

/** The nodes, which must stand before the section being read. @throws ParseError `msh-section-order` */
export function requireNodes(source: MshSource, raw: RawMesh): RawNodes {
  if (raw.nodes === null) {
    throw source.error(
      "msh-section-order",
      `$${source.section} stands before $Nodes; expected the nodes first`,
    );
  }
  return raw.nodes;
}

/** Reads x, y, z of node `node`. @throws ParseError `msh-non-finite` */
export function readPoint(
  source: MshSource,
  coordinates: Float64Array,
  tags: Float64Array,
  node: number,
): void {
  for (let k = 0; k < 3; k++) {
    const value = source.readDouble();
    if (!Number.isFinite(value)) {
      throw source.error(
        "msh-non-finite",
        `Node ${tags[node]} has a coordinate that is not a finite number`,
        {
          nodeTag: tags[node],
        },
      );
    }
    coordinates[3 * node + k] = value;
  }
}

/** Reads the 16 numbers of an affine map, row-major. @throws ParseError `msh-non-finite` */
export function readAffine(source: MshSource): Float64Array {
  const affine = new Float64Array(16);
  for (let i = 0; i < 16; i++) {
    affine[i] = source.readDouble();
    if (!Number.isFinite(affine[i])) {
      throw source.error(
        "msh-non-finite",
        "The affine map of a periodic link has an entry that is not a finite number",
      );
    }
  }
  return affine;
}

/**
 * Reads the node pairs of a periodic link (slave, master) and adds the link. Gmsh may list nodes that it did not save:
 * such pairs are left out, as are the nodes.
 * @throws ParseError
 */
export function readLinkPairs(
  source: MshSource,
  raw: RawMesh,
  link: { readonly dimension: number; readonly slaveTag: number; readonly masterTag: number },
  affine: Float64Array | null,
): void {
  const { index } = requireNodes(source, raw);
  const { dimension } = link;
  if (dimension < 0 || dimension > 3) {
    throw source.error("msh-syntax", `A periodic link has dimension ${dimension}; expected 0 to 2`, {
      dimension,
    });
  }
  const numPairs = source.readSize();
  source.checkCount(numPairs, { sizes: 2 }, "pairs of periodic nodes");
  const nodePairs = new Int32Array(2 * numPairs);
  let numKept = 0;
  for (let pair = 0; pair < numPairs; pair++) {
    const slave = index.find(source.readSize());
    const master = index.find(source.readSize());
    if (slave < 0 || master < 0) continue;
    nodePairs[2 * numKept] = slave;
    nodePairs[2 * numKept + 1] = master;
    numKept++;
  }
  if (dimension < 3) raw.links.push({ ...link, affine, nodePairs: nodePairs.slice(0, 2 * numKept) });
}
