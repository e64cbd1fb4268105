import type { ProgressReporter } from "../core/progress.js";
import type { CalciumBuffer } from "./calcium-buffer.js";
import type { MembraneModel } from "./membrane-model.js";
import type { PlaceInput } from "./place-function.js";

/** A process in the membrane: epsilon lambda f per area, lambda f in uM/s. */
export interface ResolvedMembrane {
  /** f; its fluxes are taken as uM/s. */
  readonly model: MembraneModel;
  /** lambda; 1 where absent. */
  readonly factor?: PlaceInput | undefined;
  /** Name in messages and before its states' names; the model's where absent. */
  readonly label?: string | undefined;
}

/** A buffer that moves in its own compartment. */
export interface ResolvedBuffer extends CalciumBuffer {
  /** D of bound and free sites, um^2/s; needed where it moves. */
  readonly diffusion?: number | undefined;
}

/** What happens in the cell, resolved and homogenized alike. */
export interface ResolvedModel {
  readonly membranes: readonly ResolvedMembrane[];
  /** In equilibrium with calcium at the beginning. None by default. */
  readonly buffers?: readonly ResolvedBuffer[] | undefined;
  /** Concentration of IP3, uM; needed where a membrane model uses it. */
  readonly ip3?: PlaceInput | undefined;
  /** c and e at the beginning, uM, in x, y, z (um). Slopes other than zero at the ends make boundary layers. */
  readonly initial: { readonly c: PlaceInput; readonly e: PlaceInput };
  /** Of the slab's cytosol, um^2/s; by default that of the unit cell's cytosol, where it is constant. */
  readonly slabDiffusion?: number | undefined;
}

/** A comparison of the resolved and the homogenized model. */
export interface ResolveOptions extends ResolvedModel {
  /** Names of the phases; default `cytosol` and `ER`. */
  readonly cytosol?: string | undefined;
  readonly er?: string | undefined;
  /** n of each level, ascending: copies along x. */
  readonly copies: readonly number[];
  /** n x n x n copies, closed on all sides; by default n x 1 x 1, periodic in y and z. */
  readonly isCube?: boolean | undefined;
  /** Of the block along x, um: epsilon = length / n. */
  readonly length: number;
  /** Of the plain cytosol at x < 0, um; default 0, none. */
  readonly slabLength?: number | undefined;
  /** s. */
  readonly end: number;
  /** Steps of equal length to `end`, of both models. */
  readonly steps: number;
  /** Cells of the macroscopic mesh along the block, even; default 1024, in a cube 48. */
  readonly macroscopicCells?: number | undefined;
  readonly progress?: ProgressReporter | undefined;
}
