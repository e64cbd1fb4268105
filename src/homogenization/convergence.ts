import { UsageError } from "../core/errors.js";
import { prefixProgress } from "../core/progress.js";
import { extrapolate, orderBetween } from "../core/richardson.js";
import { determinant3, type Matrix3 } from "../core/tensor.js";
import type {
  ConvergenceLevel,
  ConvergencePhaseLevel,
  ConvergenceQuantity,
  ConvergenceSequence,
  ConvergenceStudy,
  PhaseConvergence,
} from "../io/convergence-study.js";
import type { HomogenizationResult, PhaseRecord } from "../io/homogenization-result.js";
import { alignDiagonals, refineMesh } from "../mesh/refinement.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { homogenize, type Homogenization, type HomogenizeOptions } from "./homogenize.js";

/** A mesh of a convergence study. */
export interface LevelMesh {
  readonly mesh: TetMesh;
  /** For tables: `h = 0.05`. */
  readonly label: string;
  /** Where it came from, recorded in the result of the level. */
  readonly source?: HomogenizeOptions["source"];
}

/** Makes the mesh of a level 0, 1, 2, ...; called in this order, each level once, the finer ones later. */
export type LevelMesher = (level: number) => LevelMesh | Promise<LevelMesh>;

/** What to study. */
export interface ConvergenceOptions extends Omit<HomogenizeOptions, "source"> {
  /** Number of meshes, at least three. */
  readonly levels: number;
  /** Bounds of the tensors from both sides on every level. Default false. */
  readonly bounds?: boolean;
  /** In the place of {@link homogenize}: with other solvers for larger meshes, say. */
  readonly homogenize?: (mesh: TetMesh, options: HomogenizeOptions) => Promise<Homogenization>;
  /** Receives the whole result of every level when it is there. */
  readonly onLevel?: (result: HomogenizationResult, level: number) => void | Promise<void>;
}

/** Orders and limits need three levels. */
const LEAST_LEVELS = 3;

/**
 * Homogenizes a sequence of ever finer meshes: tensors, observed orders and Richardson extrapolation.
 *
 * Orders are those of h = (|Omega| / cells)^(1/3). Energies of P1 converge like h^2 where the correctors are smooth or the
 * mesh is graded towards re-entrant edges, like h^(4/3) on quasi-uniform meshes where edges re-enter at a right angle.
 *
 * @throws UsageError `too-few-levels`
 * @throws ErfemError from the mesher and from {@link homogenize}
 */
export async function studyConvergence(
  mesher: LevelMesher,
  options: ConvergenceOptions,
): Promise<ConvergenceStudy> {
  const { levels: numLevels, onLevel, homogenize: solve = homogenize, ...homogenizeOptions } = options;
  if (!Number.isInteger(numLevels) || numLevels < LEAST_LEVELS) {
    throw new UsageError(
      "too-few-levels",
      `the number of levels is ${numLevels}; orders and extrapolation need ${LEAST_LEVELS} or more`,
      { details: { levels: numLevels } },
    );
  }
  const levels: ConvergenceLevel[] = [];
  const warnings = new Set<string>();
  for (let level = 0; level < numLevels; level++) {
    const prefix = `level ${level + 1} of ${numLevels}`;
    options.progress?.({ step: `${prefix}: mesh` });
    const start = performance.now();
    const made = await mesher(level);
    const meshed = performance.now();
    const { result } = await solve(made.mesh, {
      ...homogenizeOptions,
      ...(made.source === undefined ? {} : { source: made.source }),
      ...prefixProgress(options.progress, prefix),
    });
    const seconds = {
      meshSeconds: (meshed - start) / 1000,
      solveSeconds: (performance.now() - meshed) / 1000,
    };
    for (const warning of result.warnings) warnings.add(warning);
    levels.push({ ...describeLevel(result, made.label), ...seconds });
    await onLevel?.(result, level);
  }
  const names = Object.keys(levels[0].phases);
  const phases = names.map((name): [string, PhaseConvergence] => [
    name,
    describePhase(levels.map((level) => level.phases[name])),
  ]);
  return {
    schema: "erfem/convergence@1",
    levels,
    phases: Object.fromEntries(phases),
    warnings: [...warnings, ...phases.flatMap(([name, phase]) => warnOfLimits(name, phase))],
  };
}

/**
 * A limit of trace / 3 that contradicts the bounds of the finest level, as for levels that are too coarse. Where surfaces
 * are curved it may be right: the bounds hold for the polyhedron of their level.
 */
function warnOfLimits(name: string, { upper, lower }: PhaseConvergence): string[] {
  if (lower === null) return [];
  const finest = lower.mean.values.length - 1;
  const interval = [lower.mean.values[finest], upper.mean.values[finest]];
  return Object.entries({ P1: upper.mean, "the lower bound": lower.mean }).flatMap(
    ([what, { extrapolated }]) => {
      if (extrapolated === null) return [];
      if (extrapolated >= interval[0] && extrapolated <= interval[1]) return [];
      return [
        `phase "${name}": the limit of ${what}, ${extrapolated.toPrecision(6)}, lies outside the bounds of the finest level, ` +
          `[${interval.map((bound) => bound.toPrecision(6)).join(", ")}]: where surfaces are flat, the levels are too coarse to extrapolate`,
      ];
    },
  );
}

/** Levels by uniform red refinement of a mesh: nested, cells of half the size on every level. */
export function refiningMesher(mesh: TetMesh, source?: HomogenizeOptions["source"]): LevelMesher {
  let current: TetMesh | undefined;
  return (level) => {
    current = current === undefined ? alignDiagonals(mesh) : refineMesh(current);
    const label = level === 0 ? "as given" : `refined ${level === 1 ? "once" : `${level} times`}`;
    return { mesh: current, label, ...(source === undefined ? {} : { source }) };
  };
}

function describeLevel(
  result: HomogenizationResult,
  label: string,
): Omit<ConvergenceLevel, "meshSeconds" | "solveSeconds"> {
  const cellVolume = Math.abs(determinant3(...result.mesh.unitCell.vectors));
  const phases = Object.entries(result.phases).map(([name, record]): [string, ConvergencePhaseLevel] => [
    name,
    {
      cells: record.cells,
      dofs: record.dofs,
      meshSize: Math.cbrt((record.volumeFraction * cellVolume) / record.cells),
      homogenized: record.homogenized,
      bounds: readBounds(record),
    },
  ]);
  const { nodes, cells } = result.mesh;
  return { label, nodes, cells, phases: Object.fromEntries(phases) };
}

function readBounds({ bounds }: PhaseRecord): ConvergencePhaseLevel["bounds"] {
  return bounds === null
    ? null
    : { lower: bounds.lower, upper: bounds.upper, relativeGap: bounds.relativeGap };
}

function describePhase(levels: readonly ConvergencePhaseLevel[]): PhaseConvergence {
  const sizes = levels.map((level) => level.meshSize);
  const homogenized = levels.map((level) => level.homogenized);
  const upper = followTensor(sizes, homogenized);
  const bounds = levels.flatMap((level) => level.bounds ?? []);
  if (bounds.length < levels.length) return { upper, lower: null, gap: null };
  const lowerBounds = bounds.map(({ lower }) => lower);
  const gaps = bounds.map(({ relativeGap }) => relativeGap);
  const orders = gaps.map((gap, l) =>
    l === 0 ? null : orderBetween([sizes[l - 1], sizes[l]], [gaps[l - 1], gap]),
  );
  return { upper, lower: followTensor(sizes, lowerBounds), gap: { values: gaps, orders } };
}

function followTensor(
  sizes: readonly number[],
  tensors: readonly Matrix3[],
): Record<ConvergenceQuantity, ConvergenceSequence> {
  const follow = (entry: (a: Matrix3) => number): ConvergenceSequence =>
    followValues(
      sizes,
      tensors.map((tensor) => entry(tensor)),
    );
  return {
    mean: follow((a) => (a[0][0] + a[1][1] + a[2][2]) / 3),
    "11": follow((a) => a[0][0]),
    "22": follow((a) => a[1][1]),
    "33": follow((a) => a[2][2]),
  };
}

function followValues(sizes: readonly number[], values: readonly number[]): ConvergenceSequence {
  const fits = values.map((value, l) =>
    l < LEAST_LEVELS - 1
      ? null
      : extrapolate([sizes[l - 2], sizes[l - 1], sizes[l]], [values[l - 2], values[l - 1], value]),
  );
  const last = fits[fits.length - 1];
  return {
    values,
    orders: fits.map((fit) => fit?.exponent ?? null),
    exponent: last?.exponent ?? null,
    extrapolated: last?.limit ?? null,
  };
}
