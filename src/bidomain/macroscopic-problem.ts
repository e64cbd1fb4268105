import { UsageError } from "../core/errors.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { resolveBoundary, type Boundary } from "./boundary.js";
import { assembleFieldStiffness, type FieldStiffness } from "./field-stiffness.js";
import { indexNames } from "./index-names.js";
import type { MacroscopicProblemOptions } from "./problem-options.js";
import {
  checkFields,
  createMembraneRegion,
  createVolumeRegion,
  findRegions,
  requireFields,
  type ProblemRegion,
} from "./problem-regions.js";
import type { Reaction } from "./reaction.js";
import { identifyNodes, lumpFacets, lumpVolumes } from "./problem-measures.js";

/** What a node knows of a field. */
export const NodeField = { absent: 0, free: 1, fixed: 2 } as const;

/**
 * The macroscopic system in space: P1 with lumped masses. With v = du/dt the residual of field k at node i is
 *
 *   F_ik = sum_r V_ir (C_k^r v_ik - R_k^r(t, x_i, u_i, v_i, X_ir)) + (K_k u_k)_i - S_ik g_k(t, x_i, u_i)
 *
 * V_ir being the integral of phi_i over region r, S_ik over the surface of the flux g_k. A field is continuous across the
 * interface of two regions that both have it, and its flux too, which are (4.3) and (4.4); elsewhere nothing crosses. A
 * membrane is a region with C = 0 on its facets, V_ir being epsilon times the integral of phi_i over them: with volumes in
 * which one field each exists, and membranes between them, the same system is the resolved one of (2.1) and (2.2).
 * States X_ir belong to a pair of node and region. Vectors of fields have numFields numbers a node, 0 where a field does
 * not exist; vectors of states have numStates numbers.
 *
 * @see Goel, Sneyd and Friedman (2006), equations (2.1), (2.2), (2.27), (2.28), (4.3), (4.4)
 */
export interface MacroscopicProblem {
  readonly kernel: Kernel;
  readonly mesh: TetMesh;
  readonly fieldNames: readonly string[];
  /** Nodes of the vectors: those of the mesh, or the first ones, which all others are identified with. */
  readonly numNodes: number;
  /** Node of each corner of each cell, numCells x 4, below numNodes. */
  readonly cellNodes: Int32Array;
  readonly numFields: number;
  /** States of all pairs. */
  readonly numStates: number;
  /** Those of volumes in the order asked for, then the membranes. */
  readonly regions: readonly ProblemRegion[];
  /** Node of each pair. */
  readonly pairNode: Int32Array;
  /** V_ir of each pair, um^3: of a membrane, epsilon times its area around the node. */
  readonly pairVolume: Float64Array;
  /** sum_r V_ir C_k^r, numNodes x numFields, um^3. */
  readonly masses: Float64Array;
  /** A `NodeField` of each field at each node, numNodes x numFields. */
  readonly nodeFields: Uint8Array;
  readonly stiffness: FieldStiffness;
  readonly boundary: Boundary;
}

/**
 * Assembles the macroscopic problem.
 *
 * @throws UsageError `unknown-volume`, `unknown-surface`, `unknown-field`, `duplicate-field`, `overlapping-regions`,
 *   `no-region`, `capacity-not-positive`, `diffusion-not-positive`, `field-not-on-surface`, `field-not-on-membrane`,
 *   `thickness-not-positive`, `identification-invalid`
 * @throws KernelError `kernel-out-of-memory`
 */
export function createMacroscopicProblem(
  kernel: Kernel,
  options: MacroscopicProblemOptions,
): MacroscopicProblem {
  const { mesh, regions, membranes = [] } = options;
  if (regions.length === 0) throw new UsageError("no-region", "there is no region; name at least one volume");
  const { numNodes, cellNodes } = identifyNodes(mesh, options.nodeOf);
  const fieldNames = [...new Set(regions.flatMap((region) => region.fields.map(({ name }) => name)))];
  const numFields = fieldNames.length;
  regions.forEach(checkFields);
  const cellRegion = findRegions(mesh, regions);
  const volumes = lumpVolumes(mesh, cellRegion, regions.length, { numNodes, cellNodes });
  const pairNode: number[] = [];
  const pairVolume: number[] = [];
  let numStates = 0;
  /** Pairs of the nodes with a measure, and their states. */
  const place = (measures: Float64Array, own: { readonly reaction?: Reaction }) => {
    const firstPair = pairNode.length;
    for (let node = 0; node < numNodes; node++) {
      if (measures[node] === 0) continue;
      pairNode.push(node);
      pairVolume.push(measures[node]);
    }
    const numPairs = pairNode.length - firstPair;
    const firstState = numStates;
    numStates += numPairs * (own.reaction?.states.length ?? 0);
    return { firstPair, numPairs, firstState };
  };
  const placed = regions.map((region, r): ProblemRegion => {
    const measures = volumes.subarray(r * numNodes, (r + 1) * numNodes);
    return createVolumeRegion(region, fieldNames, place(measures, region));
  });
  const surfaces = membranes.map((membrane): ProblemRegion => {
    const measures = lumpFacets(mesh, membrane, numNodes, options.nodeOf);
    return createMembraneRegion(membrane, fieldNames, place(measures, membrane));
  });
  const masses = new Float64Array(numNodes * numFields);
  const nodeFields = new Uint8Array(numNodes * numFields);
  for (const { capacities, firstPair, numPairs } of placed) {
    for (let pair = firstPair; pair < firstPair + numPairs; pair++) {
      for (let field = 0; field < numFields; field++) {
        if (capacities[field] === 0) continue;
        const at = pairNode[pair] * numFields + field;
        masses[at] += pairVolume[pair] * capacities[field];
        nodeFields[at] = NodeField.free;
      }
    }
  }
  const exists = (node: number, field: number): boolean => nodeFields[node * numFields + field] > 0;
  for (const surface of surfaces) requireFields(surface, fieldNames, pairNode, exists);
  const boundary = resolveBoundary(mesh, fieldNames, options.boundary ?? [], exists, options.nodeOf);
  for (const { nodes, field } of boundary.fixed) {
    for (const node of nodes) nodeFields[node * numFields + field] = NodeField.fixed;
  }
  const tensors = fieldNames.map((name) =>
    regions.map(({ fields }) => fields.find((field) => field.name === name)?.tensor ?? null),
  );
  return {
    kernel,
    mesh,
    fieldNames,
    numNodes,
    numFields,
    numStates,
    cellNodes,
    regions: [...placed, ...surfaces],
    pairNode: Int32Array.from(pairNode),
    pairVolume: Float64Array.from(pairVolume),
    masses,
    nodeFields,
    stiffness: assembleFieldStiffness(kernel, mesh, cellRegion, tensors, { numNodes, cellNodes }),
    boundary,
  };
}

/** A concentration or a state at the beginning: one number, or a function of the place (um). */
export type InitialValue = number | ((x: number, y: number, z: number) => number);

/** u, numNodes x numFields, from a value for each field of the problem: nodal values, 0 where it does not exist. */
export function interpolateFields(
  problem: MacroscopicProblem,
  values: Readonly<Record<string, InitialValue>>,
): Float64Array {
  const { numNodes, numFields, nodeFields, mesh } = problem;
  const u = new Float64Array(numNodes * numFields);
  for (const [name, value] of Object.entries(values)) {
    const field = indexNames(problem.fieldNames, name, "field");
    for (let node = 0; node < numNodes; node++) {
      const at = node * numFields + field;
      if (nodeFields[at] !== NodeField.absent) u[at] = valueAt(mesh, node, value);
    }
  }
  return u;
}

/** X, numStates, from a value for each state by its name; 0 for those that are not named. */
export function interpolateStates(
  problem: MacroscopicProblem,
  values: Readonly<Record<string, InitialValue>>,
): Float64Array {
  const states = new Float64Array(problem.numStates);
  const known = problem.regions.flatMap(({ reaction }) => reaction?.states ?? []);
  for (const [name, value] of Object.entries(values)) {
    indexNames(known, name, "state");
    for (const region of problem.regions) {
      const state = region.reaction?.states.indexOf(name) ?? -1;
      if (state < 0) continue;
      for (let p = 0; p < region.numPairs; p++) {
        const node = problem.pairNode[region.firstPair + p];
        states[region.firstState + p * region.numStates + state] = valueAt(problem.mesh, node, value);
      }
    }
  }
  return states;
}

/** Amount of every field, sum_i (sum_r V_ir C_k^r) u_ik, uM um^3: conserved where nothing reacts or crosses the surface. */
export function integrateAmounts(problem: MacroscopicProblem, fields: Float64Array): Float64Array {
  const amounts = new Float64Array(problem.numFields);
  for (let at = 0; at < fields.length; at++)
    amounts[at % problem.numFields] += problem.masses[at] * fields[at];
  return amounts;
}

function valueAt({ coordinates }: TetMesh, node: number, value: InitialValue): number {
  if (typeof value === "number") return value;
  return value(coordinates[3 * node], coordinates[3 * node + 1], coordinates[3 * node + 2]);
}
