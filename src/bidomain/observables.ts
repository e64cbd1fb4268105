import type { ModelProblem } from "./model-problem.js";
import { NodeField } from "./macroscopic-problem.js";
import { CalciumTotal } from "./calcium-total.js";
import { createReactionPoint, type ReactionPoint } from "./reaction.js";
import type { TimeStepper } from "./time-stepper.js";

/** A column of a table of numbers. */
export interface ObservableColumn {
  /** `c.mean`, `receptors.h.min`, `calcium`, `flux.receptors`. */
  readonly name: string;
  readonly unit: string;
}

/**
 * Numbers of the whole cell at a time, one row of the time series: amount of every field; mean, least and largest value of
 * every field and state; calcium in all forms and how far it is from balance; what each membrane model releases into the
 * cytosol; what came in through each boundary condition.
 */
export class Observables {
  readonly columns: readonly ObservableColumn[];
  readonly #source: ModelProblem;
  readonly #total: CalciumTotal;
  /** sum_i sum_r V_ir C_k^r of each field, um^3. */
  readonly #fieldVolumes: Float64Array;
  readonly #stateNames: readonly string[];
  readonly #fluxNames: readonly string[];
  readonly #points: readonly ReactionPoint[];

  constructor(source: ModelProblem, inflowNames: readonly string[]) {
    const { problem, parts } = source;
    this.#source = source;
    this.#total = new CalciumTotal(
      problem,
      parts.map(({ reaction }) => reaction),
    );
    this.#fieldVolumes = new Float64Array(problem.numFields);
    problem.masses.forEach((mass, at) => {
      this.#fieldVolumes[at % problem.numFields] += mass;
    });
    this.#stateNames = [...new Set(parts.flatMap(({ reaction }) => reaction.states))];
    this.#fluxNames = [...new Set(parts.flatMap(({ reaction }) => reaction.membranes))];
    this.#points = problem.regions.map(({ fieldOfReaction, numStates }) =>
      createReactionPoint(fieldOfReaction.length, numStates),
    );
    const spread = (name: string, unit: string): ObservableColumn[] =>
      ["mean", "min", "max"].map((kind) => ({ name: `${name}.${kind}`, unit }));
    this.columns = [
      { name: "time", unit: "s" },
      { name: "step", unit: "s" },
      ...problem.fieldNames.flatMap((name) => [
        { name: `${name}.total`, unit: "uM um^3" },
        ...spread(name, "uM"),
      ]),
      ...this.#stateNames.flatMap((name) => spread(name, unitOfState(source, name))),
      { name: "calcium", unit: "uM um^3" },
      { name: "balance", unit: "1" },
      ...this.#fluxNames.map((name) => ({ name: `flux.${name}`, unit: "uM um^3/s" })),
      ...inflowNames.map((name) => ({ name: `inflow.${name}`, unit: "uM um^3" })),
    ];
  }

  /** Calcium in all forms, uM um^3. */
  measureCalcium({ fields, states }: Pick<TimeStepper, "fields" | "states">): number {
    return this.#total.measure(fields, states);
  }

  /** Calcium that came in since the beginning, uM um^3. */
  measureInflow({ inflow }: Pick<TimeStepper, "inflow">): number {
    return inflow.conditions.reduce(
      (sum, { field }, j) => sum + this.#total.fieldWeights[field] * inflow.amounts[j],
      0,
    );
  }

  /**
   * The row of now.
   *
   * @param step length of the last step, s
   * @param initialCalcium at the beginning, uM um^3
   */
  measure(stepper: TimeStepper, step: number, initialCalcium: number): number[] {
    const { numFields } = this.#source.problem;
    const row = [stepper.time, step];
    for (let k = 0; k < numFields; k++) row.push(...this.#spreadField(stepper.fields, k));
    for (const name of this.#stateNames) row.push(...this.#spreadState(stepper.states, name));
    const calcium = this.measureCalcium(stepper);
    const surplus = calcium - initialCalcium - this.measureInflow(stepper);
    row.push(calcium, initialCalcium > 0 ? surplus / initialCalcium : surplus);
    row.push(...this.#integrateFluxes(stepper), ...stepper.inflow.amounts);
    return row;
  }

  /** Amount, its mean over the field's compartment, least and largest value. */
  #spreadField(fields: Float64Array, field: number): [number, number, number, number] {
    const { numFields, masses, nodeFields } = this.#source.problem;
    let [amount, least, most] = [0, Infinity, -Infinity];
    for (let at = field; at < fields.length; at += numFields) {
      if (nodeFields[at] === NodeField.absent) continue;
      const value = fields[at];
      amount += masses[at] * value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return [amount, amount / this.#fieldVolumes[field], least, most];
  }

  /** Mean by volume, least, largest over all regions that have the state. */
  #spreadState(states: Float64Array, name: string): [number, number, number] {
    const { problem, parts } = this.#source;
    let [sum, volume, least, most] = [0, 0, Infinity, -Infinity];
    problem.regions.forEach(({ firstPair, numPairs, firstState, numStates }, r) => {
      const own = parts[r].reaction.states.indexOf(name);
      if (own < 0) return;
      for (let p = 0; p < numPairs; p++) {
        const value = states[firstState + p * numStates + own];
        sum += problem.pairVolume[firstPair + p] * value;
        volume += problem.pairVolume[firstPair + p];
        if (value < least) least = value;
        if (value > most) most = value;
      }
    });
    return [sum / volume, least, most];
  }

  /** int lambda~ f1 dx of each membrane model, uM um^3/s. */
  #integrateFluxes({ time, fields, rates, states }: TimeStepper): Float64Array {
    const { problem, parts } = this.#source;
    const { mesh, numFields, pairNode, pairVolume } = problem;
    const totals = new Float64Array(this.#fluxNames.length);
    problem.regions.forEach(({ firstPair, numPairs, firstState, numStates, fieldOfReaction }, r) => {
      const { reaction } = parts[r];
      if (reaction.membranes.length === 0) return;
      const point = this.#points[r];
      const fluxes = new Float64Array(reaction.membranes.length);
      const sums = new Float64Array(reaction.membranes.length);
      point.time = time;
      for (let p = 0; p < numPairs; p++) {
        const node = pairNode[firstPair + p];
        point.x = mesh.coordinates[3 * node];
        point.y = mesh.coordinates[3 * node + 1];
        point.z = mesh.coordinates[3 * node + 2];
        for (let a = 0; a < fieldOfReaction.length; a++) {
          point.fields[a] = fields[node * numFields + fieldOfReaction[a]];
          point.rates[a] = rates[node * numFields + fieldOfReaction[a]];
        }
        for (let s = 0; s < numStates; s++) point.states[s] = states[firstState + p * numStates + s];
        reaction.evaluateFluxes(point, fluxes);
        for (let m = 0; m < fluxes.length; m++) sums[m] += pairVolume[firstPair + p] * fluxes[m];
      }
      reaction.membranes.forEach((name, m) => {
        totals[this.#fluxNames.indexOf(name)] += sums[m];
      });
    });
    return totals;
  }
}

/** Immobile buffers are states, too: their bound concentration. */
export function unitOfState({ model }: Pick<ModelProblem, "model">, name: string): "uM" | "1" {
  return model.buffers.some((buffer) => buffer.name === name) ? "uM" : "1";
}
