import type { Kernel } from "../kernel/kernel.js";
import type { CellReader } from "./cell-reader.js";
import { ElementList } from "./element-list.js";
import type { NodeIndex } from "./node-index.js";

/** A line of $PhysicalNames. */
export interface PhysicalName {
  readonly dimension: number;
  readonly tag: number;
  readonly name: string;
}

/** The nodes as they stand in the file. */
export interface RawNodes {
  /** numNodes, all different. */
  readonly tags: Float64Array;
  /** numNodes x 3, finite. */
  readonly coordinates: Float64Array;
  readonly index: NodeIndex;
}

/** A link of $Periodic, in node indices of {@link RawNodes}. */
export interface RawLink {
  readonly dimension: number;
  readonly slaveTag: number;
  readonly masterTag: number;
  /** Row-major 4x4, or null. */
  readonly affine: Float64Array | null;
  /** numPairs x 2: slave, master. */
  readonly nodePairs: Int32Array;
}

/** One $ElementData section as it stands in the file. */
export interface RawElementData {
  readonly name: string;
  readonly numComponents: number;
  /** Element tags, count: of elements of every dimension. */
  readonly tags: Float64Array;
  /** Values, count x numComponents. */
  readonly values: Float64Array;
}

/** What a reader takes from the file: everything is in range, nothing is dropped, merged or turned yet. */
export interface RawMesh {
  readonly physicalNames: PhysicalName[];
  /** Null until $Nodes has been read. */
  nodes: RawNodes | null;
  /** Where cells may be decoded and checked faster than here; null where there is none. */
  readonly kernel: Kernel | null;
  /** Whether the cells may stay in the kernel. */
  readonly staysInKernel: boolean;
  /** Null until $Elements begins, and without a kernel. */
  cellReader: CellReader | null;
  readonly cells: ElementList;
  readonly facets: ElementList;
  readonly links: RawLink[];
  readonly elementData: RawElementData[];
  reducedCells: number;
  ghostCells: number;
  readonly warnings: string[];
}

/** An empty {@link RawMesh}. */
export function createRawMesh(kernel: Kernel | null = null, staysInKernel = false): RawMesh {
  return {
    physicalNames: [],
    nodes: null,
    kernel,
    staysInKernel,
    cellReader: null,
    cells: new ElementList(4),
    facets: new ElementList(3),
    links: [],
    elementData: [],
    reducedCells: 0,
    ghostCells: 0,
    warnings: [],
  };
}
