import type { SymmetricTensor } from "../core/tensor.js";
import type { PhaseSpec } from "../mesh/phases.js";
import type { GivenUnitCell } from "../mesh/unit-cell.js";
import type { LengthUnit } from "./homogenization-result.js";

/**
 * Variables of the formulas of a coefficient, in this order: mesh coordinates x, y, z, and fractional coordinates of the
 * unit cell y1, y2, y3 in [0, 1].
 */
export const coefficientVariables: readonly string[] = ["x", "y", "z", "y1", "y2", "y3"];

/**
 * The microscopic diffusion a_ij(y) of a volume or a phase, um^2/ms: a number, a constant tensor, formulas of
 * {@link coefficientVariables}, or values that stand in the mesh file.
 */
export type CoefficientSpec =
  number | SymmetricTensor | ScalarFormula | TensorFormulas | ElementDataCoefficient;

/** a(y) I by a formula. */
export interface ScalarFormula {
  readonly formula: string;
}

/** a_ij(y) by six formulas, in the order xx, yy, zz, yz, xz, xy. */
export interface TensorFormulas {
  readonly formulas: readonly [string, string, string, string, string, string];
}

/** The values of a view of the mesh file, see {@link CellData}: 1, 6 or 9 components. */
export interface ElementDataCoefficient {
  readonly elementData: string;
}

/** Where the mesh comes from; paths as they stand in the problem file, relative to it. */
export type MeshSpec =
  | { readonly file: string }
  | {
      /** A built-in geometry by name, or the path of a .geo file. */
      readonly geometry: string;
      readonly set: Readonly<Record<string, number>>;
      /** Mesh size on the membrane, in the geometry's unit; by default the geometry decides. */
      readonly size?: number;
    };

/** What a problem file says: a unit cell, its phases and coefficients, and how to solve. */
export interface Problem {
  readonly mesh: MeshSpec;
  readonly unitCell?: GivenUnitCell;
  readonly homogeneous?: boolean;
  readonly periodicTolerance?: number;
  readonly periodic?: "match" | "tie";
  readonly boundary?: "periodic" | "dirichlet" | "flux" | "mixed" | "mirror";
  /** Absent where the file does not say. */
  readonly lengthUnit?: LengthUnit;
  /** In the order of the file; absent where every physical volume is a phase. */
  readonly phases?: readonly PhaseSpec[];
  /** By the name of a volume or phase, or by physical tag; a volume's own value goes before its phase's. */
  readonly diffusion: Readonly<Record<string, CoefficientSpec>>;
  /** Whether to compute lower bounds, too. */
  readonly bounds: boolean;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly solver?: string;
  readonly jobs?: number;
}
