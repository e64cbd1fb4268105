import type { Model } from "../io/model.js";
import { equilibriumBound, type CalciumBuffer } from "./calcium-buffer.js";
import type { ModelPart, ModelProblem } from "./model-problem.js";
import { compilePlaceFunction, type PlaceFunction } from "./place-function.js";
import { createReactionPoint, type ReactionPoint } from "./reaction.js";
import { findSteadyStates } from "./steady-states.js";
import type { InitialConditions } from "./stepper-options.js";

/** How a value at the beginning is found: given, or by the equilibrium of the point. */
type Start = PlaceFunction | "equilibrium";

/**
 * The concentrations and states of a model at t = 0, in every node: given values and formulas; buffers in equilibrium with
 * the calcium of their compartment; states at their steady value for the concentrations there, or as given.
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
    point.states.set(part.reaction.initialStates);
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
  reaction.fields.forEach((name, k) => {
    const start = starts.get(name);
    if (start !== undefined && start !== "equilibrium") point.fields[k] = start.evaluate(place);
  });
  reaction.fields.forEach((name, k) => {
    if (starts.get(name) !== "equilibrium") return;
    const buffer = model.buffers.find((candidate) => candidate.name === name);
    if (buffer !== undefined) point.fields[k] = bind(buffer, reaction.fields, point);
  });
  findSteadyStates(reaction, point);
  reaction.states.forEach((name, s) => {
    const start = starts.get(name);
    if (start !== undefined && start !== "equilibrium") point.states[s] = start.evaluate(place);
    point.states[s] = givenStates.get(name) ?? point.states[s];
  });
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
