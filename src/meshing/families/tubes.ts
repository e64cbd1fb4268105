import type { Vector3 } from "../../core/tensor.js";
import type { LevelSet } from "../level-set.js";
import { SMOOTH_REACH, smoothUnion } from "./smooth-union.js";

/** Straight tubes with round ends in a periodic box, and how they are united. */
export interface TubeNetwork {
  /** Edges of the box, whose lower corner is 0. */
  readonly lengths: Vector3;
  /** Ends of the axes, numTubes x 2 x 3; anywhere, the tubes are repeated with the periods. */
  readonly segments: Float64Array;
  /** numTubes. */
  readonly radii: Float64Array;
  /** Width of the blend where tubes meet, >= 0, see {@link smoothUnion}. */
  readonly blend: number;
}

/** Bins along each axis, in each of which the tubes that can be seen there are listed. */
const numBins = 8;

/**
 * Level set of a network of tubes: the smooth union of the distances |x - axis| - r of all tubes and their copies.
 * In each bin, copies are left out that change it by less than round-off.
 */
export function createTubeLevelSet(network: TubeNetwork): LevelSet {
  const { lengths, blend } = network;
  const copies = copyTubes(network);
  const bins = listBins(lengths, copies, blend);
  const distances = new Float64Array(copies.length / 7);
  return {
    origin: [0, 0, 0],
    lengths,
    evaluate(points, numPoints, values) {
      for (let point = 0; point < numPoints; point++) {
        const x = wrap(points[3 * point], lengths[0]);
        const y = wrap(points[3 * point + 1], lengths[1]);
        const z = wrap(points[3 * point + 2], lengths[2]);
        const bin =
          bins[binOf(x, lengths[0]) + numBins * (binOf(y, lengths[1]) + numBins * binOf(z, lengths[2]))];
        for (let i = 0; i < bin.length; i++) distances[i] = tubeDistance(copies, 7 * bin[i], x, y, z);
        values[point] = smoothUnion(distances, bin.length, blend);
      }
    },
  };
}

/** x - L floor(x / L), in [0, L). */
export function wrap(x: number, length: number): number {
  const wrapped = x - length * Math.floor(x / length);
  return wrapped < length ? wrapped : 0;
}

/** The image of x nearest to 0, in [-L/2, L/2]. */
export function wrapAround(x: number, length: number): number {
  return x - length * Math.round(x / length);
}

function binOf(x: number, length: number): number {
  return Math.min(numBins - 1, Math.floor((x / length) * numBins));
}

/** |x - nearest point of the axis| - r of the tube at `at`. */
function tubeDistance(tubes: Float64Array, at: number, x: number, y: number, z: number): number {
  const ux = tubes[at + 3] - tubes[at];
  const uy = tubes[at + 4] - tubes[at + 1];
  const uz = tubes[at + 5] - tubes[at + 2];
  const px = x - tubes[at];
  const py = y - tubes[at + 1];
  const pz = z - tubes[at + 2];
  const square = ux * ux + uy * uy + uz * uz;
  const s = square === 0 ? 0 : Math.min(1, Math.max(0, (px * ux + py * uy + pz * uz) / square));
  return Math.hypot(px - s * ux, py - s * uy, pz - s * uz) - tubes[at + 6];
}

/** Both ends and the radius of each tube in the box and the 124 boxes around, 7 numbers each. */
function copyTubes({ lengths, segments, radii }: TubeNetwork): Float64Array {
  const shifts = [-2, -1, 0, 1, 2];
  const copies: number[] = [];
  for (let tube = 0; tube < radii.length; tube++) {
    // Each tube is moved so that its middle lies in the box.
    const middle = [0, 1, 2].map((d) => (segments[6 * tube + d] + segments[6 * tube + 3 + d]) / 2);
    const home = middle.map((x, d) => -lengths[d] * Math.floor(x / lengths[d]));
    for (const i of shifts) {
      for (const j of shifts) {
        for (const k of shifts) {
          const move = [i, j, k].map((n, d) => home[d] + n * lengths[d]);
          for (let e = 0; e < 6; e++) copies.push(segments[6 * tube + e] + move[e % 3]);
          copies.push(radii[tube]);
        }
      }
    }
  }
  return Float64Array.from(copies);
}

/** Tubes that matter in a bin: no farther from its middle than the nearest, the bin's diameter and the blend's reach. */
function listBins(lengths: Vector3, copies: Float64Array, blend: number): Int32Array[] {
  const edges = lengths.map((length) => length / numBins);
  const reach = Math.hypot(...edges) * 1.001 + SMOOTH_REACH * blend;
  const numCopies = copies.length / 7;
  const distances = new Float64Array(numCopies);
  const bins: Int32Array[] = [];
  for (let bin = 0; bin < numBins ** 3; bin++) {
    const at = [bin % numBins, Math.floor(bin / numBins) % numBins, Math.floor(bin / numBins ** 2)];
    const [x, y, z] = at.map((i, d) => (i + 0.5) * edges[d]);
    let least = Infinity;
    for (let copy = 0; copy < numCopies; copy++) {
      distances[copy] = tubeDistance(copies, 7 * copy, x, y, z);
      least = Math.min(least, distances[copy]);
    }
    const near: number[] = [];
    for (let copy = 0; copy < numCopies; copy++) if (distances[copy] <= least + reach) near.push(copy);
    bins.push(Int32Array.from(near));
  }
  return bins;
}
