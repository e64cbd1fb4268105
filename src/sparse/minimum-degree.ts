import type { CsrMatrix } from "./csr.js";
import { buildDegreeLists, insert, remove, takeMinimum } from "./degree-lists.js";
import type { DegreeLists } from "./degree-lists.js";
import { postorderForest } from "./elimination-tree.js";
import { buildQuotientGraph, ELEMENT, ABSORBED, MERGED, DENSE, reserve } from "./quotient-graph.js";
import type { QuotientGraph } from "./quotient-graph.js";

/**
 * Approximate minimum degree: an order in which Cholesky factorization of the symmetric matrix fills little.
 *
 * Each step eliminates the variable p of least (approximate) external degree d. Its neighbours L_p become a new
 * element, which absorbs the elements p was in. For each variable i of L_p the bound
 * d_i = min(n - k - |i|, d_i + |L_p \ i|, |A_i \ i| + |L_p \ i| + sum over other elements e of |L_e \ L_p|)
 * costs one pass over its elements. Elements with nothing outside L_p are absorbed too (aggressive absorption), a
 * variable with nothing outside L_p goes with p (mass elimination), and variables with equal neighbourhoods, found by
 * hashing, are merged into one (indistinguishable). Rows far denser than the rest are put off to the end. The result
 * is a postorder of the tree of absorptions.
 *
 * @param matrix square; only the entries on and below the diagonal are read, values are ignored
 * @returns order[k] is the row to eliminate k-th, a permutation of 0 .. numRows - 1
 * @see P. R. Amestoy, T. A. Davis, I. S. Duff, An approximate minimum degree ordering algorithm, SIAM J. Matrix
 * Anal. Appl. 17 (1996)
 */
export function orderMinimumDegree(matrix: CsrMatrix): Int32Array {
  const graph = buildQuotientGraph(matrix);
  const numDense = setDenseAside(graph);
  const lists = buildDegreeLists(graph.degree, graph.kind);
  const work: Workspace = {
    outside: new Int32Array(graph.numNodes),
    outsideStep: new Int32Array(graph.numNodes).fill(-1),
    mark: new Int32Array(graph.numNodes).fill(-1),
    tag: 0,
    hash: new Int32Array(graph.numNodes),
    bucketHead: new Int32Array(graph.numNodes).fill(-1),
    bucketNext: new Int32Array(graph.numNodes),
  };
  let numOrdered = numDense;
  while (numOrdered < graph.numNodes) {
    const pivot = takeMinimum(lists);
    formElement(graph, lists, pivot);
    measureOutside(graph, work, pivot);
    updateVariables(graph, work, pivot);
    mergeIndistinguishable(graph, work, pivot);
    numOrdered -= graph.weight[pivot];
    closeElement(graph, lists, pivot, graph.numNodes - numOrdered);
  }
  return orderByElements(graph);
}

interface Workspace {
  /** |L_e \ L_p| of element e, valid where outsideStep[e] is the pivot p. */
  readonly outside: Int32Array;
  readonly outsideStep: Int32Array;
  /** Nodes in the list being compared carry the current tag. */
  readonly mark: Int32Array;
  tag: number;
  /** Hash bucket of each variable of L_p, and the buckets as linked lists; all empty between steps. */
  readonly hash: Int32Array;
  readonly bucketHead: Int32Array;
  readonly bucketNext: Int32Array;
}

/** Sets aside the rows of far more than average degree; returns their number. */
function setDenseAside(graph: QuotientGraph): number {
  const { numNodes, degree, kind, weight } = graph;
  const denseDegree = Math.max(16, 10 * Math.sqrt(numNodes));
  let numDense = 0;
  for (let node = 0; node < numNodes; node++) {
    if (degree[node] <= denseDegree) continue;
    kind[node] = DENSE;
    weight[node] = 0;
    numDense++;
  }
  return numDense;
}

/**
 * L_p = (A_p union of the L_e of p's elements e) \ p, written to fresh space; the elements are absorbed. Until
 * `closeElement` the weights of L_p are negative, which marks membership; that of p stays so.
 */
function formElement(graph: QuotientGraph, lists: DegreeLists, pivot: number): void {
  const { listStart, listLength, numElements, weight, degree, kind, parent } = graph;
  let bound = listLength[pivot];
  for (let k = listStart[pivot]; k < listStart[pivot] + numElements[pivot]; k++) {
    bound += listLength[graph.space[k]];
  }
  reserve(graph, bound);
  const { space } = graph;
  const start = graph.free;
  let free = start;
  let size = 0;
  weight[pivot] = -weight[pivot];
  const numSources = numElements[pivot];
  for (let source = 0; source <= numSources; source++) {
    const isOwn = source === numSources;
    const element = isOwn ? pivot : space[listStart[pivot] + source];
    const begin = listStart[element] + (isOwn ? numSources : 0);
    const end = listStart[element] + listLength[element];
    for (let k = begin; k < end; k++) {
      const variable = space[k];
      if (weight[variable] <= 0) continue;
      size += weight[variable];
      weight[variable] = -weight[variable];
      remove(lists, variable, degree[variable]);
      space[free++] = variable;
    }
    if (!isOwn) {
      kind[element] = ABSORBED;
      parent[element] = pivot;
    }
  }
  kind[pivot] = ELEMENT;
  listStart[pivot] = start;
  listLength[pivot] = free - start;
  numElements[pivot] = 0;
  degree[pivot] = size;
  graph.free = free;
}

/** |L_e \ L_p| for every element e next to a variable of L_p, by subtraction from |L_e|. */
function measureOutside(graph: QuotientGraph, work: Workspace, pivot: number): void {
  const { space, listStart, listLength, numElements, weight, degree, kind } = graph;
  const { outside, outsideStep } = work;
  for (let m = listStart[pivot]; m < listStart[pivot] + listLength[pivot]; m++) {
    const variable = space[m];
    const inside = -weight[variable];
    const end = listStart[variable] + numElements[variable];
    for (let k = listStart[variable]; k < end; k++) {
      const element = space[k];
      if (kind[element] !== ELEMENT) continue;
      if (outsideStep[element] !== pivot) {
        outsideStep[element] = pivot;
        outside[element] = degree[element];
      }
      outside[element] -= inside;
    }
  }
}

/**
 * For each variable of L_p: drops what p covers from its lists, adds p, sums its degree outside L_p and hashes its
 * lists; mass-eliminates it where nothing is outside, absorbs elements that are inside L_p altogether.
 */
function updateVariables(graph: QuotientGraph, work: Workspace, pivot: number): void {
  const { space, listStart, listLength, numElements, weight, degree, kind, parent, numNodes } = graph;
  for (let m = listStart[pivot]; m < listStart[pivot] + listLength[pivot]; m++) {
    const variable = space[m];
    const start = listStart[variable];
    const firstVariable = start + numElements[variable];
    const end = start + listLength[variable];
    let write = start;
    let beyond = 0;
    let hash = 0;
    for (let k = start; k < firstVariable; k++) {
      const element = space[k];
      if (kind[element] !== ELEMENT) continue;
      if (work.outside[element] === 0) {
        kind[element] = ABSORBED;
        parent[element] = pivot;
        continue;
      }
      beyond += work.outside[element];
      hash += element;
      space[write++] = element;
    }
    const numKept = write - start;
    for (let k = firstVariable; k < end; k++) {
      const neighbour = space[k];
      if (weight[neighbour] <= 0) continue;
      beyond += weight[neighbour];
      hash += neighbour;
      space[write++] = neighbour;
    }
    if (beyond === 0) {
      kind[variable] = MERGED;
      parent[variable] = pivot;
      weight[pivot] += weight[variable];
      degree[pivot] += weight[variable];
      weight[variable] = 0;
      continue;
    }
    // The pivot, or an element it absorbed, was in the list and is not now: there is room for the new element.
    space[write] = space[start + numKept];
    space[start + numKept] = pivot;
    numElements[variable] = numKept + 1;
    listLength[variable] = write + 1 - start;
    degree[variable] = Math.min(degree[variable], beyond);
    const bucket = hash % numNodes;
    work.hash[variable] = bucket;
    work.bucketNext[variable] = work.bucketHead[bucket];
    work.bucketHead[bucket] = variable;
  }
}

/** Merges variables of L_p that have the same lists; leaves the buckets empty. */
function mergeIndistinguishable(graph: QuotientGraph, work: Workspace, pivot: number): void {
  const { space, listStart, listLength, weight, kind, parent } = graph;
  const { mark, hash, bucketHead, bucketNext } = work;
  for (let m = listStart[pivot]; m < listStart[pivot] + listLength[pivot]; m++) {
    if (weight[space[m]] === 0) continue;
    const bucket = hash[space[m]];
    let variable = bucketHead[bucket];
    bucketHead[bucket] = -1;
    for (; variable !== -1; variable = bucketNext[variable]) {
      if (bucketNext[variable] === -1) break;
      const tag = ++work.tag;
      const end = listStart[variable] + listLength[variable];
      for (let k = listStart[variable]; k < end; k++) mark[space[k]] = tag;
      let last = variable;
      for (let other = bucketNext[variable]; other !== -1; other = bucketNext[other]) {
        if (!sameLists(graph, mark, tag, variable, other)) {
          last = other;
          continue;
        }
        kind[other] = MERGED;
        parent[other] = variable;
        weight[variable] += weight[other];
        weight[other] = 0;
        bucketNext[last] = bucketNext[other];
      }
    }
  }
}

/** Whether `other` has the same elements and variables as the marked `variable`. */
function sameLists(
  graph: QuotientGraph,
  mark: Int32Array,
  tag: number,
  variable: number,
  other: number,
): boolean {
  const { space, listStart, listLength, numElements } = graph;
  if (listLength[other] !== listLength[variable] || numElements[other] !== numElements[variable])
    return false;
  const end = listStart[other] + listLength[other];
  for (let k = listStart[other]; k < end; k++) if (mark[space[k]] !== tag) return false;
  return true;
}

/** Makes the weights of L_p positive again, drops its dead variables and files the others under their new degree. */
function closeElement(graph: QuotientGraph, lists: DegreeLists, pivot: number, numLeft: number): void {
  const { space, listStart, listLength, weight, degree } = graph;
  const end = listStart[pivot] + listLength[pivot];
  let write = listStart[pivot];
  for (let m = write; m < end; m++) {
    const variable = space[m];
    if (weight[variable] === 0) continue;
    weight[variable] = -weight[variable];
    const others = degree[pivot] - weight[variable];
    degree[variable] = Math.min(degree[variable] + others, numLeft - weight[variable]);
    insert(lists, variable, degree[variable]);
    space[write++] = variable;
  }
  listLength[pivot] = write - listStart[pivot];
  graph.free = write;
}

/** Elements in postorder, each as the variables merged into it followed by its pivot; dense rows last. */
function orderByElements(graph: QuotientGraph): Int32Array {
  const { numNodes, kind, parent } = graph;
  const elementParent = new Int32Array(numNodes).fill(-1);
  const nextMember = new Int32Array(numNodes).fill(-1);
  const firstMember = new Int32Array(numNodes).fill(-1);
  for (let node = 0; node < numNodes; node++) {
    if (kind[node] === ABSORBED) elementParent[node] = parent[node];
    if (kind[node] !== MERGED) continue;
    let element = node;
    while (kind[element] === MERGED) element = parent[element];
    for (let at = node; at !== element;) {
      const up = parent[at];
      parent[at] = element;
      at = up;
    }
    nextMember[node] = firstMember[element];
    firstMember[element] = node;
  }
  const order = new Int32Array(numNodes);
  let position = 0;
  for (const node of postorderForest(elementParent)) {
    if (kind[node] === MERGED || kind[node] === DENSE) continue;
    for (let member = firstMember[node]; member !== -1; member = nextMember[member])
      order[position++] = member;
    order[position++] = node;
  }
  for (let node = 0; node < numNodes; node++) if (kind[node] === DENSE) order[position++] = node;
  return order;
}
