import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MeshError, UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import type { ImageCell } from "../io/image-cell.js";
import { parseVolumeImage } from "../io/parse-image.js";
import type { VolumeImage } from "../io/volume-image.js";
import { IMAGE_MESH_DEFAULTS, levelSetOfImage } from "../meshing/image-level-set.js";
import { placeWindow } from "../meshing/image-windows.js";
import { DEFAULT_GRADING, type LevelSet } from "../meshing/level-set.js";
import { chooseSpacing } from "../meshing/select-voxels.js";
import { readFileBytes } from "./files.js";
import type { GeoParameter } from "./geo-parameters.js";

/** Most bytes of a description that are read. */
const maxTextBytes = 2 ** 20;

/** A segmented image from which unit cells are cut. */
export interface ImageGeometry {
  readonly cell: ImageCell;
  readonly image: VolumeImage;
  readonly spacing: Vector3;
  /** SHA-256 of the description and the image. */
  readonly sha256: string;
}

/** The image read last: the points of a sweep have one in common. */
let last: { readonly key: string; readonly geometry: ImageGeometry } | undefined;

/** Whether a geometry is a description of unit cells of an image, by its name. */
export function isImageGeometry(nameOrPath: string): boolean {
  return /\.image\.(ya?ml|json)$/i.test(nameOrPath);
}

/**
 * Reads a description `.image.yaml` and its image, which is kept until another is read.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large`; ParseError of `parseImageCell`,
 *   `parseVolumeImage`; UsageError of `chooseSpacing`
 */
export async function openImageGeometry(path: string): Promise<ImageGeometry> {
  const text = await readFileBytes(path, maxTextBytes);
  // With its schema and the reader of YAML loaded when they are needed.
  const { parseImageCell } = await import("../io/image-cell.js");
  const cell = parseImageCell(new TextDecoder().decode(text), path);
  const file = resolve(dirname(path), cell.image);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    throw new MeshError(
      "file-not-found",
      `${path} names the image ${cell.image}, which is not there; expected it in ${dirname(file)}`,
      { details: { path, image: file } },
    );
  }
  const key = [resolve(path), new TextDecoder().decode(text), found.size, found.mtimeMs].join("\n");
  if (last?.key === key) return last.geometry;
  const bytes = await readFileBytes(file);
  const image = await parseVolumeImage(bytes, { axes: cell.axes });
  const spacing = chooseSpacing(image, cell.spacing);
  const digest = createHash("sha256").update(bytes).digest();
  const sha256 = createHash("sha256").update(text).update(digest).digest("hex");
  last = { key, geometry: { cell, image, spacing, sha256 } };
  return last.geometry;
}

/** The parameters of unit cells of an image, and of their meshes. */
export function describeImageParameters({ spacing }: ImageGeometry): GeoParameter[] {
  const describe = (name: string, value: number, label: string): GeoParameter => ({
    name,
    defaultText: String(value),
    label,
  });
  return [
    describe("window", 0, "edge of the cubic part of the image; 0 for all of it"),
    describe("sample", 0, "number of the part, from 1, of those that do not overlap; 0 for that at x, y, z"),
    ...["x", "y", "z"].map((axis) => describe(axis, 0, `lowest corner of the part, ${axis}`)),
    describe("smooth", 0, "standard deviation of the smoothing; 0 for that which follows from the image"),
    describe("h", IMAGE_MESH_DEFAULTS.sizeVoxels * Math.max(...spacing), "mesh size (the same as --size)"),
    describe(
      "grading",
      DEFAULT_GRADING,
      "factor of coarsening far from the ER, a power of two; 1 is uniform",
    ),
  ];
}

/**
 * The level set of a part of an image.
 *
 * @param values of the parameters of {@link describeImageParameters}, by name; mesh units
 * @param checkBox called with the edges of the box before the voxels are smoothed; what it throws is thrown on
 * @throws UsageError `image-window-invalid`, `invalid-parameter`, and what `levelSetOfImage` throws
 */
export function createImageLevelSet(
  { cell, image, spacing }: ImageGeometry,
  values: Readonly<Record<string, number | undefined>>,
  checkBox: (lengths: Vector3) => void,
): LevelSet {
  const { window = 0, sample = 0, x = 0, y = 0, z = 0, smooth = 0 } = values;
  if (!(smooth >= 0)) {
    throw new UsageError(
      "invalid-parameter",
      `smooth is ${smooth}; expected the standard deviation of the smoothing, or 0 for that which follows from the image`,
      { details: { smooth } },
    );
  }
  const crop = placeWindow(image.shape, spacing, { window, sample, corner: [x, y, z] });
  return levelSetOfImage(image, {
    selection: cell.selection,
    spacing,
    periodic: cell.periodic,
    checkBox,
    ...(crop === undefined ? {} : { crop }),
    ...(cell.blend === undefined ? {} : { blend: cell.blend }),
    ...(smooth === 0 ? {} : { smooth }),
  }).levelSet;
}
