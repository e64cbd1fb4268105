import { UsageError } from "../core/errors.js";
import type { Kernel } from "../kernel/kernel.js";
import { cellVolume } from "../mesh/geometry.js";
import { indexVolumes } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { resolveBoundary, type Boundary } from "./boundary.js";
import { assembleFieldStiffness, type FieldStiffness } from "./field-stiffness.js";
import { indexNames } from "./index-names.js";
import type { MacroscopicProblemOptions, RegionOptions } from "./problem-options.js";
import type { Reaction } from "./reaction.js";

/** A region on the nodes of the mesh: its pairs (node, region) are one behind the other. */
export interface ProblemRegion {
  readonly volume: string;
  readonly reaction: Reaction | null;
  /** Field of the problem of each field of the reaction. */
  readonly fieldOfReaction: Int32Array;
  /** C of each field of the problem, numFields; 0 where it does not exist. */
  readonly capacities: Float64Array;
  readonly firstPair: number;
  readonly numPairs: number;
  /** States of a pair. */
  readonly numStates: number;
  /** Where its states begin: those of pair p at firstState + (p - firstPair) numStates. */
  readonly firstState: number;
}

/** What a node knows of a field. */
export const NodeField = { absent: 0, free: 1, fixed: 2 } as const;

/**
 * The macroscopic system in space: P1 with lumped masses. With v = du/dt the residual of field k at node i is
 *
 *   F_ik = sum_r V_ir (C_k^r v_ik - R_k^r(t, x_i, u_i, v_i, X_ir)) + (K_k u_k)_i - S_ik g_k(t, x_i, u_i)
 *
 * V_ir being the integral of phi_i over region r, S_ik over the surface of the flux g_k. A field is continuous across the
 * interface of two regions that both have it, and its flux too, which are (4.3) and (4.4); elsewhere nothing crosses.
 * States X_ir belong to a pair of node and region. Vectors of fields have numFields numbers a node, 0 where a field does
 * not exist; vectors of states have numStates numbers.
 *
 * @see Goel, Sneyd and Friedman (2006), equations (2.27), (2.28), (4.3), (4.4)
 */
export interface MacroscopicProblem {
  readonly kernel: Kernel;
  readonly mesh: TetMesh;
  readonly fieldNames: readonly string[];
  readonly numNodes: number;
  readonly numFields: number;
  /** States of all pairs. */
  readonly numStates: number;
  readonly regions: readonly ProblemRegion[];
  /** Node of each pair. */
  readonly pairNode: Int32Array;
  /** V_ir of each pair, um^3. */
  readonly pairVolume: Float64Array;
  /** sum_r V_ir C_k^r, numNodes x numFields, um^3. */
  readonly masses: Float64Array;
  /** A {@link NodeField} of each field at each node, numNodes x numFields. */
  readonly nodeFields: Uint8Array;
  readonly stiffness: FieldStiffness;
  readonly boundary: Boundary;
}

/**
 * Assembles the macroscopic problem.
 *
 * @throws UsageError `unknown-volume`, `unknown-surface`, `unknown-field`, `duplicate-field`, `overlapping-regions`,
 *   `no-region`, `capacity-not-positive`, `diffusion-not-positive`, `field-not-on-surface`
 * @throws KernelError `kernel-out-of-memory`
 */
export function createMacroscopicProblem(
  kernel: Kernel,
  options: MacroscopicProblemOptions,
): MacroscopicProblem {
  const { mesh, regions } = options;
  if (regions.length === 0) throw new UsageError("no-region", "there is no region; name at least one volume");
  const { numNodes } = mesh;
  const fieldNames = [...new Set(regions.flatMap((region) => region.fields.map(({ name }) => name)))];
  const numFields = fieldNames.length;
  regions.forEach(checkFields);
  const cellRegion = findRegions(mesh, regions);
  const volumes = lumpVolumes(mesh, cellRegion, regions.length);
  const pairNode: number[] = [];
  const pairVolume: number[] = [];
  let numStates = 0;
  const placed = regions.map((region, r): ProblemRegion => {
    const firstPair = pairNode.length;
    for (let node = 0; node < numNodes; node++) {
      const volume = volumes[r * numNodes + node];
      if (volume === 0) continue;
      pairNode.push(node);
      pairVolume.push(volume);
    }
    const numPairs = pairNode.length - firstPair;
    const own = createRegion(region, fieldNames, { firstPair, numPairs, firstState: numStates });
    numStates += numPairs * own.numStates;
    return own;
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
  const boundary = resolveBoundary(mesh, fieldNames, options.boundary ?? [], exists);
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
    regions: placed,
    pairNode: Int32Array.from(pairNode),
    pairVolume: Float64Array.from(pairVolume),
    masses,
    nodeFields,
    stiffness: assembleFieldStiffness(kernel, mesh, cellRegion, tensors),
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

function checkFields({ volume, fields }: RegionOptions): void {
  fields.forEach(({ name, capacity }, index) => {
    const details = { volume, field: name, capacity };
    if (fields.findIndex((other) => other.name === name) !== index) {
      throw new UsageError("duplicate-field", `the region "${volume}" names the field "${name}" twice`, {
        details,
      });
    }
    if (!(capacity > 0 && Number.isFinite(capacity))) {
      throw new UsageError(
        "capacity-not-positive",
        `the capacity of "${name}" in "${volume}" is ${capacity}; expected a volume fraction > 0`,
        { details },
      );
    }
  });
}

function createRegion(
  region: RegionOptions,
  fieldNames: readonly string[],
  place: Pick<ProblemRegion, "firstPair" | "numPairs" | "firstState">,
): ProblemRegion {
  const { volume, fields, reaction = null } = region;
  const capacities = new Float64Array(fieldNames.length);
  for (const { name, capacity } of fields) capacities[fieldNames.indexOf(name)] = capacity;
  const own = fields.map(({ name }) => name);
  const fieldOfReaction = Int32Array.from(reaction?.fields ?? [], (name) =>
    fieldNames.indexOf(own[indexNames(own, name, "field")]),
  );
  return { volume, reaction, fieldOfReaction, capacities, numStates: reaction?.states.length ?? 0, ...place };
}

/** Region of each cell, numCells; -1 for none. */
function findRegions(mesh: TetMesh, regions: readonly RegionOptions[]): Int32Array {
  const volumes = indexVolumes(mesh);
  const regionOfGroup = new Map<number, number>();
  regions.forEach(({ volume }, r) => {
    const group = volumes.get(volume) ?? indexNames([...volumes.keys()], volume, "volume");
    if (regionOfGroup.has(group)) refuseOverlap(volume, regions[regionOfGroup.get(group) ?? 0].volume);
    regionOfGroup.set(group, r);
  });
  const regionOfEntity = mesh.cellRegions.map(({ groups }) => {
    const found = groups.flatMap((group) => regionOfGroup.get(group) ?? []);
    if (found.length > 1) refuseOverlap(regions[found[0]].volume, regions[found[1]].volume);
    return found.length === 1 ? found[0] : -1;
  });
  return mesh.cellRegion.map((entity) => regionOfEntity[entity]);
}

function refuseOverlap(first: string, second: string): never {
  throw new UsageError(
    "overlapping-regions",
    `the regions "${first}" and "${second}" share cells; a cell belongs to one region`,
    { details: { volumes: [first, second] } },
  );
}

/** V_ir = int phi_i over region r, numRegions x numNodes. */
function lumpVolumes(mesh: TetMesh, cellRegion: Int32Array, numRegions: number): Float64Array {
  const volumes = new Float64Array(numRegions * mesh.numNodes);
  cellRegion.forEach((region, cell) => {
    if (region < 0) return;
    const quarter = cellVolume(mesh, cell) / 4;
    for (let i = 0; i < 4; i++) volumes[region * mesh.numNodes + mesh.cells[4 * cell + i]] += quarter;
  });
  return volumes;
}
