import type { ParseError } from "../core/errors.js";
import { createFieldError, formatPath } from "./field-error.js";
import type { FieldFault } from "./field-faults.js";
import type { ModelSource } from "./model.js";
import type { TextPlace } from "./yaml-text.js";

/**
 * An error that shows only with the mesh or a result file, with the place of the field, or of the nearest one that was
 * written.
 *
 * @param faults at least one, with codes
 */
export function createModelError({ file, places }: ModelSource, faults: readonly FieldFault[]): ParseError {
  const locate: Parameters<typeof createFieldError>[2] = (path): TextPlace => {
    for (let length = path.length; length >= 0; length--) {
      const key = formatPath(path.slice(0, length));
      if (Object.hasOwn(places, key)) return places[key];
    }
    return { line: 1, column: 1 };
  };
  return createFieldError("model-field", faults, locate, file);
}
