import { createStatusError, KernelStatus } from "../kernel/kernel-status.js";
import { KernelBuffers } from "../kernel/kernel-buffers.js";
import type { Kernel, KernelPointer } from "../kernel/kernel.js";
import { ResidentIntegers } from "../kernel/resident-integers.js";
import { windowBytes } from "./byte-input.js";
import { markNodes } from "./duplicate-elements.js";
import type { DenseTags, NodeIndex } from "./node-index.js";
import type { ElementList } from "./element-list.js";

/** What was noticed of the cells, in their order in the list; only cells named here need a close look. */
export interface CellChecks {
  /** Cells that are not surely of positive volume, ascending. */
  readonly doubtful: Int32Array;
  /** Cells that may have the nodes of another one, ascending: all those that do, and some that do not. */
  readonly suspects: Int32Array;
  /** 1 for nodes of a cell, else 0, numNodes; null where all nodes are of cells. */
  readonly isUsed: Uint8Array | null;
}

/** Numbers of a record: the element's tag and its corners, at the least. */
const minRecordNumbers = 5;
const batchCells = Math.floor(windowBytes / (8 * minRecordNumbers));

/**
 * Decodes and checks tetrahedra in the kernel, a few thousand at a time, while they are in the processor's cache. It
 * knows no errors: what it does not take is left to the readers that do.
 */
export class CellReader {
  readonly #kernel: Kernel;
  readonly #buffers: KernelBuffers;
  readonly #handle: KernelPointer;
  readonly #numNodes: number;
  readonly #dense: DenseTags | null;
  readonly #table: KernelPointer;
  readonly #records: KernelPointer;
  readonly #cells: KernelPointer;
  readonly #tags: KernelPointer;
  readonly #doubtfulHere: KernelPointer;
  readonly #repeatedHere: KernelPointer;
  readonly #numFound: KernelPointer;
  readonly #doubtful = new IndexList();
  readonly #repeated = new IndexList();
  readonly #staysInKernel: boolean;
  #numChecked = 0;

  /**
   * @param coordinates numNodes x 3, at least one node
   * @param index of the nodes
   * @param staysInKernel whether the node indices of cells that are decoded stay in the kernel. Default false
   * @throws KernelError `kernel-out-of-memory`
   */
  constructor(kernel: Kernel, coordinates: Float64Array, index: NodeIndex, staysInKernel = false) {
    const buffers = new KernelBuffers(kernel);
    this.#kernel = kernel;
    this.#buffers = buffers;
    this.#staysInKernel = staysInKernel;
    this.#numNodes = coordinates.length / 3;
    try {
      this.#dense = index.dense;
      const table = this.#dense?.table ?? null;
      this.#table = table === null ? 0 : buffers.copyIn(table);
      this.#records = buffers.allocate(windowBytes);
      this.#cells = buffers.allocate(16 * batchCells);
      this.#tags = buffers.allocate(8 * batchCells);
      this.#doubtfulHere = buffers.allocate(4 * batchCells + 4);
      this.#repeatedHere = buffers.allocate(4 * batchCells + 4);
      this.#numFound = buffers.allocate(8);
      this.#handle = this.#create(coordinates);
    } catch (error) {
      buffers.dispose();
      throw error;
    }
  }

  /** Frees what it has in the kernel. */
  dispose(): void {
    this.#kernel.free("erfem_cells_free", this.#handle);
    this.#buffers.dispose();
  }

  /** Most records of `numNumbers` numbers that {@link decode} takes at once; 0 where the nodes' tags are too sparse. */
  mostRecords(numNumbers: number): number {
    return this.#dense === null ? 0 : Math.floor(windowBytes / (8 * numNumbers));
  }

  /**
   * Appends the cells of whole records, little-endian 64-bit integers, to a list that has room for them. Returns their
   * number, which is smaller where a tag is above 2^53 - 1 or a node unknown: that record is the next.
   */
  decode(records: Uint8Array, numNumbers: number, list: ElementList, region: number): number {
    if (this.#dense === null) return 0;
    this.check(list);
    if (this.#staysInKernel && list.count === 0 && list.resident === null) {
      list.moveTo(new ResidentIntegers(this.#kernel, 0));
    }
    const { first, span } = this.#dense;
    const count = records.length / (8 * numNumbers);
    const { resident } = list;
    const cells = resident === null ? this.#cells : resident.pointer + 16 * list.count;
    new Uint8Array(this.#kernel.memory, this.#records, records.length).set(records);
    const numDecoded = this.#kernel.call(
      "erfem_cells_decode",
      ...[this.#records, numNumbers, count, first, span, this.#table, cells, this.#tags, this.#numFound],
    );
    const { memory } = this.#kernel;
    const tags = new Float64Array(memory, this.#tags, numDecoded);
    const nodes = new Int32Array(memory, cells, 4 * numDecoded);
    const isRun = new Int32Array(memory, this.#numFound, 1)[0] === 1;
    if (isRun && numDecoded > 0) list.appendRun(nodes, tags[0], region);
    else list.append(nodes, tags, region);
    this.#checkBatch(cells, numDecoded);
    return numDecoded;
  }

  /** Checks the cells of the list that have been appended to it by others. */
  check(list: ElementList): void {
    this.#forBatches(list, this.#numChecked, (_, count) => {
      this.#checkBatch(this.#cells, count);
    });
  }

  /** What has been noticed of the cells of the list. */
  finish(list: ElementList): CellChecks {
    this.check(list);
    return {
      doubtful: this.#doubtful.toArray(),
      suspects: this.#findSuspects(list),
      isUsed: this.#findUsedNodes(),
    };
  }

  #findUsedNodes(): Uint8Array | null {
    const isUsed = this.#buffers.allocate(this.#numNodes);
    const numUsed = this.#kernel.call("erfem_cells_used", this.#handle, isUsed);
    if (numUsed === this.#numNodes) return null;
    return new Uint8Array(this.#kernel.memory, isUsed, this.#numNodes).slice();
  }

  /** Cells with the marks of one that may be repeated. */
  #findSuspects(list: ElementList): Int32Array {
    const repeated = this.#repeated.toArray();
    if (repeated.length === 0) return repeated;
    const { bits, shift } = markNodes(list.nodes, 4, repeated);
    const marks = this.#buffers.copyIn(bits);
    const suspects = new IndexList();
    this.#forBatches(list, 0, (first, count) => {
      const args = [this.#cells, count, marks, shift, this.#repeatedHere];
      const numFound = this.#kernel.call("erfem_cells_match", ...args);
      suspects.append(new Int32Array(this.#kernel.memory, this.#repeatedHere, numFound), first);
    });
    return suspects.toArray();
  }

  /** Copies the cells from `start` on into the kernel's buffer, as many at a time as it holds. */
  #forBatches(list: ElementList, start: number, work: (first: number, count: number) => void): void {
    for (let first = start; first < list.count; first += batchCells) {
      const last = Math.min(first + batchCells, list.count);
      const cells = list.nodes.subarray(4 * first, 4 * last);
      new Int32Array(this.#kernel.memory, this.#cells, cells.length).set(cells);
      work(first, last - first);
    }
  }

  #create(coordinates: Float64Array): KernelPointer {
    const numNodes = this.#numNodes;
    const kernel = this.#kernel;
    const copy = new KernelBuffers(kernel);
    try {
      const handle = copy.allocate(4);
      this.#requireOk(kernel.call("erfem_cells_create", numNodes, copy.copyIn(coordinates), handle));
      return copy.readPointer(handle);
    } finally {
      copy.dispose();
    }
  }

  /** Checks cells in the kernel's memory, which follow those that have been checked. */
  #checkBatch(cells: KernelPointer, count: number): void {
    const kernel = this.#kernel;
    this.#requireOk(
      kernel.call(
        "erfem_cells_check",
        ...[this.#handle, cells, count, this.#doubtfulHere, this.#repeatedHere, this.#numFound],
      ),
    );
    const [numDoubtful, numRepeated] = new Int32Array(kernel.memory, this.#numFound, 2);
    this.#doubtful.append(new Int32Array(kernel.memory, this.#doubtfulHere, numDoubtful), this.#numChecked);
    this.#repeated.append(new Int32Array(kernel.memory, this.#repeatedHere, numRepeated), this.#numChecked);
    this.#numChecked += count;
  }

  #requireOk(status: number): void {
    if (status === KernelStatus.ok) return;
    throw createStatusError(status, { operation: "reading of cells", heapBytes: this.#kernel.heapBytes });
  }
}

/** A growing list of indices. */
class IndexList {
  #indices = new Int32Array(0);
  #length = 0;

  /** Appends `indices`, each with `offset` added. */
  append(indices: Int32Array, offset: number): void {
    const length = this.#length + indices.length;
    if (length > this.#indices.length) {
      const grown = new Int32Array(2 * length);
      grown.set(this.#indices);
      this.#indices = grown;
    }
    for (let i = 0; i < indices.length; i++) this.#indices[this.#length + i] = indices[i] + offset;
    this.#length = length;
  }

  toArray(): Int32Array {
    return this.#indices.slice(0, this.#length);
  }
}
