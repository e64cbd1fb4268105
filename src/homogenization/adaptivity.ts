import { ConvergenceError, MeshError, UsageError } from "../core/errors.js";
import { prefixProgress } from "../core/progress.js";
import type { Adaptation, AdaptationRound } from "../io/adaptation.js";
import { alignDiagonals, refineMesh } from "../mesh/refinement.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { planGradedRound, planUniformRound, type MeshSizes, type RoundPlan } from "./adaptation-plan.js";
import { homogenize, type Homogenization, type HomogenizeOptions } from "./homogenize.js";
import type { SizeFieldOptions } from "./size-field.js";

/** A mesh as a mesher gives it. */
export interface MadeMesh {
  readonly mesh: TetMesh;
  /** Where it came from, recorded in the result. */
  readonly source?: HomogenizeOptions["source"];
  readonly warnings?: readonly string[];
}

/** Makes meshes of one and the same unit cell. */
export interface Mesher {
  /** Whether meshes follow the sizes, or are refined as a whole, every cell into eight. */
  readonly followsSizes: boolean;
  /**
   * @param round 1, 2, ...; the same again where the mesh made for it was too large
   * @param sizes null in the first round: the mesher's own
   */
  readonly makeMesh: (round: number, sizes: MeshSizes | null) => Promise<MadeMesh>;
}

/** What is wanted, and at what price. */
export interface AdaptOptions
  extends Omit<HomogenizeOptions, "source" | "bounds">, Omit<SizeFieldOptions, "maxNodes"> {
  /** Largest ||U - L||_2 / ||U||_2 of every phase asked for; between 0 and 1. */
  readonly gap: number;
  /** Most nodes of a mesh. Default 1,000,000. */
  readonly maxNodes?: number;
  /** Most meshes. Default 12. */
  readonly maxRounds?: number;
  /** In the place of {@link homogenize}: with other solvers for larger meshes, say. */
  readonly homogenize?: (mesh: TetMesh, options: HomogenizeOptions) => Promise<Homogenization>;
  /** Receives every round when it is there: its result, and the adaptation so far. */
  readonly onRound?: (homogenization: Homogenization, adaptation: Adaptation) => void | Promise<void>;
}

/** An adaptation that has reached its goal. */
export interface AdaptedMesh {
  readonly adaptation: Adaptation;
  /** The last round. */
  readonly homogenization: Homogenization;
}

const defaultMaxNodes = 1_000_000;
const defaultMaxRounds = 12;

/** Meshes tried for one round: the size that is asked for is corrected where one has too many nodes. */
const MOST_ATTEMPTS = 3;

/**
 * Length of edges to ask a mesher for where cells of the volume of the regular tetrahedron of edge 1 are wanted, before
 * anything is known of it: cells that fill space are not regular.
 */
const FIRST_SCALE = 0.8;

/** Most that this length is changed at once. */
const MOST_SCALE_CHANGE = 2;

/**
 * Solves with bounds, plans sizes from the indicators and has a new mesh made, until the certified relative gap of every
 * phase asked for is small enough. Each mesh is sized for the goal, with at most four times the nodes of the one before;
 * how far predictions were off corrects the next ones. The bounds hold on the mesh of their round: where walls are curved,
 * each round encloses the tensor of another polyhedron.
 *
 * @throws ConvergenceError `gap-not-reached` at the limit of nodes or of rounds, with the best gap in `details`
 * @throws MeshError `mesh-too-large` for the first mesh, `size-field-ignored`
 * @throws UsageError `invalid-parameter`
 * @throws ErfemError from the mesher and from {@link homogenize}
 */
export async function adaptMesh(mesher: Mesher, options: AdaptOptions): Promise<AdaptedMesh> {
  const { gap, maxNodes = defaultMaxNodes, maxRounds = defaultMaxRounds } = options;
  requireParameter("gap", gap, gap > 0 && gap < 1, "a number between 0 and 1");
  requireParameter("maxNodes", maxNodes, maxNodes >= 1, "a number above 0");
  requireParameter("maxRounds", maxRounds, maxRounds >= 1, "a number above 0");
  const solve = options.homogenize ?? homogenize;
  const makeSizedMesh = createSizedMesher(mesher, maxNodes);
  const rounds: AdaptationRound[] = [];
  const warnings = new Set<string>();
  const describe = (isReached: boolean): Adaptation => ({
    schema: "erfem/adaptation@1",
    goal: gap,
    maxNodes,
    isReached,
    rounds: [...rounds],
    warnings: [...warnings],
  });
  let plan: RoundPlan | null = null;
  for (let round = 1; round <= maxRounds; round++) {
    const reporting = prefixProgress(options.progress, `round ${round}`);
    reporting.progress?.({ step: "mesh" });
    const start = performance.now();
    const made = await makeSizedMesh(round, plan);
    if (made === null) break;
    if (mesher.followsSizes && round > 1) requireChange(made.mesh, rounds[round - 2]);
    const meshed = performance.now();
    const homogenization: Homogenization = await solve(made.mesh, {
      ...options,
      ...reporting,
      bounds: true,
      ...(made.source === undefined ? {} : { source: made.source }),
    });
    const { result } = homogenization;
    for (const warning of [...(made.warnings ?? []), ...result.warnings]) warnings.add(warning);
    rounds.push({
      round,
      file: result.mesh.file,
      nodes: result.mesh.nodes,
      cells: result.mesh.cells,
      predictedNodes: plan === null ? null : Math.round(plan.predictedNodes),
      phases: describePhases(homogenization, plan),
      meshSeconds: (meshed - start) / 1000,
      solveSeconds: (performance.now() - meshed) / 1000,
    });
    const adaptation = describe(widestGap(rounds[round - 1]).relativeGap <= gap);
    await options.onRound?.(homogenization, adaptation);
    if (adaptation.isReached) return { adaptation, homogenization };
    reporting.progress?.({ step: "plan sizes" });
    const goal = { gap, maxNodes };
    plan = mesher.followsSizes
      ? planGradedRound(homogenization, goal, plan, options)
      : planUniformRound(homogenization, goal);
    if (!plan.isPromising) break;
  }
  throw gapNotReached(describe(false), maxRounds);
}

/** Rounds by uniform red refinement of a mesh, for one that has no geometry. */
export function uniformMesher(mesh: TetMesh, source?: HomogenizeOptions["source"]): Mesher {
  let current: TetMesh | undefined;
  return {
    followsSizes: false,
    makeMesh() {
      current = current === undefined ? alignDiagonals(mesh) : refineMesh(current);
      return Promise.resolve({ mesh: current, ...(source === undefined ? {} : { source }) });
    },
  };
}

/**
 * A mesher that learns, from the number of nodes of each mesh, what to ask for to get the cells that are planned;
 * null where a mesh after the first cannot be had within the limit.
 *
 * @throws MeshError `mesh-too-large` for the first mesh
 */
function createSizedMesher(
  mesher: Mesher,
  maxNodes: number,
): (round: number, plan: RoundPlan | null) => Promise<MadeMesh | null> {
  let scale = FIRST_SCALE;
  return async (round, plan) => {
    for (let attempt = 1; ; attempt++) {
      const sizes = plan?.sizes ?? null;
      const asked = sizes && { ...sizes, nodeSizes: sizes.nodeSizes.map((size) => scale * size) };
      const made = await mesher.makeMesh(round, asked);
      const { numNodes } = made.mesh;
      if (plan !== null) {
        const change = Math.cbrt(numNodes / plan.predictedNodes);
        scale *= Math.min(MOST_SCALE_CHANGE, Math.max(1 / MOST_SCALE_CHANGE, change));
      }
      if (numNodes <= maxNodes) return made;
      if (plan === null) throw meshTooLarge(numNodes, maxNodes);
      if (attempt === MOST_ATTEMPTS) return null;
    }
  };
}

function describePhases(
  { result, bounds }: Homogenization,
  plan: RoundPlan | null,
): AdaptationRound["phases"] {
  return Object.fromEntries(
    Object.entries(bounds).map(([name, { record }]) => {
      const { nodes, cells } = result.phases[name];
      const { lower, upper, relativeGap } = record;
      return [
        name,
        { nodes, cells, lower, upper, relativeGap, predictedGap: plan?.predictedGaps[name] ?? null },
      ];
    }),
  );
}

function widestGap(round: AdaptationRound): { name: string; relativeGap: number } {
  const gaps = Object.entries(round.phases).map(([name, { relativeGap }]) => ({ name, relativeGap }));
  return gaps.reduce((widest, gap) => (gap.relativeGap > widest.relativeGap ? gap : widest));
}

/** A geometry that says where its nodes are, by transfinite curves for instance, gives the same mesh again. */
function requireChange(mesh: TetMesh, last: AdaptationRound): void {
  if (mesh.numNodes !== last.nodes || mesh.numCells !== last.cells) return;
  throw new MeshError(
    "size-field-ignored",
    `the mesh of round ${last.round + 1} has the same ${last.nodes} nodes and ${last.cells} cells as the one before: the ` +
      "sizes asked for were ignored; take transfinite and extruded meshes out of the geometry, and commands that mesh (Mesh 3;)",
    { details: { round: last.round + 1, nodes: last.nodes, cells: last.cells } },
  );
}

function meshTooLarge(nodes: number, maxNodes: number): MeshError {
  return new MeshError(
    "mesh-too-large",
    `the first mesh has ${nodes} nodes, more than the ${maxNodes} allowed; begin with a larger mesh size, or raise the limit`,
    { details: { nodes, maxNodes } },
  );
}

/** The error that tells how far an adaptation has come, and what the goal would take. */
function gapNotReached({ goal, maxNodes, rounds }: Adaptation, maxRounds: number): ConvergenceError {
  const last = rounds[rounds.length - 1];
  const best = rounds.reduce((a, b) => (widestGap(b).relativeGap < widestGap(a).relativeGap ? b : a));
  const { name, relativeGap } = widestGap(best);
  // Gaps on graded meshes are of order N^(-2/3).
  const needed = Number((best.nodes * (relativeGap / goal) ** 1.5).toPrecision(2));
  const isOutOfRounds = rounds.length >= maxRounds;
  const limit = isOutOfRounds ? `${maxRounds} rounds` : `${maxNodes} nodes`;
  return new ConvergenceError(
    "gap-not-reached",
    `the relative gap ${goal} is not reached within ${limit}: the best is ${relativeGap.toPrecision(3)} (${name}), in ` +
      `round ${best.round} with ${best.nodes} nodes; about ${needed} nodes would be needed: ` +
      "raise the limit, or ask for less",
    {
      details: {
        goal,
        bestGap: relativeGap,
        phase: name,
        round: best.round,
        nodes: last.nodes,
        maxNodes,
        needed,
      },
    },
  );
}

function requireParameter(name: string, value: number, isValid: boolean, expected: string): void {
  if (isValid) return;
  throw new UsageError("invalid-parameter", `${name} is ${value}; expected ${expected}`, {
    details: { name, value, expected },
  });
}
