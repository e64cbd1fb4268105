/** Stands for the fourth corner of a triangle: behind all nodes. */
const noNode = 2 ** 31 - 1;

/** This many bits are kept for every element that may be repeated, of which it sets two; in all 2^10 to 2^23. */
const bitsPerRepeated = 32;
const minLog2Bits = 10;
const maxLog2Bits = 23;

/**
 * Elements with the same nodes. A Bloom filter picks out the few that may have the nodes of an earlier one; only elements
 * with the same sum of node indices, and the same sum of their squares, as one of these are compared.
 * @param nodes node indices, numElements x numCorners (or longer)
 * @param suspects indices of all elements that have the nodes of another one, and of any others, ascending; by default
 *   they are looked for here
 * @returns first, numElements: the smallest index of an element with the same nodes; null where all elements differ
 */
export function findDuplicates(
  nodes: Int32Array,
  numCorners: 3 | 4,
  numElements: number,
  numNodes: number,
  suspects: Int32Array = findSuspects(nodes, numCorners, numElements, numNodes),
): Int32Array | null {
  if (suspects.length === 0) return null;
  const nodesOfSuspects = new Int32Array(suspects.length * numCorners);
  for (let i = 0; i < suspects.length; i++) {
    for (let corner = 0; corner < numCorners; corner++) {
      nodesOfSuspects[i * numCorners + corner] = nodes[suspects[i] * numCorners + corner];
    }
  }
  const firstSuspect = compareAll(nodesOfSuspects, numCorners, suspects.length);
  if (firstSuspect === null) return null;
  const first = new Int32Array(numElements);
  for (let element = 0; element < numElements; element++) first[element] = element;
  for (let i = 0; i < suspects.length; i++) first[suspects[i]] = suspects[firstSuspect[i]];
  return first;
}

/**
 * Elements that may have the nodes of an earlier one. The Bloom filter has 64 bits for each node, of which an element
 * sets three of its second smallest node: they are spread more evenly than by the smallest.
 */
function findRepeated(
  nodes: Int32Array,
  numCorners: 3 | 4,
  numElements: number,
  numNodes: number,
): Int32Array {
  const seen = new Int32Array(2 * numNodes);
  let repeated = new Int32Array(1024);
  let count = 0;
  for (let element = 0; element < numElements; element++) {
    const start = element * numCorners;
    const a = nodes[start];
    const b = nodes[start + 1];
    const c = nodes[start + 2];
    const d = numCorners === 4 ? nodes[start + 3] : noNode;
    const node = Math.min(Math.max(Math.min(a, b), Math.min(c, d)), Math.min(Math.max(a, b), Math.max(c, d)));
    const hash = Math.imul(a ^ b ^ c ^ d, 0x9e3779b1) ^ Math.imul(a + b + c + d, 0x85ebca6b);
    const bits = (1 << (hash >>> 27)) | (1 << (hash >>> 22)) | (1 << (hash >>> 17));
    const word = 2 * node + ((hash >>> 16) & 1);
    const old = seen[word];
    seen[word] = old | bits;
    if ((old & bits) === bits) {
      if (count === repeated.length) repeated = grow(repeated);
      repeated[count++] = element;
    }
  }
  return repeated.subarray(0, count);
}

function grow(indices: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * indices.length);
  grown.set(indices);
  return grown;
}

/** Sums of some elements' node indices, and of their squares, as bits: a bit for every hash >>> shift of either. */
export interface NodeMarks {
  /** 2^(27 - shift). */
  readonly bits: Int32Array;
  readonly shift: number;
}

/** Marks the nodes of the listed elements. */
export function markNodes(nodes: Int32Array, numCorners: 3 | 4, elements: Int32Array): NodeMarks {
  const log2Bits = Math.min(
    Math.max(Math.ceil(Math.log2(bitsPerRepeated * elements.length)), minLog2Bits),
    maxLog2Bits,
  );
  const shift = 32 - log2Bits;
  const bits = new Int32Array(2 ** (log2Bits - 5));
  for (const element of elements) {
    const sum = hashSum(nodes, numCorners, element) >>> shift;
    const squares = hashSquares(nodes, numCorners, element) >>> shift;
    bits[sum >>> 5] |= 1 << sum;
    bits[squares >>> 5] |= 1 << squares;
  }
  return { bits, shift };
}

/** All elements with both marks of one that may have the nodes of an earlier one, ascending. */
function findSuspects(
  nodes: Int32Array,
  numCorners: 3 | 4,
  numElements: number,
  numNodes: number,
): Int32Array {
  const repeated = findRepeated(nodes, numCorners, numElements, numNodes);
  if (repeated.length === 0) return repeated;
  const { bits, shift } = markNodes(nodes, numCorners, repeated);
  let suspects = new Int32Array(2 * repeated.length);
  let count = 0;
  for (let element = 0; element < numElements; element++) {
    const sum = hashSum(nodes, numCorners, element) >>> shift;
    if (((bits[sum >>> 5] >>> sum) & 1) === 0) continue;
    const squares = hashSquares(nodes, numCorners, element) >>> shift;
    if (((bits[squares >>> 5] >>> squares) & 1) === 0) continue;
    if (count === suspects.length) suspects = grow(suspects);
    suspects[count++] = element;
  }
  return suspects.subarray(0, count);
}

function hashSum(nodes: Int32Array, numCorners: 3 | 4, element: number): number {
  const start = element * numCorners;
  const sum = nodes[start] + nodes[start + 1] + nodes[start + 2];
  return Math.imul(numCorners === 4 ? sum + nodes[start + 3] : sum, 0x9e3779b1);
}

function hashSquares(nodes: Int32Array, numCorners: 3 | 4, element: number): number {
  const start = element * numCorners;
  const sum = square(nodes[start]) + square(nodes[start + 1]) + square(nodes[start + 2]);
  return Math.imul(numCorners === 4 ? sum + square(nodes[start + 3]) : sum, 0x85ebca6b);
}

/** Modulo 2^32. */
function square(node: number): number {
  return Math.imul(node, node);
}

/**
 * What {@link findDuplicates} returns, for few elements: by a hash table with open addressing and linear probing, in
 * which every set of nodes stands once.
 */
function compareAll(nodes: Int32Array, numCorners: 3 | 4, numElements: number): Int32Array | null {
  const mask = 2 ** Math.ceil(Math.log2(2 * numElements + 1)) - 1;
  /** Index + 1 by slot; 0 is empty. */
  const table = new Int32Array(mask + 1);
  const first = new Int32Array(numElements);
  let isRepeated = false;
  for (let element = 0; element < numElements; element++) {
    let slot = hashNodes(nodes, numCorners, element) & mask;
    while (table[slot] !== 0 && !haveSameNodes(nodes, numCorners, table[slot] - 1, element)) {
      slot = (slot + 1) & mask;
    }
    if (table[slot] === 0) table[slot] = element + 1;
    else isRepeated = true;
    first[element] = table[slot] - 1;
  }
  return isRepeated ? first : null;
}

/** The sum of the nodes' mixed numbers, mixed. @see the finalizer of MurmurHash3, A. Appleby, public domain */
function hashNodes(nodes: Int32Array, numCorners: 3 | 4, element: number): number {
  let sum = 0;
  for (let i = element * numCorners; i < (element + 1) * numCorners; i++) {
    const node = Math.imul(nodes[i] + 1, 0x9e3779b1);
    sum = (sum + Math.imul(node ^ (node >>> 15), 0x85ebca6b)) | 0;
  }
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return sum ^ (sum >>> 16);
}

/** Whether two elements have one and the same set of nodes. */
function haveSameNodes(nodes: Int32Array, numCorners: number, a: number, b: number): boolean {
  return isSubset(nodes, numCorners, a, b) && isSubset(nodes, numCorners, b, a);
}

function isSubset(nodes: Int32Array, numCorners: number, a: number, b: number): boolean {
  const endB = (b + 1) * numCorners;
  for (let i = a * numCorners; i < (a + 1) * numCorners; i++) {
    let j = b * numCorners;
    while (j < endB && nodes[j] !== nodes[i]) j++;
    if (j === endB) return false;
  }
  return true;
}
