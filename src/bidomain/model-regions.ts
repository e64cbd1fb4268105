import { isotropicTensor, scaleMatrix3, toMatrix3, type Matrix3 } from "../core/tensor.js";
import type { RegionCoefficients } from "../io/model-checks.js";
import type {
  Compartment,
  CytosolRegion,
  FluxBasis as ModelFluxBasis,
  HomogenizedRegion,
  MembraneFlux,
  Model,
  ModelBuffer,
} from "../io/model.js";
import type { CalciumBuffer } from "./calcium-buffer.js";
import type { CellMembrane, Ip3Options } from "./cell-reaction-options.js";
import { createCellReaction, type CellReaction } from "./cell-reaction.js";
import type { FluxBasis } from "./flux-basis.js";
import { createFormulaModel } from "./formula-model.js";
import { createMembraneModel } from "./membrane-catalog.js";
import type { MembraneModel } from "./membrane-model.js";
import type { RegionField } from "./problem-options.js";

/** What a region of a model brings into the equations. */
export interface RegionEquations {
  readonly reaction: CellReaction;
  readonly fields: readonly RegionField[];
}

const basisOf: Readonly<Record<ModelFluxBasis, FluxBasis>> = {
  "membrane-area": "area",
  "cytosol-volume": "cytosol",
  "er-volume": "er",
  "cell-volume": "cell",
};

/**
 * The equations of a homogenized region: (2.27), (2.28), (3.12) to (3.15), (5.6).
 *
 * @param coefficients of its result file, from `checkResult`
 * @throws UsageError the codes of `createCellReaction`
 */
export async function createHomogenizedEquations(
  model: Model,
  region: HomogenizedRegion,
  coefficients: RegionCoefficients,
): Promise<RegionEquations> {
  const { cytosol, er, areaPerVolume } = coefficients;
  const fluxes = model.fluxes.filter(({ regions }) => regions.includes(region.name));
  const reaction = await createCellReaction({
    cytosolFraction: cytosol.volumeFraction,
    erFraction: er.volumeFraction,
    areaPerVolume,
    membranes: await Promise.all(fluxes.map(placeFlux)),
    buffers: model.buffers.map(toBuffer),
    ...describeIp3(model),
  });
  const own = { cytosol, er };
  const fields = reaction.fields.map((name, k): RegionField => {
    const compartment = reaction.compartments[k];
    const capacity = reaction.capacities[k];
    if (name === "c" || name === "e") return { name, capacity, tensor: own[compartment].tensor };
    const factor = own[compartment].factor ?? refuseFactor(region, compartment);
    return { name, capacity, tensor: scaleMatrix3(factor, findDiffusion(model, name)) };
  });
  return { reaction, fields };
}

/**
 * The equations of a plain region, which has no ER: c, IP3 and the buffers of the cytosol, (4.1).
 *
 * @throws UsageError the codes of `createCellReaction`
 */
export async function createPlainEquations(model: Model, region: CytosolRegion): Promise<RegionEquations> {
  const reaction = await createCellReaction({
    cytosolFraction: 1,
    buffers: model.buffers.filter(({ compartment }) => compartment === "cytosol").map(toBuffer),
    ...describeIp3(model),
  });
  const fields = reaction.fields.map((name): RegionField => {
    const diffusion = name === "c" ? region.diffusion : findDiffusion(model, name);
    return { name, capacity: 1, tensor: toMatrix3(isotropicTensor(diffusion)) };
  });
  return { reaction, fields };
}

/** D of a mobile buffer or of IP3, um^2/s. */
function findDiffusion({ buffers, ip3 }: Model, name: string): number {
  if (name === "p" && ip3?.kind === "field") return ip3.diffusion;
  return buffers.find((buffer) => buffer.name === name)?.diffusion ?? 0;
}

/** `checkResult` refuses a result without the factors that are needed; a caller may have passed others. */
function refuseFactor({ name }: HomogenizedRegion, compartment: Compartment): Matrix3 {
  throw new TypeError(`the coefficients of "${name}" have no factor for its ${compartment}`);
}

async function placeFlux(flux: MembraneFlux): Promise<CellMembrane> {
  return { model: await createModel(flux), basis: basisOf[flux.per], factor: flux.density, label: flux.name };
}

async function createModel(flux: MembraneFlux): Promise<MembraneModel> {
  if (flux.kind === "built-in") return createMembraneModel(flux.model, flux.parameters);
  const { name, fluxFromEr, states } = flux;
  return createFormulaModel({
    name,
    flux: flux.flux,
    fluxFromEr,
    states: states.map(({ initial, ...state }) => ({
      ...state,
      initial: initial === "equilibrium" ? SEARCH_START : initial,
    })),
  });
}

/** Where a search for the steady value of a user's state begins: gates lie in [0, 1]. */
const SEARCH_START = 0.5;

function toBuffer({
  name,
  compartment,
  total,
  bindingRate,
  unbindingRate,
  diffusion,
}: ModelBuffer): CalciumBuffer {
  return { name, compartment, total, bindingRate, unbindingRate, isMobile: diffusion > 0 };
}

function describeIp3({ ip3 }: Model): { readonly ip3?: Ip3Options } {
  if (ip3 === undefined) return {};
  if (ip3.kind === "given") return { ip3: { concentration: ip3.concentration } };
  return { ip3: { production: ip3.production, decayRate: ip3.decayRate } };
}
