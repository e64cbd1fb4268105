import { VARIABLE } from "./quotient-graph.js";

/** Variables filed by degree: one doubly linked list for each degree, so that every move takes constant time. */
export interface DegreeLists {
  /** First variable of each degree, -1 where there is none. */
  readonly head: Int32Array;
  /** Neighbours of each variable in its list, -1 at the ends. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** No list below this degree has a member. */
  minDegree: number;
}

/** Files every variable i of kind VARIABLE under degree[i] < degree.length; the lowest index comes first. */
export function buildDegreeLists(degree: Int32Array, kind: Uint8Array): DegreeLists {
  const size = degree.length;
  const lists: DegreeLists = {
    head: new Int32Array(size).fill(-1),
    next: new Int32Array(size),
    previous: new Int32Array(size),
    minDegree: size,
  };
  for (let variable = size - 1; variable >= 0; variable--) {
    if (kind[variable] === VARIABLE) insert(lists, variable, degree[variable]);
  }
  return lists;
}

/** Puts a variable first in the list of its degree. */
export function insert(lists: DegreeLists, variable: number, degree: number): void {
  const { head, next, previous } = lists;
  const second = head[degree];
  next[variable] = second;
  previous[variable] = -1;
  if (second !== -1) previous[second] = variable;
  head[degree] = variable;
  if (degree < lists.minDegree) lists.minDegree = degree;
}

/** Takes a variable out of the list of its degree. */
export function remove(lists: DegreeLists, variable: number, degree: number): void {
  const { head, next, previous } = lists;
  if (previous[variable] === -1) head[degree] = next[variable];
  else next[previous[variable]] = next[variable];
  if (next[variable] !== -1) previous[next[variable]] = previous[variable];
}

/** Takes out the first variable of least degree; at least one must be filed. */
export function takeMinimum(lists: DegreeLists): number {
  while (lists.head[lists.minDegree] === -1) lists.minDegree++;
  const variable = lists.head[lists.minDegree];
  remove(lists, variable, lists.minDegree);
  return variable;
}
