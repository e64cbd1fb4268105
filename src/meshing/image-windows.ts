import { UsageError } from "../core/errors.js";
import { createSeededRandom } from "../core/random.js";
import type { Vector3 } from "../core/tensor.js";
import type { VoxelCrop } from "./select-voxels.js";

/** The part of an image that is looked at. */
export interface ImageWindow {
  /** Edge of the cube, mesh units, rounded to voxels; 0 for the whole image. */
  readonly window: number;
  /** From 1: which of the windows that do not overlap; 0 for the one at (x, y, z). */
  readonly sample: number;
  /** Lowest corner where there is no sample, mesh units. */
  readonly corner: Vector3;
}

/**
 * The voxels of a window. Those with numbers lie on a grid, as many as fit into the image side by side, spread over all of
 * it, in an order that is random and always the same: the first few are a random sample.
 *
 * @returns undefined for the whole image
 * @throws UsageError `image-window-invalid` where the window does not fit, or has fewer windows than its number
 */
export function placeWindow(
  shape: Vector3,
  spacing: Vector3,
  { window, sample, corner }: ImageWindow,
): VoxelCrop | undefined {
  const refuse = (found: string, expected: string): UsageError =>
    new UsageError("image-window-invalid", `${found}; expected ${expected}`, {
      details: { window, sample, corner, shape, spacing },
    });
  if (window === 0) {
    if (sample === 0 && corner.every((x) => x === 0)) return undefined;
    throw refuse(
      "a part of the image is named by its number or its corner, but not how large it is",
      "window, the edge of the part",
    );
  }
  const voxels = spacing.map((edge) => Math.round(window / edge)) as unknown as Vector3;
  const axis = voxels.findIndex((count, k) => !(count >= 1 && count <= shape[k]));
  if (axis >= 0) {
    throw refuse(
      `the window of ${window} has ${voxels[axis]} of the image's ${shape[axis]} voxels along ${"xyz"[axis]}`,
      `a window of ${Math.min(...spacing)} to ${Math.min(...shape.map((n, k) => n * spacing[k]))}`,
    );
  }
  if (!Number.isInteger(sample) || sample < 0)
    throw refuse(`the sample is ${sample}`, "a whole number from 0");
  if (sample === 0) return placeAt(corner, voxels, shape, spacing, refuse);
  const fitting = voxels.map((count, k) => Math.floor(shape[k] / count));
  const numWindows = fitting[0] * fitting[1] * fitting[2];
  if (sample > numWindows) {
    throw refuse(
      `the sample is ${sample}, and ${numWindows} windows of ${window} fit into the image without overlapping`,
      `a number up to ${numWindows}, or smaller windows`,
    );
  }
  let rest = drawWithoutReplacement(numWindows, sample);
  const range = (k: number): readonly [number, number] => {
    const at = rest % fitting[k];
    rest = Math.floor(rest / fitting[k]);
    const free = shape[k] - fitting[k] * voxels[k];
    const start = at * voxels[k] + Math.floor((free * (at + 0.5)) / fitting[k]);
    return [start, start + voxels[k]];
  };
  return [range(0), range(1), range(2)];
}

function placeAt(
  corner: Vector3,
  voxels: Vector3,
  shape: Vector3,
  spacing: Vector3,
  refuse: (found: string, expected: string) => UsageError,
): VoxelCrop {
  const range = (k: number): readonly [number, number] => {
    const start = Math.round(corner[k] / spacing[k]);
    if (start >= 0 && start + voxels[k] <= shape[k]) return [start, start + voxels[k]];
    throw refuse(
      `the window at ${"xyz"[k]} = ${corner[k]} does not lie in the image`,
      `${"xyz"[k]} from 0 to ${(shape[k] - voxels[k]) * spacing[k]}`,
    );
  };
  return [range(0), range(1), range(2)];
}

/** The n-th number, from 1, of those below `count` in an order that is random and always the same. */
function drawWithoutReplacement(count: number, n: number): number {
  const random = createSeededRandom(count);
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    const j = i + Math.floor(random() * (count - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order[n - 1];
}
