import { UsageError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { Vector3 } from "../core/tensor.js";
import type { VolumeImage } from "../io/volume-image.js";
import { blendFaces } from "./blend-faces.js";
import { estimateArea } from "./crofton-area.js";
import { estimateFeatureRadius } from "./feature-size.js";
import type { LevelSet } from "./level-set.js";
import { chooseSpacing, selectVoxels, type VoxelCrop, type VoxelSelection } from "./select-voxels.js";
import { smoothVoxels } from "./smooth-voxels.js";
import { createVoxelSpline } from "./voxel-spline.js";
import type { VoxelMask } from "./voxel-box.js";
import { checkFaces } from "./voxel-faces.js";

/** How an image becomes a periodic cell: it is one (and is checked), is taken as one, mirrored, or blended at its faces. */
export const imagePeriodicities = ["match", "wrap", "mirror", "crop"] as const;

/** One of `imagePeriodicities`. */
export type ImagePeriodicity = (typeof imagePeriodicities)[number];

/** How a level set is made of an image. */
export interface ImageLevelSetOptions {
  readonly selection: VoxelSelection;
  /** Edges of a voxel, mesh units; default those of the file. */
  readonly spacing?: Vector3;
  /** The part of the image; default all of it. */
  readonly crop?: VoxelCrop;
  /** Default match. */
  readonly periodic?: ImagePeriodicity;
  /** Width of the zone blended for `crop`, mesh units; default 8 voxels. */
  readonly blend?: number;
  /**
   * Standard deviation of the smoothing, mesh units, at least half a voxel; default 5/4 (r / 6)^(1/3) voxels along each axis,
   * r the radius of the thin parts in voxels, not less than 5/4.
   */
  readonly smooth?: number;
  /** Called with the edges of the box and of a voxel before the voxels are smoothed; what it throws is thrown on. */
  readonly checkBox?: (lengths: Vector3, spacing: Vector3) => void;
  readonly progress?: ProgressReporter;
}

/** The level set of an image, and what its voxels say of the same surface. */
export interface ImageLevelSet {
  readonly levelSet: LevelSet;
  readonly report: {
    /** Voxels used, [nx, ny, nz], and their edges. */
    readonly voxels: Vector3;
    readonly spacing: Vector3;
    readonly periodic: ImagePeriodicity;
    /** Standard deviation of the smoothing along each axis, mesh units. */
    readonly smooth: Vector3;
    /** Radius of the thin parts, mesh units, where the smoothing follows from it. */
    readonly featureRadius: number | null;
    /** Width of the zone blended along each axis, mesh units; 0 where nothing is. */
    readonly blend: Vector3;
    /** Share of the voxels inside: of the part of the image, and, where its faces are blended, after that. */
    readonly imageFraction: number;
    readonly voxelFraction: number;
    /** Area of the surface in the cell by the changes along lines through the voxels; its stairs are not counted. */
    readonly voxelArea: number;
  };
}

const defaultBlendVoxels = 8;

/** How an image is meshed where nothing else is asked for: edge of the lattice in voxels, and limits. */
export const IMAGE_MESH_DEFAULTS = { sizeVoxels: 2, maxNodes: 3_000_000, maxBytes: 8 * 2 ** 30 };

/**
 * Standard deviation s, voxels, for parts up to the radius r0. Stairs of a fixed height in voxels leave an area of the order
 * of s^-3 to s^-4 (0.6 % of a ball at 5/4 voxels, however many they are), rounded edges take one of the order of s / r: with
 * s = (5/4) (r / r0)^(1/3) both vanish as the voxels get smaller.
 */
const leastSmoothVoxels = 1.25;
const leastSmoothRadius = 6;

/** Fewest voxels along an axis: fewer show nothing of a shape. */
const minVoxels = 4;

/** Variance of the quadratic B-spline by which the voxels are interpolated, voxels^2. */
const splineVariance = 1 / 4;

/**
 * A smooth function whose zero set is the surface of the voxels inside, without their stairs:
 * phi = c (1/2 - K * chi), chi the indicator of the voxels, K = G - sum_k s_k^2 d_k^2 G with the Gaussian G of standard
 * deviations s_k (its last part the quadratic B-spline that interpolates, hence s_k is at least half a voxel), c so that
 * phi grows like the distance from a plane surface. K has no first-order effect on curved surfaces (`smoothVoxels`).
 * Holes and sheets thinner than about 0.7 s vanish.
 *
 * Needs 4 bytes a voxel beside the image and its selection, for `crop` 12.
 *
 * @throws UsageError `image-spacing-missing`, `image-spacing-contradiction`, `image-spacing-invalid`,
 *   `image-crop-invalid`, `image-label-missing`, `image-too-small`, `image-smoothing-too-wide`, `image-blend-too-wide`
 * @throws ParseError `image-not-a-number`, `image-one-phase`
 * @throws PeriodicityError `image-not-periodic`
 */
export function levelSetOfImage(image: VolumeImage, options: ImageLevelSetOptions): ImageLevelSet {
  const { periodic = "match", progress } = options;
  const spacing = chooseSpacing(image, options.spacing);
  progress?.({ step: "select voxels" });
  const mask = selectVoxels(image, spacing, options.selection, options.crop);
  checkSize(mask);
  const widths = periodic === "crop" ? chooseBlend(mask, options.blend) : ([0, 0, 0] as const);
  const copies = periodic === "mirror" ? 2 : 1;
  const lengths = map3((k) => copies * (mask.shape[k] - widths[k]) * spacing[k]);
  options.checkBox?.(lengths, spacing);
  if (periodic === "match") checkFaces(mask);
  progress?.({ step: "measure the voxels" });
  const featureRadius = options.smooth === undefined ? estimateFeatureRadius(mask) : null;
  const variances = chooseVariances(mask, options.smooth, featureRadius);
  const continuation = periodic === "mirror" ? "mirrored" : "repeated";
  const { shape, origin, values, inside } = periodic === "crop" ? blendFaces(mask, widths) : fromMask(mask);
  const voxelArea = copies ** 3 * estimateArea({ shape, spacing, origin, inside }, continuation);
  const imageFraction = mean(mask.inside);
  const voxelFraction = mean(values);
  const gaussian = map3((k) => Math.max(0, variances[k] - splineVariance));
  smoothVoxels(values, shape, gaussian, variances, continuation, progress);
  const smooth = map3((k) => Math.sqrt(variances[k]) * spacing[k]);
  // The profile across a plane is Phi(t) + t phi(t), t = x / s, its slope at 0 2 / (s sqrt(2 pi)).
  const scale = (Math.cbrt(smooth[0] * smooth[1] * smooth[2]) * Math.sqrt(2 * Math.PI)) / 2;
  return {
    levelSet: {
      origin,
      lengths,
      evaluate: createVoxelSpline({ values, shape, spacing, origin, continuation }, (u) => scale * (0.5 - u)),
    },
    report: {
      voxels: shape,
      spacing,
      periodic,
      smooth,
      featureRadius,
      blend: map3((k) => widths[k] * spacing[k]),
      imageFraction,
      voxelFraction,
      voxelArea,
    },
  };
}

function fromMask(mask: VoxelMask): VoxelMask & { readonly values: Float32Array } {
  return { ...mask, values: Float32Array.from(mask.inside) };
}

function checkSize({ shape }: VoxelMask): void {
  if (shape.every((n) => n >= minVoxels)) return;
  throw new UsageError(
    "image-too-small",
    `The image, or the part of it, has ${shape.join(" x ")} voxels; expected at least ${minVoxels} along each axis.`,
    { details: { shape } },
  );
}

/** s_k^2 in voxels^2. */
function chooseVariances(
  { shape, spacing }: VoxelMask,
  smooth: number | undefined,
  featureRadius: number | null,
): Vector3 {
  const resolved = (featureRadius ?? 0) / (leastSmoothRadius * Math.max(...spacing));
  const voxels = leastSmoothVoxels * Math.cbrt(Math.max(1, resolved));
  const variances = map3((k) =>
    smooth === undefined
      ? Math.max(leastSmoothVoxels, Math.min(voxels, shape[k] / 8)) ** 2
      : Math.max(splineVariance, (smooth / spacing[k]) ** 2),
  );
  const axis = variances.findIndex((variance, k) => Math.sqrt(variance) > shape[k] / 8);
  if (axis >= 0 && smooth !== undefined) {
    throw new UsageError(
      "image-smoothing-too-wide",
      `The smoothing of ${smooth} is more than an eighth of the ${shape[axis] * spacing[axis]} of the image along ` +
        `${"xyz"[axis]}; expected about the edge of a voxel, ${spacing.join(", ")}.`,
      { details: { smooth, axis } },
    );
  }
  return variances;
}

/** Voxels of the zone along each axis. */
function chooseBlend({ shape, spacing }: VoxelMask, blend: number | undefined): Vector3 {
  const widths = map3((k) =>
    blend === undefined ? defaultBlendVoxels : Math.max(1, Math.round(blend / spacing[k])),
  );
  const axis = widths.findIndex((width, k) => 2 * width + minVoxels > shape[k]);
  if (axis >= 0) {
    throw new UsageError(
      "image-blend-too-wide",
      `The zone blended has ${widths[axis]} of the ${shape[axis]} voxels along ${"xyz"[axis]}; expected less than half of ` +
        "them. Give a smaller --blend.",
      { details: { axis, width: widths[axis], voxels: shape[axis] } },
    );
  }
  return widths;
}

function mean(values: Uint8Array | Float32Array): number {
  let sum = 0;
  for (let v = 0; v < values.length; v++) sum += values[v];
  return sum / values.length;
}

function map3(value: (k: number) => number): Vector3 {
  return [value(0), value(1), value(2)];
}
