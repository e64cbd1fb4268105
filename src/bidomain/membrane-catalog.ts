import { UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import { bufferingSerca } from "./buffering-serca.js";
import { ip3Receptor } from "./ip3-receptor.js";
import { leak } from "./leak.js";
import { createModelOfKind, type MembraneKind, type MembraneParameters } from "./membrane-kind.js";
import type { MembraneModel } from "./membrane-model.js";
import { ryanodineReceptor } from "./ryanodine-receptor.js";
import { sercaBidirectional, sercaHill } from "./serca.js";

/** The built-in membrane models. */
export const membraneKinds: readonly MembraneKind[] = [
  sercaHill,
  sercaBidirectional,
  bufferingSerca,
  leak,
  ip3Receptor,
  ryanodineReceptor,
];

/**
 * A built-in membrane model by name.
 *
 * @param parameters by name; defaults stand for those not given
 * @throws UsageError `unknown-membrane-model`, and the codes of `createModelOfKind`
 */
export function createMembraneModel(name: string, parameters: MembraneParameters = {}): MembraneModel {
  const kind = membraneKinds.find((candidate) => candidate.name === name);
  if (kind !== undefined) return createModelOfKind(kind, parameters);
  const known = membraneKinds.map((candidate) => candidate.name);
  const nearest = suggestName(name, known);
  throw new UsageError(
    "unknown-membrane-model",
    `there is no membrane model "${name}"${nearest === undefined ? "" : `, did you mean "${nearest}"?`}; there are ` +
      `${known.join(", ")}, and formulas of your own`,
    { details: { model: name, known } },
  );
}
