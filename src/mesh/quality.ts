import type { TetMesh } from "./tet-mesh.js";

/** Shape of the cells of a mesh. */
export interface MeshQuality {
  /**
   * 3 r / R, r and R the radii of the inscribed and circumscribed sphere: 1 for the regular tetrahedron, 0 for a flat
   * one (Gmsh's gamma). Smallest value and mean.
   */
  readonly minRadiusRatio: number;
  readonly meanRadiusRatio: number;
  /** Number of cells with 3 r / R in [0, 0.1), [0.1, 0.2), ... [0.9, 1]. */
  readonly histogram: readonly number[];
  /** Smallest and largest angle between two facets of a cell, degrees. */
  readonly minDihedralDegrees: number;
  readonly maxDihedralDegrees: number;
  /** Element tag of the cell with the smallest radius ratio. */
  readonly worstCellTag: number;
}

/** Measures the shape of every cell. */
export function measureQuality(mesh: TetMesh): MeshQuality {
  const histogram = new Array<number>(10).fill(0);
  let minRatio = Infinity;
  let sumRatio = 0;
  let worstCell = 0;
  let minCosine = Infinity;
  let maxCosine = -Infinity;
  const normals = new Float64Array(12);
  for (let cell = 0; cell < mesh.numCells; cell++) {
    const ratio = facetNormals(mesh, cell, normals);
    histogram[Math.min(9, Math.floor(10 * ratio))]++;
    sumRatio += ratio;
    if (ratio < minRatio) {
      minRatio = ratio;
      worstCell = cell;
    }
    for (let i = 0; i < 4; i++) {
      for (let j = i + 1; j < 4; j++) {
        const cosine = -(
          normals[3 * i] * normals[3 * j] +
          normals[3 * i + 1] * normals[3 * j + 1] +
          normals[3 * i + 2] * normals[3 * j + 2]
        );
        if (cosine < minCosine) minCosine = cosine;
        if (cosine > maxCosine) maxCosine = cosine;
      }
    }
  }
  const degrees = (cosine: number): number => (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
  return {
    minRadiusRatio: minRatio,
    meanRadiusRatio: sumRatio / mesh.numCells,
    histogram,
    minDihedralDegrees: degrees(maxCosine),
    maxDihedralDegrees: degrees(minCosine),
    worstCellTag: mesh.cellTags[worstCell],
  };
}

/**
 * Unit outward facet normals of a cell, and its radius ratio 3 r / R.
 *
 * r = 3 V / S with S the sum of the facet areas; R = |p| / (12 V) with
 * p = |u|^2 (v x w) + |v|^2 (w x u) + |w|^2 (u x v), u, v, w the edges from node 0.
 *
 * @param normals receives the normals of the facets opposite nodes 0 ... 3, 4 x 3
 */
function facetNormals(mesh: TetMesh, cell: number, normals: Float64Array): number {
  const x = mesh.coordinates;
  const [a, b, c, d] = [0, 1, 2, 3].map((i) => 3 * mesh.cells[4 * cell + i]);
  const u = [x[b] - x[a], x[b + 1] - x[a + 1], x[b + 2] - x[a + 2]];
  const v = [x[c] - x[a], x[c + 1] - x[a + 1], x[c + 2] - x[a + 2]];
  const w = [x[d] - x[a], x[d + 1] - x[a + 1], x[d + 2] - x[a + 2]];
  const uu = u[0] * u[0] + u[1] * u[1] + u[2] * u[2];
  const vv = v[0] * v[0] + v[1] * v[1] + v[2] * v[2];
  const ww = w[0] * w[0] + w[1] * w[1] + w[2] * w[2];
  let p = 0;
  let det = 0;
  for (let k = 0; k < 3; k++) {
    const l = (k + 1) % 3;
    const m = (k + 2) % 3;
    const vw = v[l] * w[m] - v[m] * w[l];
    const wu = w[l] * u[m] - w[m] * u[l];
    const uv = u[l] * v[m] - u[m] * v[l];
    normals[k] = vw + wu + uv;
    normals[3 + k] = -vw;
    normals[6 + k] = -wu;
    normals[9 + k] = -uv;
    p += (uu * vw + vv * wu + ww * uv) ** 2;
    det += u[k] * vw;
  }
  let twiceSurface = 0;
  for (let i = 0; i < 4; i++) {
    const length = Math.hypot(normals[3 * i], normals[3 * i + 1], normals[3 * i + 2]);
    twiceSurface += length;
    for (let k = 0; k < 3; k++) normals[3 * i + k] /= length;
  }
  const inradius = det / twiceSurface;
  const circumradius = Math.sqrt(p) / (2 * det);
  return (3 * inradius) / circumradius;
}
