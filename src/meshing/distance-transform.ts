import type { VoxelMask } from "./voxel-box.js";

/**
 * Signed distance of the centres of the voxels from the surface between inside and outside, negative inside, not periodic:
 * d(v) = +-(min |v - w| - e/2), over the voxels w on the other side, e the smallest edge of a voxel.
 *
 * @returns as many as voxels, x fastest, mesh units
 * @see P. F. Felzenszwalb and D. P. Huttenlocher, Distance Transforms of Sampled Functions, Theory of Computing 8 (2012)
 */
export function signedDistance(mask: VoxelMask): Float32Array {
  const half = Math.min(...mask.spacing) / 2;
  const distance = squaredDistance(mask, 0);
  const toInside = squaredDistance(mask, 1);
  for (let v = 0; v < distance.length; v++) {
    distance[v] = mask.inside[v] === 1 ? half - Math.sqrt(distance[v]) : Math.sqrt(toInside[v]) - half;
  }
  return distance;
}

/** min |v - w|^2 over the voxels w of one side, axis by axis: the lower envelope of parabolas along each line. */
export function squaredDistance({ inside, shape, spacing }: VoxelMask, side: 0 | 1): Float32Array {
  const [nx, ny, nz] = shape;
  // Finite, so that differences of two of them are numbers; above every distance in the box.
  const far = 4 * (nx * spacing[0] + ny * spacing[1] + nz * spacing[2]) ** 2;
  const squares = new Float32Array(inside.length);
  for (let v = 0; v < squares.length; v++) squares[v] = inside[v] === side ? 0 : far;
  const longest = Math.max(nx, ny, nz);
  const line = new Float64Array(longest);
  const apex = new Int32Array(longest);
  const border = new Float64Array(longest + 1);
  for (let axis = 0; axis < 3; axis++) {
    const n = shape[axis];
    const stride = [1, nx, nx * ny][axis];
    const numLines = squares.length / n;
    for (let l = 0; l < numLines; l++) {
      const start = (l % stride) + Math.floor(l / stride) * stride * n;
      for (let i = 0; i < n; i++) line[i] = squares[start + i * stride];
      findEnvelope(n, spacing[axis] ** 2);
      for (let i = 0, p = 0; i < n; i++) {
        while (border[p + 1] < i) p++;
        squares[start + i * stride] = spacing[axis] ** 2 * (i - apex[p]) ** 2 + line[apex[p]];
      }
    }
  }
  return squares;

  /** Parabolas line[q] + a (i - q)^2: the p-th of the envelope has its apex at apex[p] and is lowest from border[p] on. */
  function findEnvelope(n: number, a: number): void {
    let p = 0;
    apex[0] = 0;
    border[0] = -Infinity;
    border[1] = Infinity;
    for (let q = 1; q < n; q++) {
      let crossing = cross(q, apex[p]);
      while (crossing <= border[p]) {
        p--;
        crossing = cross(q, apex[p]);
      }
      p++;
      apex[p] = q;
      border[p] = crossing;
      border[p + 1] = Infinity;
    }

    function cross(q: number, r: number): number {
      return (line[q] + a * q * q - line[r] - a * r * r) / (2 * a * (q - r));
    }
  }
}
