import { ParseError, UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import type { VolumeImage, VoxelArray } from "../io/volume-image.js";
import type { VoxelMask } from "./voxel-box.js";

/** Which voxels are inside: those of some labels, or those above a threshold. */
export type VoxelSelection = { readonly labels: readonly number[] } | { readonly threshold: number };

/** First and last + 1 of the voxels kept, along x, y and z. */
export type VoxelCrop = readonly [VoxelRange, VoxelRange, VoxelRange];

/** First voxel, and the one behind the last. */
export type VoxelRange = readonly [number, number];

/** Labels listed in a message, the most frequent first. */
const listedLabels = 12;

/** Relative difference of two spacings that are the same: a file may hold them in single precision or rounded. */
const spacingTolerance = 1e-3;

/**
 * The edges of a voxel: those given, which must agree with those of the file where it has some.
 *
 * @throws UsageError `image-spacing-missing`, `image-spacing-contradiction`, `image-spacing-invalid`
 */
export function chooseSpacing(image: VolumeImage, given: Vector3 | undefined): Vector3 {
  const spacing = given ?? image.spacing;
  if (spacing === null) {
    throw new UsageError(
      "image-spacing-missing",
      "The file does not say how large its voxels are; give their edges along x, y and z, such as --spacing 4,4,4.",
    );
  }
  if (spacing.some((s) => !(s > 0 && s < Infinity))) {
    throw new UsageError(
      "image-spacing-invalid",
      `The voxels have the edges ${spacing.join(", ")}; expected three positive lengths (--spacing).`,
      { details: { spacing } },
    );
  }
  const { spacing: ofFile } = image;
  if (
    ofFile !== null &&
    spacing.some((s, k) => Math.abs(s - ofFile[k]) > spacingTolerance * Math.abs(ofFile[k]))
  ) {
    throw new UsageError(
      "image-spacing-contradiction",
      `The spacing given is ${spacing.join(", ")}, that of the file ${ofFile.join(", ")}` +
        `${image.unit === null ? "" : ` ${image.unit}`}: leave out --spacing, or mend the file. If only the unit differs, ` +
        "the mesh can have the file's: no tensor depends on it.",
      { details: { given: spacing, file: ofFile, unit: image.unit } },
    );
  }
  return spacing;
}

/**
 * The voxels inside, of the whole image or a part of it.
 *
 * @throws UsageError `image-crop-invalid`, `image-label-missing`
 * @throws ParseError `image-not-a-number`, `image-one-phase`
 */
export function selectVoxels(
  image: VolumeImage,
  spacing: Vector3,
  selection: VoxelSelection,
  crop?: VoxelCrop,
): VoxelMask {
  const whole: VoxelCrop = [
    [0, image.shape[0]],
    [0, image.shape[1]],
    [0, image.shape[2]],
  ];
  const ranges = crop ?? whole;
  checkCrop(image.shape, ranges);
  const [[i0, i1], [j0, j1], [k0, k1]] = ranges;
  const shape: Vector3 = [i1 - i0, j1 - j0, k1 - k0];
  const origin: Vector3 = [i0 * spacing[0], j0 * spacing[1], k0 * spacing[2]];
  const data = crop === undefined ? image.data : cropValues(image, ranges, shape);
  checkNumbers(data, shape, [i0, j0, k0]);
  const inside = new Uint8Array(data.length);
  if ("threshold" in selection) {
    for (let v = 0; v < data.length; v++) inside[v] = data[v] > selection.threshold ? 1 : 0;
  } else {
    markLabels(data, selection.labels, inside);
  }
  let count = 0;
  for (let v = 0; v < inside.length; v++) count += inside[v];
  if (count === 0 || count === inside.length) {
    throw new ParseError(
      "image-one-phase",
      `${count} of the ${inside.length} voxels are inside; expected voxels of both phases. ${describeValues(data)}`,
      { details: { inside: count, voxels: inside.length } },
    );
  }
  return { shape, spacing, origin, inside };
}

function checkCrop(shape: Vector3, crop: VoxelCrop): void {
  crop.forEach(([first, end], axis) => {
    const isValid = Number.isSafeInteger(first) && Number.isSafeInteger(end) && 0 <= first && first < end;
    if (isValid && end <= shape[axis]) return;
    throw new UsageError(
      "image-crop-invalid",
      `The part from voxel ${first} to ${end} along ${"xyz"[axis]} does not lie in the image, which has ` +
        `${shape[axis]} voxels there; expected first:end with 0 <= first < end <= ${shape[axis]}.`,
      { details: { axis, first, end, voxels: shape[axis] } },
    );
  });
}

function cropValues(image: VolumeImage, [xs, ys, zs]: VoxelCrop, [nx, ny, nz]: Vector3): VoxelArray {
  const result = new (image.data.constructor as new (length: number) => VoxelArray)(nx * ny * nz);
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      const start = xs[0] + image.shape[0] * (ys[0] + j + image.shape[1] * (zs[0] + k));
      result.set(image.data.subarray(start, start + nx), nx * (j + ny * k));
    }
  }
  return result;
}

function checkNumbers(data: VoxelArray, [nx, ny]: Vector3, first: Vector3): void {
  if (!(data instanceof Float32Array || data instanceof Float64Array)) return;
  const voxel = data.findIndex(Number.isNaN);
  if (voxel < 0) return;
  const position = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))].map(
    (i, k) => i + first[k],
  );
  throw new ParseError(
    "image-not-a-number",
    `The voxel (${position.join(", ")}), counted from 0, is not a number (NaN); expected a value in every voxel. ` +
      "Fill the gaps, or cut out a part without them (--crop).",
    { details: { voxel: position } },
  );
}

function markLabels(data: VoxelArray, labels: readonly number[], inside: Uint8Array): void {
  for (const label of labels) {
    let count = 0;
    for (let v = 0; v < data.length; v++) {
      if (data[v] !== label) continue;
      inside[v] = 1;
      count++;
    }
    if (count > 0) continue;
    throw new UsageError("image-label-missing", `No voxel has the label ${label}. ${describeValues(data)}`, {
      details: { label, present: Object.fromEntries(countValues(data)) },
    });
  }
}

/** The values present, the most frequent first. */
function countValues(data: VoxelArray): [value: number, count: number][] {
  const counts = new Map<number, number>();
  for (let v = 0; v < data.length && counts.size <= 65536; v++)
    counts.set(data[v], (counts.get(data[v]) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, listedLabels);
}

function describeValues(data: VoxelArray): string {
  const counts = countValues(data);
  const listed = counts.map(([value, count]) => `${value} (${count} voxels)`).join(", ");
  return `Labels in the image${counts.length === listedLabels ? ", the most frequent ones" : ""}: ${listed}.`;
}
