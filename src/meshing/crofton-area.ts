import { norm3, type Vector3 } from "../core/tensor.js";
import { wrapVoxel, type VoxelContinuation, type VoxelMask } from "./voxel-box.js";

/** Points on the sphere by which the share of a direction is measured: 1e-3 of a share. */
const numSamples = 20000;

/**
 * Area of the surface between inside and outside, estimated without the stairs of the voxels (which give up to 3^(1/2)
 * times, in the mean 3/2 times, too much): by Cauchy's and Crofton's formula S = 2 V <P>, P the changes per length along
 * lines, in the mean over all directions, of which 13 are taken: to the neighbours by a face, an edge or a corner,
 * each for its share of the sphere.
 *
 * @returns mesh units^2, of the box itself
 * @see J. Ohser and F. Muecklich, Statistical Analysis of Microstructures in Materials Science (2000), 4.2
 */
export function estimateArea(mask: VoxelMask, continuation: VoxelContinuation): number {
  const { shape, spacing, inside } = mask;
  const steps = listSteps();
  const vectors = steps.map((step): Vector3 => [
    step[0] * spacing[0],
    step[1] * spacing[1],
    step[2] * spacing[2],
  ]);
  const shares = measureShares(vectors);
  const volume = shape[0] * spacing[0] * shape[1] * spacing[1] * shape[2] * spacing[2];
  const changesPerLength = steps.reduce((sum, step, d) => {
    const changes = countChanges(mask, step, continuation);
    return sum + (shares[d] * changes) / (inside.length * norm3(vectors[d]));
  }, 0);
  return 2 * volume * changesPerLength;
}

/** One of each pair of opposite steps to the 26 neighbours. */
function listSteps(): Vector3[] {
  const steps: Vector3[] = [];
  for (let code = 14; code < 27; code++) {
    steps.push([(code % 3) - 1, (Math.floor(code / 3) % 3) - 1, Math.floor(code / 9) - 1]);
  }
  return steps;
}

/** Share of the sphere that is nearer to a vector (or its opposite) than to the others, by points of a spiral. */
function measureShares(vectors: readonly Vector3[]): Float64Array {
  const shares = new Float64Array(vectors.length);
  const goldenAngle = Math.PI * (3 - Math.sqrt(5));
  for (let sample = 0; sample < numSamples; sample++) {
    const z = 1 - (2 * sample + 1) / numSamples;
    const r = Math.sqrt(1 - z * z);
    const x = r * Math.cos(goldenAngle * sample);
    const y = r * Math.sin(goldenAngle * sample);
    let nearest = 0;
    let largest = -1;
    vectors.forEach((v, d) => {
      const cosine = Math.abs(v[0] * x + v[1] * y + v[2] * z) / norm3(v);
      if (cosine <= largest) return;
      largest = cosine;
      nearest = d;
    });
    shares[nearest] += 1 / numSamples;
  }
  return shares;
}

function countChanges({ inside, shape }: VoxelMask, step: Vector3, continuation: VoxelContinuation): number {
  const [nx, ny, nz] = shape;
  const [dx, dy, dz] = step;
  const first = Math.max(0, -dx);
  const end = nx - Math.max(0, dx);
  const outer = dx === 0 ? -1 : dx > 0 ? nx - 1 : 0;
  const outerNeighbour = wrapVoxel(outer + dx, nx, continuation);
  let count = 0;
  for (let k = 0; k < nz; k++) {
    const k2 = wrapVoxel(k + dz, nz, continuation);
    for (let j = 0; j < ny; j++) {
      const row = nx * (j + ny * k);
      const row2 = nx * (wrapVoxel(j + dy, ny, continuation) + ny * k2);
      for (let i = first; i < end; i++) count += inside[row + i] ^ inside[row2 + i + dx];
      if (outer >= 0) count += inside[row + outer] ^ inside[row2 + outerNeighbour];
    }
  }
  return count;
}
