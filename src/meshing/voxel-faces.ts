import { PeriodicityError } from "../core/errors.js";
import type { VoxelMask } from "./voxel-box.js";

/** How much more the layers on opposite faces may differ than neighbouring layers do in the mean. */
const allowedFactor = 2;

/**
 * Compares the first and the last layer of voxels along each axis, which are neighbours in a periodic image.
 *
 * @returns share of the voxels of the face that differ, for each axis
 */
function compareFaces(mask: VoxelMask): { readonly across: number[]; readonly between: number[] } {
  const across: number[] = [];
  const between: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const n = mask.shape[axis];
    const faceSize = mask.inside.length / n;
    across.push(countChanges(mask, axis, n - 1) / faceSize);
    let total = 0;
    for (let layer = 0; layer < n - 1; layer++) total += countChanges(mask, axis, layer);
    between.push(n === 1 ? 0 : total / (n - 1) / faceSize);
  }
  return { across, between };
}

/**
 * Refuses an image whose opposite faces do not fit: where more of their voxels differ than twice what neighbouring layers
 * differ by in the mean.
 *
 * @throws PeriodicityError `image-not-periodic`
 */
export function checkFaces(mask: VoxelMask): void {
  const { across, between } = compareFaces(mask);
  const axis = across.findIndex((share, k) => share > allowedFactor * between[k]);
  if (axis < 0) return;
  const percent = (share: number): string => `${(100 * share).toPrecision(3)} %`;
  throw new PeriodicityError(
    "image-not-periodic",
    `The image is not periodic: ${percent(across[axis])} of the voxels differ between its first and last layer along ` +
      `${"xyz"[axis]} (neighbouring layers: ${percent(between[axis])} in the mean). Make it periodic with ` +
      "--periodic mirror (eight times as large) or --periodic crop (a zone at the faces is blended), or take it as it is " +
      "with --periodic wrap.",
    { details: { axis, across, between } },
  );
}

/** Voxels that differ between a layer and the next one, which for the last layer is the first. */
function countChanges({ inside, shape: [nx, ny, nz] }: VoxelMask, axis: number, layer: number): number {
  const stride = [1, nx, nx * ny][axis];
  const n = [nx, ny, nz][axis];
  const step = (layer === n - 1 ? -layer : 1) * stride;
  const [strideU, strideV] = [
    [nx, nx * ny],
    [1, nx * ny],
    [1, nx],
  ][axis];
  const [numU, numV] = [
    [ny, nz],
    [nx, nz],
    [nx, ny],
  ][axis];
  let count = 0;
  for (let v = 0; v < numV; v++) {
    let at = layer * stride + v * strideV;
    for (let u = 0; u < numU; u++, at += strideU) count += inside[at] ^ inside[at + step];
  }
  return count;
}
