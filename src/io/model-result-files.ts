import { formatPath } from "./field-error.js";
import { findOwnResult } from "./model-own-results.js";
import type { Model } from "./model.js";

/** A result file, and where the model names it. */
export interface ResultFile {
  /** As written, relative to the model file. */
  readonly file: string;
  /** Path of the field, a key of `model.source.places`. */
  readonly field: string;
}

/** All result files that a model names, regions' first; a file that is named twice stands there twice. */
export function listResultFiles(model: Model): readonly ResultFile[] {
  const regions = model.regions.flatMap((region): ResultFile[] =>
    region.kind === "homogenized"
      ? [{ file: region.result, field: formatPath(["regions", region.name, "result"]) }]
      : [],
  );
  const own = [...model.buffers.map(({ name }) => name), "p"].flatMap((name) => {
    const owner = formatPath(name === "p" ? ["ip3", "result"] : ["buffers", name, "result"]);
    const files = Object.entries(findOwnResult(model, name)?.files ?? {});
    return files.map(([region, file]): ResultFile => {
      const field = formatPath([owner, region]);
      return { file, field: Object.hasOwn(model.source.places, field) ? field : owner };
    });
  });
  return [...regions, ...own];
}
