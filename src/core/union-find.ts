/** Disjoint sets over 0 ... n - 1; each element points to its parent, a root to itself. */
export type DisjointSets = Int32Array;

/** n sets of one element each. */
export function createDisjointSets(n: number): DisjointSets {
  const parent = new Int32Array(n);
  for (let i = 0; i < n; i++) parent[i] = i;
  return parent;
}

/** The root of the set that holds i; paths are halved on the way (Tarjan and van Leeuwen 1984). */
export function findRoot(parent: DisjointSets, i: number): number {
  while (parent[i] !== i) {
    parent[i] = parent[parent[i]];
    i = parent[i];
  }
  return i;
}

/** Joins the sets of i and j; the smaller root stays a root, so that a root is the smallest element of its set. */
export function joinSets(parent: DisjointSets, i: number, j: number): void {
  const a = findRoot(parent, i);
  const b = findRoot(parent, j);
  if (a < b) parent[b] = a;
  else if (b < a) parent[a] = b;
}
