import type { CellData } from "../mesh/tet-mesh.js";
import { AsciiSource } from "./ascii-source.js";
import type { MshSource } from "./msh-source.js";
import { NodeIndex } from "./node-index.js";
import type { RawElementData, RawMesh } from "./raw-mesh.js";

/** Elements that were removed because another has the same nodes: tag, and tag of the one that stays. */
export interface DuplicateTags {
  readonly removed: number[];
  readonly kept: number[];
}

/** Most components of a value that is kept: a 3x3 tensor. Other views are passed over. */
const maxComponents = 9;

/**
 * $ElementData, the same in MSH 2.2 and 4.1: numbers of text, real and integer tags, each followed by as many lines (view
 * name, ...; time; time step, components, elements, ...), then for each element its tag and its values. In binary files
 * tags are 4-byte integers, and everything before them text.
 * @throws ParseError `msh-syntax`, `msh-count`, `msh-truncated`
 * @see Gmsh reference manual, section 10.1, MSH file format
 */
export function readElementData(source: MshSource, raw: RawMesh): void {
  const [name = ""] = readTagLines(source);
  readTagLines(source);
  const start = source.offset;
  const [, numComponents, count] = readTagLines(source).map(Number);
  if (![numComponents, count].every((value) => Number.isSafeInteger(value) && value >= 0)) {
    const message = "Expected time step, number of components and number of elements, each on its line";
    throw source.error("msh-syntax", message, {}, start);
  }
  source.checkCount(count, { ints: 1, doubles: numComponents }, "values");
  if (numComponents < 1 || numComponents > maxComponents) {
    source.skipRecords(count, { ints: 1, doubles: numComponents });
    return;
  }
  const tags = new Float64Array(count);
  const values = new Float64Array(count * numComponents);
  const isText = source instanceof AsciiSource;
  for (let element = 0; element < count; element++) {
    tags[element] = isText ? source.readSize() : source.readInt();
    for (let i = element * numComponents; i < (element + 1) * numComponents; i++) {
      values[i] = source.readDouble();
    }
  }
  raw.elementData.push({ name: unquote(name), numComponents, tags, values });
}

/**
 * The values of the cells. A view has NaN for a cell without a value; one without any cell is left out; of several time
 * steps, which are sections of one name, the last is taken.
 * @param cellTags numCells, all different
 * @param duplicates a value of a removed element belongs to the cell that stays
 * @param warnings sentences are appended
 */
export function resolveCellData(
  views: readonly RawElementData[],
  cellTags: Float64Array,
  duplicates: DuplicateTags,
  warnings: string[],
): CellData[] {
  if (views.length === 0) return [];
  const numCells = cellTags.length;
  const tags = new Float64Array(numCells + duplicates.removed.length);
  tags.set(cellTags);
  tags.set(duplicates.removed, numCells);
  const index = new NodeIndex(tags);
  const findCell = (tag: number): number => {
    const found = index.find(tag);
    return found < numCells ? found : index.find(duplicates.kept[found - numCells]);
  };
  const resolved = new Map<string, CellData>();
  for (const view of views) {
    const data = spreadValues(view, numCells, findCell);
    if (data === null) continue;
    if (resolved.has(view.name)) {
      warnings.push(
        `The view "${view.name}" stands in the file more than once (several time steps?): the last is used.`,
      );
    }
    resolved.set(view.name, data);
  }
  return [...resolved.values()];
}

/** The view's values cell by cell; null where it has none. */
function spreadValues(
  { name, numComponents, tags, values }: RawElementData,
  numCells: number,
  findCell: (tag: number) => number,
): CellData | null {
  let spread: Float64Array | null = null;
  for (let element = 0; element < tags.length; element++) {
    const cell = findCell(tags[element]);
    if (cell < 0) continue;
    spread ??= new Float64Array(numCells * numComponents).fill(Number.NaN);
    for (let i = 0; i < numComponents; i++) {
      spread[cell * numComponents + i] = values[element * numComponents + i];
    }
  }
  return spread && { name, numComponents, values: spread };
}

/** A line with a count, and as many lines. */
function readTagLines(source: MshSource): string[] {
  const count = source.readCountLine();
  source.checkCount(count, { ints: 1 }, "tags of a view");
  return Array.from({ length: count }, () => source.readLine().trim());
}

/** Gmsh writes names in quotation marks; other programs may not. */
function unquote(name: string): string {
  return name.length >= 2 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;
}
