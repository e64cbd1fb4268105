import { UsageError } from "../core/errors.js";
import { differentiate } from "../formula/differentiate.js";
import type { Formula } from "../formula/formula.js";
import type { Evaluator } from "../formula/operations.js";
import { MembraneValue, membraneVariables, type MembraneModel } from "./membrane-model.js";
import { compileFor } from "./place-function.js";

/** A membrane process that a user wrote as formulas. */
export interface FormulaModelOptions {
  readonly name: string;
  /** f1, into the cytosol: c, e, p, dcdt, dedt, the states' names, x, y, z, t. */
  readonly flux: string;
  /** f2, out of the ER; absent where it is f1. */
  readonly fluxFromEr?: string | undefined;
  readonly states?: readonly FormulaState[] | undefined;
}

/** A state of a {@link FormulaModelOptions}. */
export interface FormulaState {
  readonly name: string;
  /** Phi in 1/s: as the flux, without dcdt and dedt. */
  readonly rate: string;
  /** X at the beginning, where no steady value is asked for, and where the search for that begins. */
  readonly initial: number;
  /** n_s, see `MembraneState`; 0 where absent. */
  readonly calcium?: number | undefined;
}

/**
 * A membrane model of formulas, whose derivatives are exact.
 *
 * @throws UsageError the codes of `compileFormula` and `differentiate`, with `details.subject`;
 *   `membrane-state-rate` where Phi depends on dc/dt or de/dt; `membrane-state-invalid` for an initial value or an amount of
 *   calcium that is no finite number
 * @see (5.6)
 */
export async function createFormulaModel(options: FormulaModelOptions): Promise<MembraneModel> {
  const { name, flux, fluxFromEr, states = [] } = options;
  const variables = membraneVariables(states.map((state) => state.name));
  const numColumns = MembraneValue.firstState + states.length;
  const inward = await compileFor(flux, variables, `the flux of "${name}"`);
  const fluxes = [inward];
  if (fluxFromEr !== undefined) {
    fluxes.push(await compileFor(fluxFromEr, variables, `the flux out of the ER of "${name}"`));
  }
  const rates: Formula[] = [];
  for (const state of states) {
    checkState(name, state);
    const rate = await compileFor(state.rate, variables, `the rate of "${state.name}" of "${name}"`);
    refuseRates(name, state.name, rate);
    rates.push(rate);
  }
  return assembleModel(name, states, [...fluxes, ...rates], fluxes.length, numColumns);
}

/** @param formulas f1, f2 where it is another, then all Phi */
function assembleModel(
  name: string,
  states: readonly FormulaState[],
  formulas: readonly Formula[],
  numFluxes: number,
  numColumns: number,
): MembraneModel {
  const values = formulas.map(({ evaluate }) => evaluate);
  const entries = formulas.flatMap((formula, row) => listDerivatives(formula, row, numColumns));
  const fluxEntries = entries.filter(({ row }) => row < numFluxes);
  const rateEntries = entries
    .filter(({ row }) => row >= numFluxes)
    .map((entry) => ({ ...entry, row: entry.row - numFluxes }));
  return {
    name,
    states: states.map((state) => ({
      name: state.name,
      initial: state.initial,
      calcium: state.calcium ?? 0,
    })),
    usesIp3: formulas.some(({ usedVariables }) => usedVariables.includes("p")),
    evaluate(point) {
      for (let row = 0; row < numFluxes; row++) point.fluxes[row] = values[row](point.values);
      for (let s = 0; s < states.length; s++) point.stateRates[s] = values[numFluxes + s](point.values);
      for (let i = 0; i < fluxEntries.length; i++) {
        const { row, column, evaluate } = fluxEntries[i];
        point.fluxDerivatives[row * numColumns + column] = evaluate(point.values);
      }
      for (let i = 0; i < rateEntries.length; i++) {
        const { row, column, evaluate } = rateEntries[i];
        point.stateRateDerivatives[row * numColumns + column] = evaluate(point.values);
      }
      if (numFluxes === 2) return;
      point.fluxes[1] = point.fluxes[0];
      point.fluxDerivatives.copyWithin(numColumns, 0, numColumns);
    },
  };
}

/** A derivative that is not zero everywhere, and where it goes. */
interface DerivativeEntry {
  readonly row: number;
  readonly column: number;
  readonly evaluate: Evaluator;
}

function listDerivatives(formula: Formula, row: number, numColumns: number): DerivativeEntry[] {
  return formula.variables.slice(0, numColumns).flatMap((variable, column) => {
    if (!formula.usedVariables.includes(variable)) return [];
    return [{ row, column, evaluate: differentiate(formula, variable).evaluate }];
  });
}

function checkState(model: string, { name, initial, calcium = 0 }: FormulaState): void {
  if (Number.isFinite(initial) && Number.isFinite(calcium) && calcium >= 0) return;
  throw new UsageError(
    "membrane-state-invalid",
    `the state "${name}" of "${model}" begins with ${initial} and holds ${calcium} of calcium; expected finite numbers, the ` +
      "calcium >= 0",
    { details: { model, state: name, initial, calcium } },
  );
}

function refuseRates(model: string, state: string, { usedVariables, text }: Formula): void {
  const used = ["dcdt", "dedt"].filter((variable) => usedVariables.includes(variable));
  if (used.length === 0) return;
  throw new UsageError(
    "membrane-state-rate",
    `the rate of "${state}" of "${model}" depends on ${used.join(" and ")}: ${text}; expected c, e, p, states, place and time`,
    { details: { model, state, variables: used, formula: text } },
  );
}
