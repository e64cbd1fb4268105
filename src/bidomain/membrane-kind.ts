import { UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";
import type { FluxBasis } from "./flux-basis.js";
import type { MembraneModel } from "./membrane-model.js";

/** A parameter of a built-in membrane model. */
export interface MembraneParameter {
  /** Value where none is given; without it the parameter must be given. */
  readonly default?: number;
  /** As text; `flux` in front stands for the unit of the flux basis, molecules/um^2/s or uM/s. */
  readonly unit: string;
  readonly meaning: string;
  /** Whether 0 is refused: parameters that divide. All are at least 0. */
  readonly isPositive?: boolean;
}

/** A built-in membrane model as data, from which models with given parameters are made. */
export interface MembraneKind {
  readonly name: string;
  /** The flux, in one line. */
  readonly formula: string;
  /** Where equations and default values come from. */
  readonly source: string;
  /** The flux basis that default values are for; null where no parameter with a default depends on it. */
  readonly basis: FluxBasis | null;
  readonly parameters: Readonly<Record<string, MembraneParameter>>;
  /** @param values one for every parameter, checked */
  readonly create: (values: Readonly<Record<string, number>>) => MembraneModel;
}

/** Parameters of a built-in model by name; defaults stand for those not given. */
export type MembraneParameters = Readonly<Record<string, number>>;

/**
 * The model of a kind with these parameters.
 *
 * @throws UsageError `unknown-membrane-parameter`; `membrane-parameter-missing`; `membrane-parameter-invalid` for one that is
 *   negative, not finite, or zero where it divides
 */
export function createModelOfKind(kind: MembraneKind, given: MembraneParameters): MembraneModel {
  const known = Object.keys(kind.parameters);
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) refuseName(kind, name, known);
  }
  const values = Object.entries(kind.parameters).map(([name, parameter]): [string, number] => {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    if (value === undefined) refuseMissing(kind, name, parameter);
    checkValue(kind, name, parameter, value);
    return [name, value];
  });
  const model = kind.create(Object.fromEntries(values));
  const dependent = known.filter(
    (name) => kind.parameters[name].unit.startsWith("flux") && !Object.hasOwn(given, name),
  );
  if (kind.basis === null || dependent.length === 0) return model;
  return { ...model, defaults: { basis: kind.basis, parameters: dependent } };
}

function refuseName(kind: MembraneKind, name: string, known: readonly string[]): never {
  const nearest = suggestName(name, known);
  throw new UsageError(
    "unknown-membrane-parameter",
    `"${kind.name}" has no parameter "${name}"${nearest === undefined ? "" : `, did you mean "${nearest}"?`}; there are ` +
      known.join(", "),
    { details: { model: kind.name, parameter: name, known } },
  );
}

function refuseMissing(kind: MembraneKind, name: string, { unit, meaning }: MembraneParameter): never {
  throw new UsageError(
    "membrane-parameter-missing",
    `"${kind.name}" needs the parameter "${name}" (${meaning}, ${unit}): it has no default`,
    { details: { model: kind.name, parameter: name, unit } },
  );
}

function checkValue(
  kind: MembraneKind,
  name: string,
  { unit, isPositive = false }: MembraneParameter,
  value: number,
): void {
  if (Number.isFinite(value) && (isPositive ? value > 0 : value >= 0)) return;
  throw new UsageError(
    "membrane-parameter-invalid",
    `"${kind.name}" has ${name} = ${value} ${unit}; expected a finite number ${isPositive ? "> 0" : ">= 0"}`,
    { details: { model: kind.name, parameter: name, value } },
  );
}
