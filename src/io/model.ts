import type { Matrix3, Vector3 } from "../core/tensor.js";
import type { TextPlace } from "./yaml-text.js";

/** Variables of formulas of place and time, um and s, in this order. */
export const placeVariables: readonly string[] = ["x", "y", "z", "t"];

/** A number, or a formula. Both in the unit that stands with the field, a formula's x, y, z in um and t in s. */
export type ModelValue = number | string;

/** A value at t = 0, of x, y, z in um; or the value at which the reactions do not change the field. */
export type InitialValue = ModelValue | { readonly equilibrium: true };

/** Compartments of a homogenized region; a plain one is all cytosol. */
export type Compartment = "cytosol" | "er";

/** What a membrane flux counts per: `membrane-area` molecules/um^2/s, else uM/s. */
export type FluxBasis = "membrane-area" | "cytosol-volume" | "er-volume" | "cell-volume";

/** Where the model was written, for errors that show only with the mesh or the result files. */
export interface ModelSource {
  readonly file: string;
  /** Place of every field, by its path as in `regions.body.period`. */
  readonly places: Readonly<Record<string, TextPlace>>;
}

/** A cell and what happens in it: um, s, uM, molecules. Paths of files as written, relative to the model file. */
export interface Model {
  readonly source: ModelSource;
  /** Mesh of the cell. */
  readonly mesh: { readonly file: string; readonly lengthUnit: "um" | "nm"; readonly umPerUnit: number };
  /** In the order of the file. */
  readonly regions: readonly ModelRegion[];
  /** Free diffusion of calcium, um^2/s; absent where no region needs it. */
  readonly diffusion: { readonly c?: number; readonly e?: number };
  readonly buffers: readonly ModelBuffer[];
  /** Absent where no model knows IP3. */
  readonly ip3?: Ip3Model;
  readonly fluxes: readonly MembraneFlux[];
  /** At most one for a surface and a field; without one nothing passes. */
  readonly conditions: readonly SurfaceCondition[];
  /** By field: `c`; `e` where there is ER; `p` where IP3 is a field; every buffer, its bound concentration. uM. */
  readonly initial: Readonly<Record<string, InitialValue>>;
  readonly time: TimeSpec;
  readonly probes: readonly Probe[];
  readonly output: OutputSpec;
}

export type ModelRegion = HomogenizedRegion | CytosolRegion;

/** Cytosol and ER in every point, (2.27) and (2.28). */
export interface HomogenizedRegion {
  readonly kind: "homogenized";
  readonly name: string;
  /** Physical volumes by name or tag. */
  readonly volumes: readonly string[];
  /** Result file, `erfem/homogenization@1`. */
  readonly result: string;
  /** Phases of the result by compartment. */
  readonly phases: Readonly<Record<Compartment, string>>;
  /** `factor`: a~ is the result's factor x D. `homogenized`: the result's tensor x `toUm2PerS`. */
  readonly tensors: { readonly use: "factor" } | { readonly use: "homogenized"; readonly toUm2PerS: number };
  /** Real length of the first lattice vector of the unit cell, um. */
  readonly period?: number;
  /** R, orthogonal with determinant 1: a~ -> R a~ R^T, from axes of the unit cell to those of the cell. */
  readonly rotation?: Matrix3;
  /** Instead of a rotation. */
  readonly direction?: CellDirection;
}

/**
 * A direction d in every cell of the mesh, of any length above 0: a~ -> R a~ R^T with the smallest rotation R that takes the
 * axis of the unit cell onto d, see `turnTensor`. From formulas in x, y, z, um, at the centre of the cell, or from the mesh's
 * $ElementData view of that name, of 3 components.
 */
export type CellDirection = { readonly axis: "x" | "y" | "z" } & (
  | { readonly kind: "formulas"; readonly along: readonly [string, string, string] }
  | { readonly kind: "data"; readonly data: string }
);

/** Cytosol alone, (4.1). */
export interface CytosolRegion {
  readonly kind: "cytosol";
  readonly name: string;
  readonly volumes: readonly string[];
  /** a of calcium, um^2/s. */
  readonly diffusion: number;
}

/** dc/dt = .. - k+ c (B - b) + k- b,  db/dt = div(D grad b) + k+ c (B - b) - k- b;  in the ER with e for c. */
export interface ModelBuffer {
  readonly name: string;
  readonly compartment: Compartment;
  /** B, uM. */
  readonly total: number;
  /** k+, 1/(uM s). */
  readonly bindingRate: number;
  /** k-, 1/s. */
  readonly unbindingRate: number;
  /** D, um^2/s; 0 for a buffer that does not move. Its tensor is D x factor, but see `result`. */
  readonly diffusion: number;
  readonly result?: OwnResult;
}

/** Results of the cell problem with another coefficient than calcium's: a~ is their `homogenized` x `toUm2PerS`. */
export interface OwnResult {
  /** By homogenized region; for those that are not named the tensor is D x factor. */
  readonly files: Readonly<Record<string, string>>;
  readonly toUm2PerS: number;
}

/** IP3: given, uM, or a field p of the cytosol, dp/dt = div(D grad p) + production - decayRate p. */
export type Ip3Model =
  | { readonly kind: "given"; readonly concentration: ModelValue }
  | {
      readonly kind: "field";
      /** D, um^2/s. Its tensor is D x factor, but see `result`. */
      readonly diffusion: number;
      readonly result?: OwnResult;
      /** uM/s, in c, e (where there is ER), p, x, y, z, t. */
      readonly production: ModelValue;
      /** 1/s. */
      readonly decayRate: number;
    };

/** A process in the ER membrane; positive into the cytosol. */
export type MembraneFlux = BuiltInFlux | FormulaFlux;

interface FluxPlacement {
  readonly name: string;
  readonly per: FluxBasis;
  /**
   * In x, y, z, t; 1 where none is given. By its unit
   *
   *   1:       a factor of the flux;
   *   1/um^2:  sigma, pumps per area of membrane: the flux is molecules/s of one pump;
   *   1/um^3:  rho_V, pumps per volume of the cell: sigma = rho_V eps^3 / (shape eps^2), lambda = rho_V / shape.
   *
   * @see the paper's appendix
   */
  readonly density: ModelValue;
  readonly densityUnit: "1" | "1/um^2" | "1/um^3";
  /** Membrane area of a unit cell / period^2, with a density per volume; absent where it is that of the result file. */
  readonly shape?: number;
  /** Names of homogenized regions. */
  readonly regions: readonly string[];
}

/** A membrane model that is known by name. */
export interface BuiltInFlux extends FluxPlacement {
  readonly kind: "built-in";
  readonly model: string;
  /** Those given, in um, s, uM, and molecules where the basis or density has them. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Of its states; `equilibrium` where none is given. */
  readonly initial: Readonly<Record<string, number | "equilibrium">>;
}

/** (5.6) with formulas in c, e, p (where there is IP3), dcdt, dedt, the states, x, y, z, t: um, s, uM. */
export interface FormulaFlux extends FluxPlacement {
  readonly kind: "formula";
  /** f1, into the cytosol. */
  readonly flux: string;
  /** f2, out of the ER; absent where it is f1. */
  readonly fluxFromEr?: string;
  readonly states: readonly FluxState[];
}

/** dX/dt = rate. */
export interface FluxState {
  readonly name: string;
  /** 1/s, of the flux's variables without dcdt and dedt. */
  readonly rate: string;
  readonly initial: number | "equilibrium";
  /** n, calcium that the membrane holds where X = 1, in the unit of the flux times s; 0 where none is given. */
  readonly calcium: number;
}

/** What is given on a physical surface for one field. */
export interface SurfaceCondition {
  readonly surface: string;
  readonly field: string;
  /**
   * `flux`: into the region, uM um/s, in the fields that are no buffers (c, e, p) and x, y, z, t. `concentration`: uM, in
   * x, y, z, t.
   */
  readonly kind: "flux" | "concentration";
  readonly value: ModelValue;
  /** Field of the model file, for messages. */
  readonly path: string;
}

/** Time from 0. */
export interface TimeSpec {
  /** s. */
  readonly end: number;
  /** s. */
  readonly initialStep?: number;
  /** s. */
  readonly maxStep?: number;
  /** By field, buffer or `flux.state`, where given: absolute in its unit (uM, or 1), relative. */
  readonly tolerances: Readonly<Record<string, { readonly absolute?: number; readonly relative?: number }>>;
}

/** A point whose values are written at every step. */
export interface Probe {
  readonly name: string;
  /** um. */
  readonly point: Vector3;
}

/** What is written, and when. */
export interface OutputSpec {
  /** s, ascending, in [0, end]; every multiple of an interval is listed, and the end. */
  readonly times: readonly number[];
  /** Fields, buffers, and states as `flux.state`. */
  readonly fields: readonly string[];
}
