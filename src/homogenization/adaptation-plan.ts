import { sumCompensated } from "../core/summation.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { PhaseBounds } from "./bounds.js";
import type { Homogenization } from "./homogenize.js";
import { planSizes, type PhaseGap, type SizeFieldOptions } from "./size-field.js";

/** Wanted lengths of edges: linear on the cells of a mesh of the same unit cell. */
export interface MeshSizes {
  readonly mesh: TetMesh;
  /** numNodes, positive, the same at periodic images. */
  readonly nodeSizes: Float64Array;
}

/** The next mesh, and what is expected of it. */
export interface RoundPlan {
  /** Null for a mesh that is refined as a whole. */
  readonly sizes: MeshSizes | null;
  readonly predictedNodes: number;
  /** Relative gap of each phase, by what is known of the present mesh alone. */
  readonly predictedGaps: Readonly<Record<string, number>>;
  /** Whether the goal may be reached with this mesh, or with one after it. */
  readonly isPromising: boolean;
}

/** What an adaptation is to reach, and within what. */
export interface AdaptationGoal {
  /** Relative gap of each phase. */
  readonly gap: number;
  readonly maxNodes: number;
}

/** Nodes of a mesh at most, relative to the one before: predictions do not reach farther. */
const MOST_GROWTH = 4;

/** Part of the node limit that is planned for: meshes get a few percent more or fewer nodes than predicted. */
const PLANNED_SHARE = 0.95;

/** From this part of the node limit on, another mesh of that size is made only if it is expected to reach the goal. */
const FULL_SHARE = 0.7;

/** Gap that is planned for, relative to the goal and beyond what is learned from round to round. */
const MARGIN = 0.95;

/**
 * Predicted gap / gap before anything is known, and the least that is believed of the next one: predictions of order h^2
 * are too good as long as singular edges are not resolved.
 */
const FIRST_TRUST = 0.7;
const LEAST_TRUST = 0.5;

/** Nodes of a mesh after red refinement, relative to those before, and the gap where the solution is smooth. */
const UNIFORM_GROWTH = 8;
const UNIFORM_REDUCTION = 1 / 4;

/**
 * Plans a mesh whose gaps just meet the goal, or the largest that the growth from round to round and the limit of nodes
 * allow. The gap that is planned for is smaller than the goal by what the last prediction was off: the part of it that is
 * off next time is about its square root, as sizes near singular edges settle.
 *
 * @param last the plan of the present mesh; null for the first mesh
 */
export function planGradedRound(
  { periodic, bounds, result }: Homogenization,
  goal: AdaptationGoal,
  last: RoundPlan | null,
  options: Omit<SizeFieldOptions, "maxNodes"> = {},
): RoundPlan {
  const { nodes } = result.mesh;
  const phases = Object.entries(bounds).map(([name, phase]) => {
    const { relativeGap } = phase.record;
    const predicted = last?.predictedGaps[name];
    const learned = predicted === undefined ? FIRST_TRUST : Math.sqrt(predicted / relativeGap);
    const trust = Math.min(1, Math.max(LEAST_TRUST, learned));
    return { name, phase, relativeGap, sum: sumIndicators(phase), wanted: goal.gap * trust };
  });
  const gaps = phases.map(({ phase, relativeGap, sum, wanted }): PhaseGap => ({
    phaseCells: phase.fluxes.phaseCells,
    indicators: phase.indicators,
    target: relativeGap > 0 ? (sum * MARGIN * wanted) / relativeGap : Infinity,
  }));
  const maxNodes = Math.min(MOST_GROWTH * nodes, PLANNED_SHARE * goal.maxNodes);
  const field = planSizes(periodic, gaps, { ...options, maxNodes });
  const expected = phases.map(({ relativeGap, sum }, p) =>
    sum > 0 ? relativeGap * (field.predictedGaps[p] / sum) : 0,
  );
  const isExpected = expected.every((gap, p) => gap <= phases[p].wanted);
  return {
    sizes: { mesh: periodic.mesh, nodeSizes: field.nodeSizes },
    predictedNodes: field.predictedNodes,
    predictedGaps: Object.fromEntries(phases.map(({ name }, p) => [name, expected[p]])),
    isPromising: isExpected || nodes < FULL_SHARE * goal.maxNodes,
  };
}

/** What uniform red refinement is expected to give. */
export function planUniformRound({ bounds, result }: Homogenization, goal: AdaptationGoal): RoundPlan {
  const predictedNodes = UNIFORM_GROWTH * result.mesh.nodes;
  return {
    sizes: null,
    predictedNodes,
    predictedGaps: Object.fromEntries(
      Object.entries(bounds).map(([name, { record }]) => [name, UNIFORM_REDUCTION * record.relativeGap]),
    ),
    isPromising: predictedNodes <= goal.maxNodes,
  };
}

/** The trace of U - L. */
function sumIndicators({ indicators }: PhaseBounds): number {
  return sumCompensated(indicators.length, (i) => indicators[i]);
}
