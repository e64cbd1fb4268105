// Cells of a periodic grid of cubes, each cut into six tetrahedra; flat ones among them on request.

const IDENTITY = [1, 1, 1, 0, 0, 0];
/** The six ways from corner 0 of a cube to corner 7 along its edges: one tetrahedron each. */
const PATHS = [
  [0, 1, 2],
  [1, 2, 0],
  [2, 0, 1],
  [0, 2, 1],
  [2, 1, 0],
  [1, 0, 2],
];
/** Where the further node of a cap lies above the facet, as a share of the height: angles of one degree. */
const CAP_HEIGHT = 0.00586;
const DEGREE = Math.PI / 180;

/**
 * The cells in lists: nodes (4 a cell, numbers with gaps), points (12 a cell, before they are wrapped) and tensors.
 *
 * Cubes are mirrored in turn, so that the diagonals of a square between two layers cross, where `sliverAngle` asks for
 * slivers: their four nodes, lifted up and down in turn, bound one.
 */
export function createCells(options) {
  const { counts, spacing = [1, 1, 1], tensorOf, isThere, sliverAngle = 0, capShare = 0, random } = options;
  const [nx, ny, nz] = counts;
  const hasSlivers = sliverAngle > 0;
  const lift = (Math.tan(sliverAngle * DEGREE) * Math.min(spacing[0], spacing[1])) / 4;
  const cells = { nodes: [], points: [], tensors: [] };
  let numNodes = nx * ny * nz;

  const nodeAt = ([x, y, z]) => (x % nx) + nx * ((y % ny) + ny * (z % nz));
  const pointAt = ([x, y, z]) => {
    const up = (x + y + z) % 2 === 0 ? lift : -lift;
    return [x * spacing[0], y * spacing[1], z * spacing[2] + up];
  };
  const addCell = (nodes, points, tensor) => {
    cells.nodes.push(...nodes);
    for (const point of points) cells.points.push(...point);
    cells.tensors.push(tensor);
  };
  const addCorners = (corners, tensor) => {
    const nodes = corners.map(nodeAt);
    const points = corners.map(pointAt);
    if (capShare === 0 || random() >= capShare) {
      addCell(nodes, points, tensor);
      return;
    }
    const weights = [CAP_HEIGHT, ...Array(3).fill((1 - CAP_HEIGHT) / 3)];
    const middle = [0, 1, 2].map((axis) => points.reduce((sum, x, v) => sum + weights[v] * x[axis], 0));
    const node = numNodes++;
    for (let v = 0; v < 4; v++) addCell(nodes.with(v, node), points.with(v, middle), tensor);
  };
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        if (isThere?.(i, j, k) === false) continue;
        const mirrored = hasSlivers ? [i % 2, (j + k) % 2, 0] : [0, 0, 0];
        const cornerOf = (bits) => [i, j, k].map((at, axis) => at + (((bits >> axis) & 1) ^ mirrored[axis]));
        PATHS.forEach(([p, q], path) => {
          const corners = [0, 1 << p, (1 << p) | (1 << q), 7].map(cornerOf);
          addCorners(corners, tensorOf?.(i, j, k, path) ?? IDENTITY);
        });
        if (!hasSlivers || isThere?.(i, j, (k + 1) % nz) === false) continue;
        const square = [0, 1, 3, 2].map((bits) => [i + (bits & 1), j + (bits >> 1), k + 1]);
        addCorners(square, tensorOf?.(i, j, k, PATHS.length) ?? IDENTITY);
      }
    }
  }
  return cells;
}

/** Gradients of the four barycentric coordinates of a cell into gradients[12 cell ..]; returns its volume. */
export function computeGradients(points, cell, gradients) {
  const at = 12 * cell;
  const [x, y, z] = [points[at], points[at + 1], points[at + 2]];
  const [ux, uy, uz] = [points[at + 3] - x, points[at + 4] - y, points[at + 5] - z];
  const [vx, vy, vz] = [points[at + 6] - x, points[at + 7] - y, points[at + 8] - z];
  const [wx, wy, wz] = [points[at + 9] - x, points[at + 10] - y, points[at + 11] - z];
  gradients[at + 3] = vy * wz - vz * wy;
  gradients[at + 4] = vz * wx - vx * wz;
  gradients[at + 5] = vx * wy - vy * wx;
  gradients[at + 6] = wy * uz - wz * uy;
  gradients[at + 7] = wz * ux - wx * uz;
  gradients[at + 8] = wx * uy - wy * ux;
  gradients[at + 9] = uy * vz - uz * vy;
  gradients[at + 10] = uz * vx - ux * vz;
  gradients[at + 11] = ux * vy - uy * vx;
  const determinant = ux * gradients[at + 3] + uy * gradients[at + 4] + uz * gradients[at + 5];
  for (let e = 3; e < 12; e++) gradients[at + e] /= determinant;
  for (let e = 0; e < 3; e++) {
    gradients[at + e] = -gradients[at + 3 + e] - gradients[at + 6 + e] - gradients[at + 9 + e];
  }
  return Math.abs(determinant) / 6;
}

/** Smallest angle between two faces of a cell, degrees, and the volume of all cells of a grid. */
export function measureGrid(options) {
  const { points, tensors } = createCells(options);
  const gradients = new Float64Array(points.length);
  let largestCosine = -1;
  let volume = 0;
  for (let cell = 0; cell < tensors.length; cell++) {
    volume += computeGradients(points, cell, gradients);
    for (let i = 12 * cell; i < 12 * cell + 12; i += 3) {
      for (let j = 12 * cell; j < i; j += 3) {
        const [a, b] = [gradients.subarray(i, i + 3), gradients.subarray(j, j + 3)];
        const product = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
        largestCosine = Math.max(largestCosine, -product / (Math.hypot(...a) * Math.hypot(...b)));
      }
    }
  }
  return { smallestAngle: Math.acos(Math.min(1, largestCosine)) / DEGREE, volume };
}
