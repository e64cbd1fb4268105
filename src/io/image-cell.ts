import type { Vector3 } from "../core/tensor.js";
import { createFieldError } from "./field-error.js";
import { imageCellSchema } from "./image-cell-schema.js";
import { collectFaults, describeIssue } from "./field-faults.js";
import { readYaml } from "./yaml-text.js";

/** Unit cells cut out of a segmented image: what a file `.image.yaml` says. */
export interface ImageCell {
  /** Path of the image, from the folder of the file. */
  readonly image: string;
  readonly selection: { readonly labels: readonly number[] } | { readonly threshold: number };
  /** Names of the phases. */
  readonly names: { readonly inside: string; readonly outside: string };
  /** Edges of a voxel; undefined where the image says them. */
  readonly spacing: Vector3 | undefined;
  readonly periodic: "match" | "wrap" | "mirror" | "crop";
  /** Width of the zone that `crop` blends; undefined for the default. */
  readonly blend: number | undefined;
  /** Of the indices of a NumPy array. */
  readonly axes: "zyx" | "xyz";
}

/**
 * Reads a file that describes unit cells of an image, YAML or JSON.
 *
 * @param fileName for messages
 * @throws ParseError `problem-syntax` for what is neither; `image-cell-field` for unknown, missing or wrong fields, with
 *   their lines
 */
export function parseImageCell(text: string, fileName: string): ImageCell {
  const yaml = readYaml(text, fileName);
  const checked = imageCellSchema.safeParse(yaml.value, { error: describeIssue });
  const faults = checked.success ? [] : collectFaults(checked.error.issues);
  if (checked.success && (checked.data.label === undefined) === (checked.data.threshold === undefined)) {
    faults.push({ path: [], message: "expected either label: (such as { ER: [2] }) or threshold:" });
  }
  if (!checked.success || faults.length > 0) {
    throw createFieldError("image-cell-field", faults, yaml.locate, fileName);
  }
  const { image, label, threshold = 0, spacing, blend } = checked.data;
  const { outside = "cytosol", periodic = "match", axes = "zyx" } = checked.data;
  const [inside, labels] = Object.entries(label ?? {}).at(0) ?? ["ER", undefined];
  return {
    image,
    selection: labels === undefined ? { threshold } : { labels },
    names: { inside, outside },
    spacing,
    periodic,
    blend,
    axes,
  };
}
