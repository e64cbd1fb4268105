import type { CalciumBuffer } from "./calcium-buffer.js";
import type { CellGeometry, FluxBasis } from "./flux-basis.js";
import type { MembraneModel } from "./membrane-model.js";
import type { PlaceInput } from "./place-function.js";

/** What happens in a region: a homogenized one, or a plain one, which has no ER (section 4). */
export interface CellReactionOptions extends CellGeometry {
  /** Processes in the ER membrane: their fluxes add up. */
  readonly membranes?: readonly CellMembrane[] | undefined;
  readonly buffers?: readonly CalciumBuffer[] | undefined;
  /** Needed where a membrane model uses IP3. */
  readonly ip3?: Ip3Options | undefined;
}

/** A membrane model of a region. */
export interface CellMembrane {
  readonly model: MembraneModel;
  readonly basis: FluxBasis;
  /** lambda, a multiple or, of a model of one pump per area, the pumps per area; 1 where absent. */
  readonly factor?: PlaceInput | undefined;
  /** Name in messages and before its states' names; the model's where absent. */
  readonly label?: string | undefined;
}

/** IP3: given, uM, or a field `p` of the cytosol, dp/dt = div(D grad p) + production - decayRate p. */
export type Ip3Options =
  | { readonly concentration: PlaceInput }
  | {
      /** uM/s, in c, e, p, x, y, z, t. */
      readonly production: PlaceInput;
      /** 1/s. */
      readonly decayRate: number;
    };
