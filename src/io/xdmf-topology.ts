import { ParseError } from "../core/errors.js";
import { unsupportedCell } from "./plain-mesh.js";
import { toIndices } from "./stored-numbers.js";

/** The tetrahedra of a topology. */
export interface XdmfCells {
  /** Nodes from 0, numCells x 4. */
  readonly nodes: Int32Array<ArrayBuffer>;
  /** Number of each tetrahedron among the elements, from 1. */
  readonly tags: Float64Array<ArrayBuffer>;
  /** Elements of every kind. */
  readonly numElements: number;
  readonly reducedCells: number;
}

/** Elements of a mixed topology by their number: name, dimension, nodes (0: a count follows). @see XdmfTopologyType */
const kinds: ReadonlyMap<number, readonly [name: string, dimension: number, numNodes: number]> = new Map([
  [1, ["polyvertex", 0, 0]],
  [2, ["polyline", 1, 0]],
  [3, ["polygon", 2, 0]],
  [4, ["triangle", 2, 3]],
  [5, ["quadrilateral", 2, 4]],
  [6, ["tetrahedron", 3, 4]],
  [7, ["pyramid", 3, 5]],
  [8, ["wedge", 3, 6]],
  [9, ["hexahedron", 3, 8]],
  [34, ["edge_3", 1, 3]],
  [36, ["tri_6", 2, 6]],
  [37, ["quad_8", 2, 8]],
  [38, ["tet_10", 3, 10]],
]);

/**
 * The tetrahedra among the elements of a topology.
 *
 * @throws ParseError `mesh-syntax`; MeshError `unsupported-cell-type`
 */
export function pickXdmfCells(type: string, numbers: Float64Array): XdmfCells {
  const kind = type.toLowerCase();
  if (kind === "mixed") return pickMixed(numbers);
  const width = kind === "tetrahedron" ? 4 : /^(tet_10|tetrahedron_10)$/.test(kind) ? 10 : 0;
  if (width === 0) throw unsupportedCell("XDMF", 1, type);
  const count = numbers.length / width;
  if (!Number.isInteger(count)) throw damaged(`its ${numbers.length} numbers are no multiple of ${width}`);
  const corners = width === 4 ? numbers : numbers.filter((_, i) => i % width < 4);
  const tags = Float64Array.from({ length: count }, (_, cell) => cell + 1);
  return { nodes: toIndices(corners), tags, numElements: count, reducedCells: width === 4 ? 0 : count };
}

/** Each element is its kind, for some the number of its nodes, and its nodes. */
function pickMixed(numbers: Float64Array): XdmfCells {
  const starts: number[] = [];
  const tags: number[] = [];
  let numElements = 0;
  let reducedCells = 0;
  for (let at = 0; at < numbers.length;) {
    const kind = kinds.get(numbers[at]);
    numElements++;
    if (kind === undefined) throw damaged(`element ${numElements} is of the kind ${numbers[at]}`);
    const [name, dimension, numNodes] = kind;
    const start = at + (numNodes === 0 ? 2 : 1);
    const length = numNodes === 0 ? numbers[at + 1] : numNodes;
    if (!(length >= 0) || start + length > numbers.length) throw damaged("it ends inside an element");
    if (dimension === 3 && !name.startsWith("tet")) throw unsupportedCell("XDMF", numElements, name);
    if (dimension === 3) {
      starts.push(start);
      tags.push(numElements);
      if (length > 4) reducedCells++;
    }
    at = start + length;
  }
  const nodes = new Float64Array(4 * starts.length);
  starts.forEach((start, cell) => {
    nodes.set(numbers.subarray(start, start + 4), 4 * cell);
  });
  return { nodes: toIndices(nodes), tags: Float64Array.from(tags), numElements, reducedCells };
}

function damaged(problem: string): ParseError {
  return new ParseError("mesh-syntax", `XDMF: the topology is damaged: ${problem}; write the file again.`);
}
