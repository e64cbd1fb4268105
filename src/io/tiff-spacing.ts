import type { Vector3 } from "../core/tensor.js";
import { imageError } from "./volume-image.js";
import type { TiffPage } from "./tiff-pages.js";

/** What a description says of the size of the voxels. */
interface TiffSpacing {
  readonly spacing: Vector3 | null;
  readonly unit: string | null;
}

/**
 * The edges of a voxel by the description that ImageJ (distance of the slices, unit; pixels per unit as the resolution)
 * or OME-TIFF (PhysicalSizeX, Y, Z) put into the first page. The resolution alone is that of a printer and says nothing.
 */
export function readTiffSpacing(page: TiffPage): TiffSpacing {
  const { description } = page;
  const ome = ["X", "Y", "Z"].map((axis) => readAttribute(description, `PhysicalSize${axis}`));
  if (ome.every((size) => size > 0)) {
    const units = ["X", "Y", "Z"].map(
      (axis) => new RegExp(`PhysicalSize${axis}Unit="([^"]*)"`).exec(description)?.[1] ?? "µm",
    );
    const isOne = units.every((unit) => unit === units[0]);
    return isOne ? { spacing: toVector(ome), unit: units[0] } : { spacing: null, unit: null };
  }
  if (!description.startsWith("ImageJ=")) return { spacing: null, unit: null };
  const unit = /^unit=(.+)$/m.exec(description)?.[1].trim() ?? "";
  const spacing = [
    1 / page.resolution[0],
    1 / page.resolution[1],
    Math.abs(Number(/^spacing=(.+)$/m.exec(description)?.[1] ?? NaN)),
  ];
  // Without a unit, or in pixels, ImageJ knows no size.
  const isKnown = unit !== "" && !unit.startsWith("pixel") && spacing.every((s) => s > 0 && s < Infinity);
  // ImageJ writes the micro sign as \u00B5.
  const name = unit.replace(/\\u00B5/i, "µ");
  return isKnown ? { spacing: toVector(spacing), unit: name } : { spacing: null, unit: null };
}

/**
 * Refuses the channels and times of a hyperstack, whose pages are not the slices of one volume.
 *
 * @throws ParseError `image-not-3d`
 */
export function checkOneVolume(description: string, numPages: number): void {
  for (const [name, count] of [
    ["channels", readNumber(description, "channels")],
    ["frames", readNumber(description, "frames")],
    ["SizeC", readAttribute(description, "SizeC")],
    ["SizeT", readAttribute(description, "SizeT")],
  ] as const) {
    if (count > 1) {
      throw imageError(
        "image-not-3d",
        `The TIFF stack has ${count} ${name}; expected one volume. Save one channel at one time.`,
        { [name]: count },
      );
    }
  }
  const images = readNumber(description, "images");
  if (images > 1 && images !== numPages) {
    throw imageError(
      "image-unsupported",
      `The description of the TIFF file says ${images} images, but it lists ${numPages} pages (ImageJ does so above ` +
        "4 GiB, or the file is cut). Save it as .nrrd, or read it as .raw.",
      { images, pages: numPages },
    );
  }
}

function readNumber(description: string, name: string): number {
  if (!description.startsWith("ImageJ=")) return NaN;
  return Number(new RegExp(`^${name}=(\\d+)\\s*$`, "m").exec(description)?.[1] ?? NaN);
}

function readAttribute(description: string, name: string): number {
  return Number(new RegExp(`\\b${name}="([^"]*)"`).exec(description)?.[1] ?? NaN);
}

function toVector([x, y, z]: readonly number[]): Vector3 {
  return [x, y, z];
}
