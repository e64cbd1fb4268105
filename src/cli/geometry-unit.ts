import { unitOfGeometry } from "../node/geometries.js";
import type { HomogenizeFlags } from "./homogenize-flags.js";

/** The flags with the unit of the geometry that is meshed, where no other is given. */
export function completeUnit<Flags extends HomogenizeFlags>(flags: Flags, geometry: string): Flags {
  const lengthUnit = flags.lengthUnit ?? unitOfGeometry(geometry);
  return lengthUnit === undefined ? flags : { ...flags, lengthUnit };
}
