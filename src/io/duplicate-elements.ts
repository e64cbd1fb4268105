/** Buckets up to this size are compared pair by pair, larger ones are sorted. */
const maxPairwiseBucket = 32;

/**
 * Elements with the same set of nodes. They are put into buckets by their smallest node and compared within a bucket.
 * @param nodes node indices, numElements x numCorners (or longer)
 * @returns first, numElements: the smallest index of an element with the same nodes; null where all elements differ
 */
export function findDuplicates(
  nodes: Int32Array,
  numCorners: 3 | 4,
  numElements: number,
  numNodes: number,
): Int32Array | null {
  const bucketStart = new Int32Array(numNodes + 1);
  const smallest = new Int32Array(numElements);
  for (let element = 0; element < numElements; element++) {
    const node = findSmallestNode(nodes, numCorners, element);
    smallest[element] = node;
    bucketStart[node + 1]++;
  }
  for (let node = 0; node < numNodes; node++) bucketStart[node + 1] += bucketStart[node];
  const next = bucketStart.slice(0, numNodes);
  const bucket = new Int32Array(numElements);
  const signature = new Int32Array(numElements);
  for (let element = 0; element < numElements; element++) {
    const place = next[smallest[element]]++;
    bucket[place] = element;
    signature[place] = computeSignature(nodes, numCorners, element);
  }
  let first: Int32Array | null = null;
  const mark = (place: number, original: number): void => {
    first ??= Int32Array.from({ length: numElements }, (_, element) => element);
    first[bucket[place]] = first[bucket[original]];
  };
  for (let node = 0; node < numNodes; node++) {
    const start = bucketStart[node];
    const end = bucketStart[node + 1];
    if (end - start > maxPairwiseBucket) {
      sortBucket(bucket.subarray(start, end), nodes, numCorners);
      for (let i = start + 1; i < end; i++) {
        if (haveSameNodes(nodes, numCorners, bucket[i], bucket[i - 1])) mark(i, i - 1);
      }
      continue;
    }
    for (let i = start + 1; i < end; i++) {
      let j = start;
      while (
        j < i &&
        (signature[j] !== signature[i] || !haveSameNodes(nodes, numCorners, bucket[i], bucket[j]))
      )
        j++;
      if (j < i) mark(i, j);
    }
  }
  return first;
}

/** A number that is the same for elements with the same nodes, and mostly different for others. */
function computeSignature(nodes: Int32Array, numCorners: 3 | 4, element: number): number {
  const start = element * numCorners;
  const signature = nodes[start] ^ nodes[start + 1] ^ nodes[start + 2];
  return numCorners === 4 ? signature ^ nodes[start + 3] : signature;
}

function findSmallestNode(nodes: Int32Array, numCorners: 3 | 4, element: number): number {
  const start = element * numCorners;
  const smallest = Math.min(nodes[start], nodes[start + 1], nodes[start + 2]);
  return numCorners === 4 ? Math.min(smallest, nodes[start + 3]) : smallest;
}

/** Sorts by node set, then by index: equal elements become neighbours, the first of them first. */
function sortBucket(bucket: Int32Array, nodes: Int32Array, numCorners: number): void {
  const getSorted = (element: number): Int32Array =>
    nodes.slice(element * numCorners, (element + 1) * numCorners).sort();
  const keys = new Map(Array.from(bucket, (element) => [element, getSorted(element)]));
  const none = new Int32Array(numCorners);
  bucket.sort((a, b) => {
    const keyA = keys.get(a) ?? none;
    const keyB = keys.get(b) ?? none;
    for (let i = 0; i < numCorners; i++) if (keyA[i] !== keyB[i]) return keyA[i] - keyB[i];
    return a - b;
  });
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
