import type { LowerPattern } from "./elimination-tree.js";

/**
 * count[j] = | { i >= j : l_ij != 0 } |, the entries of each column of the Cholesky factor, without forming it.
 *
 * Row i of L is a subtree of the elimination tree with root i. Its nodes are counted by its leaves: each leaf adds a
 * path up to the root, each pair of consecutive leaves shares the path above their lowest common ancestor. So a weight
 * +1 at every leaf and -1 at every such ancestor, summed over descendants, counts column j once for every row it is
 * in. Node j is a leaf of row subtree i exactly when no earlier column of row i lies among the descendants of j.
 *
 * @param pattern by COLUMNS here: column j holds the rows indices[k] > j, nodes numbered in postorder
 * @param parent elimination tree, numbered in postorder
 * @returns counts with the diagonal, numRows
 * @see J. R. Gilbert, E. G. Ng, B. W. Peyton, An efficient algorithm to compute row and column counts for sparse
 * Cholesky factorization, SIAM J. Matrix Anal. Appl. 15 (1994)
 */
export function countFactorColumns(pattern: LowerPattern, parent: Int32Array): Int32Array {
  const { start, indices } = pattern;
  const numRows = parent.length;
  const firstDescendant = findFirstDescendants(parent);
  const weight = new Int32Array(numRows);
  const previousLeaf = new Int32Array(numRows).fill(-1);
  const ancestor = new Int32Array(numRows);
  for (let node = 0; node < numRows; node++) ancestor[node] = node;

  for (let col = 0; col < numRows; col++) {
    const up = parent[col];
    // The diagonal: row `col` is its own subtree, whose root is not in the column of the parent.
    if (firstDescendant[col] === col) weight[col]++;
    if (up !== -1) weight[up]--;
    for (let k = start[col]; k < start[col + 1]; k++) {
      const row = indices[k];
      const leaf = previousLeaf[row];
      if (leaf >= firstDescendant[col]) continue;
      weight[col]++;
      if (leaf !== -1) weight[findAncestor(ancestor, leaf)]--;
      previousLeaf[row] = col;
    }
    if (up !== -1) ancestor[col] = up;
  }
  for (let col = 0; col < numRows; col++) {
    if (parent[col] !== -1) weight[parent[col]] += weight[col];
  }
  return weight;
}

/** Smallest descendant of every node (itself at a leaf); in postorder the descendants of j are first[j] .. j. */
function findFirstDescendants(parent: Int32Array): Int32Array {
  const first = new Int32Array(parent.length);
  for (let node = 0; node < first.length; node++) first[node] = node;
  for (let node = 0; node < first.length; node++) {
    const up = parent[node];
    if (up !== -1 && first[node] < first[up]) first[up] = first[node];
  }
  return first;
}

/** Root of the finished subtree that holds a node: its lowest common ancestor with the current one. Halves the path. */
function findAncestor(ancestor: Int32Array, node: number): number {
  while (ancestor[node] !== node) {
    ancestor[node] = ancestor[ancestor[node]];
    node = ancestor[node];
  }
  return node;
}
