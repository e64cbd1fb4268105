import { differentiate } from "../formula/differentiate.js";
import type { CellReactionOptions, Ip3Options } from "./cell-reaction-options.js";
import { checkBuffer, type CalciumBuffer } from "./calcium-buffer.js";
import {
  refuseChangingStore,
  refuseDuplicates,
  refuseForeignDefaults,
  refuseMissing,
} from "./cell-reaction-checks.js";
import { checkCellGeometry, fluxScale } from "./flux-basis.js";
import {
  compileFor,
  compilePlaceFunction,
  placeVariables,
  requireNonNegative,
  type PlaceInput,
} from "./place-function.js";
import {
  createEvaluation,
  createImmobileBufferTerm,
  createIp3Term,
  createMembraneTerm,
  createMobileBufferTerm,
  setPlace,
  type Ip3Production,
  type MembranePlacement,
  type MembraneTerm,
  type ReactionLayout,
  type ReactionTerm,
} from "./reaction-term.js";
import type { Reaction, ReactionPoint } from "./reaction.js";

/**
 * A reaction of calcium in a region. Its fields are `c`, `e` where there is ER, mobile buffers by name (bound
 * concentration), and `p` where IP3 is a field. Its states are the membrane models' as `label.state`, then the immobile
 * buffers by name (bound concentration, uM).
 *
 * Calcium in all forms, in uM per volume of the cell, is
 *
 *   sum_k w_k C_k u_k + sum_s v_s X_s,   and   sum_k w_k R_k + sum_s v_s Phi_s = 0   where all processes conserve it:
 *
 * all built-in ones do.
 */
export interface CellReaction extends Reaction {
  /** C_k, volume fraction of the field's compartment, n. */
  readonly capacities: Float64Array;
  /** Compartment of every field, n. */
  readonly compartments: readonly ("cytosol" | "er")[];
  /** w_k, 1 for c, e and bound calcium, 0 for IP3, n. */
  readonly calciumWeights: Float64Array;
  /** X at the beginning, m: of membrane models theirs, of immobile buffers 0; see `findSteadyStates`. */
  readonly initialStates: Float64Array;
  /**
   * v_s in a point, m, uM: s lambda n_s of membrane states, gamma of immobile buffers. It does not change in time.
   *
   * @param weights m, overwritten
   */
  readonly weighStates: (x: number, y: number, z: number, weights: Float64Array) => void;
  /** Labels of the membrane models. */
  readonly membranes: readonly string[];
  /**
   * What each membrane model releases into the cytosol in a point, lambda~ f1 per volume of the cell, uM/s; reads the inputs
   * of `point`.
   *
   * @param fluxes one for each of `membranes`, overwritten
   */
  readonly evaluateFluxes: (point: ReactionPoint, fluxes: Float64Array) => void;
}

/**
 * The reaction of a region.
 *
 * @throws UsageError `volume-fraction-invalid`, `area-per-volume-invalid`, `flux-basis-needs-area`, `flux-basis-needs-er`,
 *   `flux-basis-unknown`; `region-without-er` for a membrane or an ER buffer where there is no ER; `reaction-name-duplicate`;
 *   `ip3-missing` for a model that uses IP3 where there is none; `buffer-parameter-invalid`; `value-invalid` for numbers
 *   that are negative or not finite; `factor-changes-stored-calcium` for a factor that depends on time of a model that
 *   holds calcium; `flux-parameter-missing` for a flux left at a published value that is of another basis; the codes of
 *   `compileFormula`, with `details.subject`
 * @see (2.27), (2.28), (3.12) - (3.15), (5.6)
 */
export async function createCellReaction(options: CellReactionOptions): Promise<CellReaction> {
  checkCellGeometry(options);
  const { membranes = [], buffers = [], ip3, cytosolFraction, erFraction } = options;
  const hasIp3Field = ip3 !== undefined && "production" in ip3;
  refuseMissing(options);
  buffers.forEach(checkBuffer);

  const mobile = buffers.filter(({ isMobile = true }) => isMobile);
  const immobile = buffers.filter(({ isMobile = true }) => !isMobile);
  const fields = ["c", ...(erFraction === undefined ? [] : ["e"]), ...mobile.map(({ name }) => name)];
  if (hasIp3Field) fields.push("p");
  const membraneStates = membranes.flatMap(({ model, label = model.name }) =>
    model.states.map((state) => ({ ...state, name: `${label}.${state.name}` })),
  );
  const states = [...membraneStates.map(({ name }) => name), ...immobile.map(({ name }) => name)];
  refuseDuplicates([...fields, ...states]);

  const layout: ReactionLayout = {
    numFields: fields.length,
    numStates: states.length,
    c: 0,
    e: erFraction === undefined ? -1 : 1,
    ip3: hasIp3Field ? fields.length - 1 : -1,
  };
  const fractionOf = (compartment: "cytosol" | "er"): number =>
    compartment === "er" ? (erFraction ?? 0) : cytosolFraction;
  const calciumOf = ({ compartment }: CalciumBuffer): number => (compartment === "er" ? layout.e : layout.c);

  const placements = await placeMembranes(options, ip3);
  const membraneTerms = placements.map((placement) => createMembraneTerm(layout, placement));
  const terms: ReactionTerm[] = [...membraneTerms];
  const firstMobile = fields.length - mobile.length - Number(hasIp3Field);
  mobile.forEach((buffer, i) => {
    const fraction = fractionOf(buffer.compartment);
    terms.push(createMobileBufferTerm(layout, buffer, calciumOf(buffer), firstMobile + i, fraction));
  });
  immobile.forEach((buffer, i) => {
    const fraction = fractionOf(buffer.compartment);
    const bound = membraneStates.length + i;
    terms.push(createImmobileBufferTerm(layout, buffer, calciumOf(buffer), bound, fraction));
  });
  if (hasIp3Field) {
    requireNonNegative(ip3.decayRate, "the decay rate of IP3, 1/s,");
    const production = await compileProduction(ip3.production);
    terms.push(createIp3Term(layout, production, ip3.decayRate, cytosolFraction));
  }

  const compartments = fields.map((name, k) =>
    k === layout.e ? "er" : (mobile.find((buffer) => buffer.name === name)?.compartment ?? "cytosol"),
  );
  return {
    fields,
    states,
    capacities: Float64Array.from(compartments, fractionOf),
    compartments,
    calciumWeights: Float64Array.from(fields, (_, k) => (k === layout.ip3 ? 0 : 1)),
    initialStates: Float64Array.from([
      ...membraneStates.map(({ initial }) => initial),
      ...immobile.map(() => 0),
    ]),
    weighStates: createStateWeights(
      placements,
      immobile.map(({ compartment }) => fractionOf(compartment)),
    ),
    membranes: membranes.map(({ model, label = model.name }) => label),
    evaluateFluxes: createFluxEvaluation(membraneTerms),
    evaluate: createEvaluation(terms),
  };
}

function createFluxEvaluation(terms: readonly MembraneTerm[]): CellReaction["evaluateFluxes"] {
  const place = new Float64Array(4);
  return (point, fluxes) => {
    setPlace(place, point);
    for (let i = 0; i < terms.length; i++) fluxes[i] = terms[i].fluxIntoCytosol(point, place);
  };
}

/** v = s lambda n for the states of membranes, gamma for immobile buffers. */
function createStateWeights(
  placements: readonly MembranePlacement[],
  bufferFractions: readonly number[],
): CellReaction["weighStates"] {
  const place = new Float64Array(4);
  return (x, y, z, weights) => {
    place[0] = x;
    place[1] = y;
    place[2] = z;
    let state = 0;
    for (const { model, scale, factor } of placements) {
      for (const { calcium } of model.states) {
        weights[state++] = calcium === 0 ? 0 : scale * factor.evaluate(place) * calcium;
      }
    }
    for (const fraction of bufferFractions) weights[state++] = fraction;
  };
}

async function placeMembranes(
  options: CellReactionOptions,
  ip3: Ip3Options | undefined,
): Promise<MembranePlacement[]> {
  const given = ip3 !== undefined && "concentration" in ip3 ? ip3.concentration : 0;
  const concentration = await compilePlaceFunction(given, "the concentration of IP3");
  const placements: MembranePlacement[] = [];
  let firstState = 0;
  for (const { model, basis, factor: input = 1, label = model.name } of options.membranes ?? []) {
    const factor = await compilePlaceFunction(input, `the factor of "${label}"`);
    refuseChangingStore(label, model, factor, input);
    refuseForeignDefaults(label, model, basis);
    placements.push({ model, firstState, scale: fluxScale(basis, options), factor, ip3: concentration });
    firstState += model.states.length;
  }
  return placements;
}

async function compileProduction(input: PlaceInput): Promise<Ip3Production> {
  if (typeof input === "number") {
    requireNonNegative(input, "the production of IP3, uM/s,");
    return { evaluate: () => input, derivatives: [null, null, null] };
  }
  const formula = await compileFor(input, ["c", "e", "p", ...placeVariables], "the production of IP3");
  const derivatives = ["c", "e", "p"].map((variable) =>
    formula.usedVariables.includes(variable) ? differentiate(formula, variable).evaluate : null,
  );
  return { evaluate: formula.evaluate, derivatives };
}
