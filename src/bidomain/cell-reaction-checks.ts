import { UsageError } from "../core/errors.js";
import type { CellReactionOptions } from "./cell-reaction-options.js";
import { describeBasis, type FluxBasis } from "./flux-basis.js";
import type { MembraneModel } from "./membrane-model.js";
import type { PlaceFunction, PlaceInput } from "./place-function.js";

/**
 * Refuses what a region lacks: ER for its membranes and buffers, IP3 for its models.
 *
 * @throws UsageError `region-without-er`, `ip3-missing`
 */
export function refuseMissing({ membranes = [], buffers = [], ip3, erFraction }: CellReactionOptions): void {
  const needsEr = [
    ...membranes.map(({ model, label = model.name }) => `the membrane model "${label}"`),
    ...buffers.filter(({ compartment }) => compartment === "er").map(({ name }) => `the ER buffer "${name}"`),
  ];
  if (erFraction === undefined && needsEr.length > 0) {
    throw new UsageError(
      "region-without-er",
      `${needsEr.join(" and ")} need ER, which the region does not have; give its volume fraction or leave them out`,
      { details: { needsEr } },
    );
  }
  const needsIp3 = membranes
    .filter(({ model }) => model.usesIp3)
    .map(({ model, label = model.name }) => label);
  if (ip3 === undefined && needsIp3.length > 0) {
    throw new UsageError(
      "ip3-missing",
      `"${needsIp3.join('", "')}" depends on IP3, of which nothing is said; give its concentration, or its production and decay`,
      { details: { models: needsIp3 } },
    );
  }
}

/** @throws UsageError `reaction-name-duplicate` */
export function refuseDuplicates(names: readonly string[]): void {
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate === undefined) return;
  throw new UsageError(
    "reaction-name-duplicate",
    `two fields or states are called "${duplicate}"; give buffers other names, membrane models labels`,
    { details: { name: duplicate, names } },
  );
}

/**
 * Published values per volume of one compartment mean something else per another, or per area.
 *
 * @throws UsageError `flux-parameter-missing`
 */
export function refuseForeignDefaults(label: string, { defaults }: MembraneModel, basis: FluxBasis): void {
  if (defaults === undefined || defaults.basis === basis) return;
  throw new UsageError(
    "flux-parameter-missing",
    `the flux of "${label}" is per ${describeBasis(basis)}, but ${defaults.parameters.join(", ")} is left at its published ` +
      `value, which is per ${describeBasis(defaults.basis)}; give a value, or take that basis`,
    { details: { label, basis, publishedBasis: defaults.basis, parameters: defaults.parameters } },
  );
}

/**
 * Pumps that appear in time would bring calcium with them.
 *
 * @throws UsageError `factor-changes-stored-calcium`
 */
export function refuseChangingStore(
  label: string,
  model: MembraneModel,
  { usesTime }: PlaceFunction,
  input: PlaceInput,
): void {
  if (!usesTime || model.states.every(({ calcium }) => calcium === 0)) return;
  throw new UsageError(
    "factor-changes-stored-calcium",
    `the factor of "${label}" depends on time, ${String(input)}, but the model holds calcium, which would come and go with ` +
      "it; expected a factor of x, y and z only",
    { details: { label, factor: input } },
  );
}
