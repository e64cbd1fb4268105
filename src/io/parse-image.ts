import { isNpy, parseNpy } from "./npy-reader.js";
import { isNrrd, parseNrrd } from "./nrrd-reader.js";
import { isTiff } from "./tiff-pages.js";
import { imageError, type ReadImageOptions, type VolumeImage } from "./volume-image.js";

/** Names of the formats that say themselves what they are. */
type ImageFormat = "NRRD" | "NumPy" | "TIFF";

/** The format of a volume image by its first bytes; null for any other file. */
function recognizeImage(bytes: Uint8Array): ImageFormat | null {
  if (isNrrd(bytes)) return "NRRD";
  if (isNpy(bytes)) return "NumPy";
  return isTiff(bytes) ? "TIFF" : null;
}

/**
 * Reads a volume image, NRRD, NumPy or TIFF: which of them, its first bytes say.
 *
 * @throws ParseError `image-format-unknown`, and those of the format: `image-header-damaged`, `image-truncated`,
 *   `image-unsupported`, `image-not-3d`, `image-too-large`, `image-oblique`, `image-value-too-large`, `image-data-damaged`,
 *   `gzip-damaged`, `gzip-too-large`
 */
export async function parseVolumeImage(
  bytes: Uint8Array,
  options: ReadImageOptions = {},
): Promise<VolumeImage> {
  switch (recognizeImage(bytes)) {
    case "NRRD":
      return await parseNrrd(bytes, options);
    case "NumPy":
      return parseNpy(bytes, options);
    case "TIFF":
      // Loaded when it is needed: pages that are served without a bundler have no such package.
      return (await import("./tiff-reader.js")).parseTiff(bytes, options);
    case null:
      throw imageError(
        "image-format-unknown",
        "The file is no NRRD, NumPy or TIFF image by its first bytes. Save it as one of these, or give the shape and " +
          "type of bare values (--shape, --dtype).",
      );
  }
}
