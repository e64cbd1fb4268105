import { invertLowPartner, type PeriodicMesh } from "./periodic-mesh.js";

/**
 * Work arrays over a whole mesh for what is done phase by phase: made once, each user leaves them as it found them, so
 * that the work on a phase costs time in proportion to the phase, and thousands of small phases cost no more than a
 * large one.
 */
export interface PhaseScratch {
  /** numCells; -1 between uses. */
  readonly cellIndex: Int32Array;
  /** numNodes; -1 between uses. */
  readonly nodeIndex: Int32Array;
  /** numNodes; 0 between uses. */
  readonly nodeMark: Uint8Array;
  /** For each direction k, the node x + L_k of every node x on the low face, else -1; see {@link invertLowPartner}. */
  readonly highPartner: readonly Int32Array[];
}

/** Fresh work arrays for the phases of a mesh. */
export function createPhaseScratch(periodic: PeriodicMesh): PhaseScratch {
  const { numCells, numNodes } = periodic.mesh;
  return {
    cellIndex: new Int32Array(numCells).fill(-1),
    nodeIndex: new Int32Array(numNodes).fill(-1),
    nodeMark: new Uint8Array(numNodes),
    highPartner: invertLowPartner(periodic),
  };
}
