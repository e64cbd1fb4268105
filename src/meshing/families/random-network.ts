import { ErfemError } from "../../core/errors.js";
import { createSeededRandom } from "../../core/random.js";
import { determinant3, type Vector3 } from "../../core/tensor.js";
import { periodParameter, requireFit, type FamilyValues, type UnitCellFamily } from "./family.js";
import { createTubeLevelSet, wrapAround } from "./tubes.js";

const name = "random-network";

const NANOMETRES_PER_MICROMETRE = 1000;

const DEFAULT_JUNCTIONS = 16;
const FEWEST_JUNCTIONS = 2;
const MOST_JUNCTIONS = 500;

/** Trials for a junction before its distance to the others is made smaller. */
const maxTrials = 200;

/** A tubule from junction `from` to the copy of `to` at `step` from it. */
interface Edge {
  readonly from: number;
  readonly to: number;
  readonly step: Vector3;
  readonly length: number;
}

/**
 * A random periodic network of tubules: junctions at random places with some distance, joined by the shortest tubules that
 * make one network which percolates along all three directions, then by the next shortest until junctions have three.
 * The same seed gives the same network on every machine.
 */
export const randomNetwork: UnitCellFamily = {
  name,
  summary: "random periodic tubule network from a seed: connected, mostly three-way junctions",
  lengthUnit: "nm",
  defaultSize: 30,
  parameters: [
    {
      name: "seed",
      default: 1,
      unit: "",
      label: "number that fixes the network",
      min: 0,
      mayBeMin: true,
      max: 2 ** 31 - 1,
      isWhole: true,
    },
    {
      name: "junctions",
      default: DEFAULT_JUNCTIONS,
      unit: "",
      label: "junctions in a cell",
      min: FEWEST_JUNCTIONS,
      mayBeMin: true,
      max: MOST_JUNCTIONS,
      isWhole: true,
    },
    {
      name: "density",
      default: 0,
      unit: "1/um^3",
      label:
        "junctions per volume, in the place of `junctions`: their number is then round(density period^3); 0 for none",
      min: 0,
      mayBeMin: true,
    },
    { name: "r", default: 40, unit: "nm", label: "radius of the tubules", min: 0 },
    periodParameter(800),
    {
      name: "blend",
      default: 8,
      unit: "nm",
      label: "width of the rounding where tubules meet",
      min: 0,
      mayBeMin: true,
    },
  ],
  box: ({ period }) => [period, period, period],
  createLevelSet(values) {
    const { seed, r, period, blend } = values;
    const junctions = countJunctions(values);
    const room = period / Math.cbrt(junctions);
    const expected = `r + blend below ${(room / 3).toFixed(1)} nm, a third of the mean distance of junctions: take thinner tubules, fewer junctions or a longer period`;
    requireFit(
      r + blend < room / 3,
      name,
      { ...values, junctions },
      ["junctions", "r", "blend", "period"],
      expected,
    );
    const places = placeJunctions(seed, junctions, period, 0.75 * room);
    const edges = joinJunctions(places, period);
    const segments = edges.flatMap(({ from, step }) => {
      const start = places[from];
      return [...start, ...start.map((x, d) => x + step[d])];
    });
    return createTubeLevelSet({
      lengths: [period, period, period],
      segments: Float64Array.from(segments),
      radii: new Float64Array(edges.length).fill(r),
      blend,
    });
  },
};

/**
 * N = round(rho L^3) for a density rho (1/um^3) and a period L (nm), so that cells of all periods are samples of one network;
 * without a density the number given.
 *
 * @throws UsageError `parameters-incompatible` for a number that is not legal, or given beside a density
 */
function countJunctions(values: FamilyValues): number {
  const { junctions, density, period } = values;
  if (density === 0) return junctions;
  requireFit(
    junctions === DEFAULT_JUNCTIONS,
    name,
    values,
    ["junctions", "density"],
    "one of them: leave out --set junctions, which the density and the period fix",
  );
  const count = Math.round(density * (period / NANOMETRES_PER_MICROMETRE) ** 3);
  requireFit(
    count >= FEWEST_JUNCTIONS && count <= MOST_JUNCTIONS,
    name,
    values,
    ["density", "period"],
    `a density times a volume of ${FEWEST_JUNCTIONS} to ${MOST_JUNCTIONS} junctions, not ${count}: take another period`,
  );
  return count;
}

/** Places in [0, L)^3 at least `distance` apart; where no room is left, the distance shrinks by a tenth. */
function placeJunctions(seed: number, count: number, period: number, distance: number): Vector3[] {
  const random = createSeededRandom(seed);
  const places: Vector3[] = [];
  let least = distance;
  let trials = 0;
  while (places.length < count) {
    const place: Vector3 = [random() * period, random() * period, random() * period];
    const isFree = places.every((other) => Math.hypot(...stepBetween(place, other, period)) >= least);
    if (isFree) places.push(place);
    if (isFree || ++trials % maxTrials === 0) {
      if (!isFree) least *= 0.9;
      trials = 0;
    }
  }
  return places;
}

/** Shortest edges first: those that join parts or open a new direction, then those between junctions with less than three. */
function joinJunctions(places: readonly Vector3[], period: number): Edge[] {
  const candidates = listCandidates(places, period);
  const degree = new Int32Array(places.length);
  const chosen = new Set<Edge>();
  const choose = (edge: Edge): void => {
    chosen.add(edge);
    degree[edge.from]++;
    degree[edge.to]++;
  };
  // part[i] and the place of junction i in the unwrapped part
  const part = places.map((_, i) => i);
  const unwrapped = places.map((place) => [...place]);
  const windings: Vector3[] = [];
  let numParts = places.length;
  for (const edge of candidates) {
    if (numParts === 1 && windings.length === 3) break;
    const { from, to, step } = edge;
    const gap = unwrapped[from].map((x, d) => x + step[d] - unwrapped[to][d]);
    if (part[from] !== part[to]) {
      const moved = part[to];
      part.forEach((other, i) => {
        if (other !== moved) return;
        part[i] = part[from];
        unwrapped[i] = unwrapped[i].map((x, d) => x + gap[d]);
      });
      numParts--;
      choose(edge);
    } else if (numParts === 1 || degree[from] < 3 || degree[to] < 3) {
      const [x, y, z] = gap.map((length) => Math.round(length / period));
      if (addsDirection(windings, [x, y, z])) {
        windings.push([x, y, z]);
        choose(edge);
      }
    }
  }
  if (numParts > 1 || windings.length < 3) {
    throw new ErfemError(
      "network-unconnected",
      `the random network of ${places.length} junctions has no percolating tree`,
    );
  }
  for (const edge of candidates) {
    if (!chosen.has(edge) && degree[edge.from] < 3 && degree[edge.to] < 3) choose(edge);
  }
  return [...chosen];
}

/** All pairs, each by its nearest copies (the 27 around), shortest first. */
function listCandidates(places: readonly Vector3[], period: number): Edge[] {
  const shifts = [-period, 0, period];
  const candidates: Edge[] = [];
  for (let from = 0; from < places.length; from++) {
    for (let to = from + 1; to < places.length; to++) {
      const [dx, dy, dz] = stepBetween(places[from], places[to], period);
      for (const x of shifts) {
        for (const y of shifts) {
          for (const z of shifts) {
            const step: Vector3 = [dx + x, dy + y, dz + z];
            const length = Math.hypot(...step);
            if (length <= period) candidates.push({ from, to, step, length });
          }
        }
      }
    }
  }
  return candidates.sort((a, b) => a.length - b.length);
}

/** Whether a winding is linearly independent of those found so far. */
function addsDirection(windings: readonly Vector3[], [x, y, z]: Vector3): boolean {
  if (windings.length === 0) return x !== 0 || y !== 0 || z !== 0;
  if (windings.length === 1) {
    const [a, b, c] = windings[0];
    return b * z - c * y !== 0 || c * x - a * z !== 0 || a * y - b * x !== 0;
  }
  return windings.length === 2 && determinant3(windings[0], windings[1], [x, y, z]) !== 0;
}

/** The shortest step from one place to a copy of another. */
function stepBetween(from: Vector3, to: Vector3, period: number): Vector3 {
  return [0, 1, 2].map((d) => wrapAround(to[d] - from[d], period)) as unknown as Vector3;
}
