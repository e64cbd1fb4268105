/**
 * The lower triangle of a symmetric pattern without its diagonal, by rows: row i holds the columns
 * indices[k] < i for start[i] <= k < start[i + 1], in any order.
 */
export interface LowerPattern {
  readonly start: Int32Array;
  readonly indices: Int32Array;
}

/**
 * Elimination tree of the Cholesky factor: parent[j] = min { i > j : l_ij != 0 }, -1 at a root.
 *
 * Row i of L is the subtree of nodes on the paths from the columns of row i of A up to i; each path is climbed over
 * compressed `ancestor` links, so the time is almost linear in the entries.
 *
 * @returns parents, numRows
 * @see J. W. H. Liu, The role of elimination trees in sparse factorization, SIAM J. Matrix Anal. Appl. 11 (1990)
 */
export function buildEliminationTree(pattern: LowerPattern): Int32Array {
  const { start, indices } = pattern;
  const numRows = start.length - 1;
  const parent = new Int32Array(numRows).fill(-1);
  const ancestor = new Int32Array(numRows).fill(-1);
  for (let row = 0; row < numRows; row++) {
    for (let k = start[row]; k < start[row + 1]; k++) {
      let node = indices[k];
      while (ancestor[node] !== row) {
        const up = ancestor[node];
        ancestor[node] = row;
        if (up === -1) {
          parent[node] = row;
          break;
        }
        node = up;
      }
    }
  }
  return parent;
}

/**
 * Postorder of a forest: every node follows its descendants, which lie together just before it.
 *
 * @param parent parent of each node, -1 at a root; children are visited in ascending order
 * @returns order[k] is the node that comes k-th
 */
export function postorderForest(parent: Int32Array): Int32Array {
  const numNodes = parent.length;
  const firstChild = new Int32Array(numNodes).fill(-1);
  const nextSibling = new Int32Array(numNodes).fill(-1);
  let root = -1;
  for (let node = numNodes - 1; node >= 0; node--) {
    const up = parent[node];
    if (up === -1) {
      nextSibling[node] = root;
      root = node;
    } else {
      nextSibling[node] = firstChild[up];
      firstChild[up] = node;
    }
  }
  const order = new Int32Array(numNodes);
  let position = 0;
  for (; root !== -1; root = nextSibling[root]) {
    let node = root;
    for (;;) {
      while (firstChild[node] !== -1) node = firstChild[node];
      order[position++] = node;
      while (node !== root && nextSibling[node] === -1) {
        node = parent[node];
        order[position++] = node;
      }
      if (node === root) break;
      node = nextSibling[node];
    }
  }
  return order;
}
