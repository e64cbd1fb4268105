import type { Model } from "../io/model.js";
import { equilibriumBound, type CalciumBuffer } from "./calcium-buffer.js";
import type { ModelPart, ModelProblem } from "./model-problem.js";
import { compilePlaceFunction, type PlaceFunction } from "./place-function.js";
import { createReactionPoint, type ReactionPoint } from "./reaction.js";
import { findSteadyPoint } from "./steady-states.js";
import type { InitialConditions } from "./stepper-options.js";

/** How a value at the beginning is found: given, or by the equilibrium of the point. */
type Start = PlaceFunction | "equilibrium";

/** Where the search for a field in equilibrium begins, uM: a cell at rest. Bound calcium begins as its calcium has it. */
const searchStarts: ReadonlyMap<string, number> = new Map([
  ["c", 0.1],
  ["e", 100],
  ["p", 0.1],
]);

/**
 * The concentrations and states of a model at t = 0, in every node: as given, by values and formulas, or in equilibrium with
 * what is given, see `findSteadyPoint`. The search starts afresh in every node, so that its result does not depend on their
 * order.
 *
 * @throws ConvergenceError `steady-state-not-found`
 * @throws UsageError the codes of `compileFormula`; `value-invalid`
 */
export async function findInitialConditions({
  model,
  problem,
  parts,
}: ModelProblem): Promise<InitialConditions> {
  const starts = await compileStarts(model);
  const givenStates = listGivenStates(model);
  const { numNodes, numFields, pairNode, mesh } = problem;
  const fields = new Float64Array(numNodes * numFields);
  const isSet = new Uint8Array(numNodes * numFields);
  const states = new Float64Array(problem.numStates);
  problem.regions.forEach(({ firstPair, numPairs, firstState, numStates, fieldOfReaction }, r) => {
    const part = parts[r];
    const point = createReactionPoint(fieldOfReaction.length, numStates);
    for (let p = 0; p < numPairs; p++) {
      const node = pairNode[firstPair + p];
      point.x = mesh.coordinates[3 * node];
      point.y = mesh.coordinates[3 * node + 1];
      point.z = mesh.coordinates[3 * node + 2];
      settle(model, part, starts, givenStates, point);
      for (let a = 0; a < fieldOfReaction.length; a++) {
        const at = node * numFields + fieldOfReaction[a];
        if (isSet[at] === 1) continue;
        isSet[at] = 1;
        fields[at] = point.fields[a];
      }
      states.set(point.states, firstState + p * numStates);
    }
  });
  return { time: 0, fields, states };
}

/** Sets the fields and states of a point to those at the beginning. */
function settle(
  model: Model,
  { reaction }: ModelPart,
  starts: ReadonlyMap<string, Start>,
  givenStates: ReadonlyMap<string, number>,
  point: ReactionPoint,
): void {
  const place = Float64Array.of(point.x, point.y, point.z, 0);
  const findGiven = (name: string): number | undefined => {
    const start = starts.get(name);
    return start === undefined || start === "equilibrium" ? givenStates.get(name) : start.evaluate(place);
  };
  const unknownFields = reaction.fields.filter((name, k) => {
    const given = findGiven(name);
    point.fields[k] = given ?? searchStarts.get(name) ?? 0;
    return given === undefined;
  });
  for (const name of unknownFields) {
    const buffer = model.buffers.find((candidate) => candidate.name === name);
    if (buffer !== undefined) {
      point.fields[reaction.fields.indexOf(name)] = bind(buffer, reaction.fields, point);
    }
  }
  const unknownStates = reaction.states.filter((name, s) => {
    const given = findGiven(name);
    point.states[s] = given ?? reaction.initialStates[s];
    return given === undefined;
  });
  findSteadyPoint(reaction, point, { fields: unknownFields, states: unknownStates });
}

function bind(buffer: CalciumBuffer, fields: readonly string[], point: ReactionPoint): number {
  return equilibriumBound(buffer, point.fields[fields.indexOf(buffer.compartment === "er" ? "e" : "c")]);
}

async function compileStarts({ initial }: Model): Promise<ReadonlyMap<string, Start>> {
  const starts = new Map<string, Start>();
  for (const [name, value] of Object.entries(initial)) {
    const isGiven = typeof value !== "object";
    starts.set(name, isGiven ? await compilePlaceFunction(value, `initial.${name}`) : "equilibrium");
  }
  return starts;
}

/** States of membranes that begin with a number, by `flux.state`. */
function listGivenStates({ fluxes }: Model): ReadonlyMap<string, number> {
  const given = fluxes.flatMap((flux) => {
    const initial =
      flux.kind === "built-in"
        ? Object.entries(flux.initial)
        : flux.states.map((state) => [state.name, state.initial] as const);
    return initial.flatMap(([state, value]): [string, number][] =>
      value === "equilibrium" ? [] : [[`${flux.name}.${state}`, value]],
    );
  });
  return new Map(given);
}
