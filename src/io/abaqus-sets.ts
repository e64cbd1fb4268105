import type { NodeIndex } from "./node-index.js";
import type { ElementGroups } from "./plain-mesh.js";

/** Sets of elements by name: element numbers, and names of sets. */
type Members = (number | string | Run)[];

/** first, first + step, ..., last. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/** The sets of a file, by where they are named. */
export interface ElementSets {
  /** Of *ELEMENT, ELSET=. */
  readonly byElement: Map<string, Members>;
  /** Of *ELSET. */
  readonly byKeyword: Map<string, Members>;
  /** Names that solid sections give, in their order. */
  readonly sections: string[];
}

/** Adds a line of *ELSET; false where it makes no sense. */
export function addSetLine(sets: ElementSets, name: string, line: string, isGenerated: boolean): boolean {
  const members = sets.byKeyword.get(name) ?? [];
  sets.byKeyword.set(name, members);
  const fields = line
    .split(",")
    .map((field) => field.trim())
    .filter((field) => field !== "");
  if (!isGenerated) {
    members.push(
      ...fields.map((field) => (/^\d+$/.test(field) ? Number(field) : field.replace(/^"(.*)"$/, "$1"))),
    );
    return true;
  }
  const [first, last, step = 1] = fields.map(Number);
  if (![first, last, step].every((value) => Number.isSafeInteger(value) && value > 0)) return false;
  members.push({ first, last, step });
  return true;
}

/**
 * The regions of cells: the sets of the solid sections; without them those of *ELSET where every cell is in one, else those of
 * *ELEMENT. A set of all cells is left out where others hold all cells, too.
 *
 * @param cells finds a cell by its number
 * @param cellTags numbers of the cells
 * @param warnings sentences are appended
 * @returns null where no set holds a cell
 */
export function chooseRegions(
  sets: ElementSets,
  cells: NodeIndex,
  cellTags: Float64Array,
  warnings: string[],
): ElementGroups | null {
  const numCells = cellTags.length;
  const resolve = (names: Iterable<string>): ReadonlyMap<string, Int32Array> =>
    new Map(
      [...names]
        .map((name) => [name, findCells(sets, name, cells, cellTags)] as const)
        .filter(([, members]) => members.length > 0),
    );
  const families = [
    resolve(sets.sections),
    resolve(sets.byKeyword.keys()),
    resolve(sets.byElement.keys()),
  ] as const;
  const [sections, named] = families;
  if (sections.size > 0) {
    if (!coverAll(sections.values(), numCells)) {
      warnings.push("Some tetrahedra are in no solid section: they make a volume of their own.");
    }
    return group(sections, numCells);
  }
  const family =
    families.find((one) => one.size > 0 && coverAll(withoutWhole(one, numCells).values(), numCells)) ??
    families.find((one) => one.size > 0);
  if (family === undefined) return null;
  if (family === named && !coverAll(named.values(), numCells)) {
    warnings.push("Some tetrahedra are in no element set: they make a volume of their own.");
  }
  return group(withoutWhole(family, numCells), numCells);
}

/** Indices of the cells of a set, of the sets in it, too: names are compared without regard to capitals. */
function findCells(sets: ElementSets, name: string, cells: NodeIndex, cellTags: Float64Array): Int32Array {
  const numCells = cellTags.length;
  const isIn = new Uint8Array(numCells);
  const seen = new Set<string>();
  const add = (tag: number): void => {
    const cell = cells.find(tag);
    if (cell >= 0) isIn[cell] = 1;
  };
  const addRun = ({ first, last, step }: Run): void => {
    if ((last - first) / step <= 4 * numCells + 4096) {
      for (let tag = first; tag <= last; tag += step) add(tag);
      return;
    }
    cellTags.forEach((tag, cell) => {
      if (tag >= first && tag <= last && (tag - first) % step === 0) isIn[cell] = 1;
    });
  };
  const pending = [name];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const key = next.toLowerCase();
    if (seen.has(key)) continue;
    seen.add(key);
    for (const family of [sets.byElement, sets.byKeyword]) {
      for (const [other, members] of family) {
        if (other.toLowerCase() !== key) continue;
        for (const member of members) {
          if (typeof member === "number") add(member);
          else if (typeof member === "string") pending.push(member);
          else addRun(member);
        }
      }
    }
  }
  return Int32Array.from(isIn.keys()).filter((cell) => isIn[cell] === 1);
}

function coverAll(members: Iterable<Int32Array>, numCells: number): boolean {
  const isIn = new Uint8Array(numCells);
  for (const cells of members) for (const cell of cells) isIn[cell] = 1;
  return isIn.every((value) => value === 1);
}

function withoutWhole(
  family: ReadonlyMap<string, Int32Array>,
  numCells: number,
): ReadonlyMap<string, Int32Array> {
  const others = new Map([...family].filter(([, members]) => members.length < numCells));
  return others.size > 0 && coverAll(others.values(), numCells) ? others : family;
}

/** Groups 1, 2, ... of the sets; cells in the same sets make a region. */
function group(family: ReadonlyMap<string, Int32Array>, numCells: number): ElementGroups {
  const names = [...family.keys()];
  const regions: { entityTag: number; physicalTags: number[] }[] = [
    { entityTag: names.length + 1, physicalTags: [] },
  ];
  const region = new Int32Array(numCells);
  for (const [index, members] of [...family.values()].entries()) {
    /** Region with this set by the region without it. */
    const extended = new Map<number, number>();
    for (const cell of members) {
      const before = region[cell];
      let after = extended.get(before);
      if (after === undefined) {
        const physicalTags = [...regions[before].physicalTags, index + 1];
        after =
          regions.push({
            entityTag: before === 0 ? index + 1 : regions.length + names.length,
            physicalTags,
          }) - 1;
        extended.set(before, after);
      }
      region[cell] = after;
    }
  }
  return { region, regions, names: names.map((name, index) => ({ dimension: 3, tag: index + 1, name })) };
}
