import { isotropicTensor, scaleMatrix3, toMatrix3, type Matrix3, type Vector3 } from "../core/tensor.js";
import { turnTensor } from "../core/turn-tensor.js";
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

/** What a homogenized region takes from files and from the mesh. */
export interface RegionInputs {
  /** Of its result file, from `checkResult`. */
  readonly coefficients: RegionCoefficients;
  /** um^2/s, of buffers and IP3 with a result file of their own, from `checkOwnResult`. */
  readonly ownTensors: ReadonlyMap<string, Matrix3>;
  /** Of a region with a direction, from `evaluateDirections`, numCells x 3. */
  readonly directions: Float64Array;
}

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
 * @throws UsageError the codes of `createCellReaction`
 */
export async function createHomogenizedEquations(
  model: Model,
  region: HomogenizedRegion,
  { coefficients, ownTensors, directions }: RegionInputs,
): Promise<RegionEquations> {
  const { cytosol, er, areaPerVolume } = coefficients;
  const fluxes = model.fluxes.filter(({ regions }) => regions.includes(region.name));
  const reaction = await createCellReaction({
    cytosolFraction: cytosol.volumeFraction,
    erFraction: er.volumeFraction,
    areaPerVolume,
    membranes: await Promise.all(fluxes.map((flux) => placeFlux(flux, coefficients))),
    buffers: model.buffers.map(toBuffer),
    ...describeIp3(model),
  });
  const own = { cytosol, er };
  const findTensor = (name: string, compartment: Compartment): Matrix3 => {
    if (name === "c" || name === "e") return own[compartment].tensor;
    const given = ownTensors.get(name);
    if (given !== undefined) return given;
    return scaleMatrix3(
      own[compartment].factor ?? refuseFactor(region, compartment),
      findDiffusion(model, name),
    );
  };
  const fields = reaction.fields.map((name, k): RegionField => {
    const tensor = findTensor(name, reaction.compartments[k]);
    return { name, capacity: reaction.capacities[k], tensor: orient(tensor, region, directions) };
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

/** The tensor of the region, or, where it has a direction, that of each cell of the mesh. */
function orient(
  tensor: Matrix3,
  { direction }: HomogenizedRegion,
  directions: Float64Array,
): RegionField["tensor"] {
  if (direction === undefined) return tensor;
  const axis = axes[direction.axis];
  return (cell) =>
    turnTensor(tensor, axis, [directions[3 * cell], directions[3 * cell + 1], directions[3 * cell + 2]]);
}

const axes: Readonly<Record<"x" | "y" | "z", Vector3>> = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

async function placeFlux(flux: MembraneFlux, coefficients: RegionCoefficients): Promise<CellMembrane> {
  return { model: await createModel(flux), ...findDensity(flux, coefficients), label: flux.name };
}

/**
 * The basis and lambda of a flux. Pumps per volume: with sigma = rho_V |Y| / (shape eps^2) per membrane area, those per volume
 * of the cell are sigma area / |Y| = rho_V area / (shape eps^2), rho_V for the membrane's own shape.
 *
 * @see the paper's appendix
 */
function findDensity(
  { name, per, density, densityUnit, shape }: MembraneFlux,
  coefficients: RegionCoefficients,
): Pick<CellMembrane, "basis" | "factor"> {
  if (densityUnit !== "1/um^3") return { basis: basisOf[per], factor: density };
  if (shape === undefined) return { basis: "pump", factor: density };
  if (coefficients.shape === undefined) {
    throw new TypeError(`the coefficients have no shape of the membrane, which "${name}" needs`);
  }
  const ratio = coefficients.shape / shape;
  const factor = typeof density === "number" ? density * ratio : `(${density}) * ${ratio}`;
  return { basis: "pump", factor };
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
