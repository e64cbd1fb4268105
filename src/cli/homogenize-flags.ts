import type { CoefficientSpec } from "../io/problem.js";
import type { LengthUnit } from "../io/homogenization-result.js";
import type { SolverName } from "../solver/choose-solver.js";
import type { MeshFileFlags } from "./command-options.js";
import type { NamedValue } from "./parse-options.js";

/** Flags of `erfem homogenize`. */
export interface HomogenizeFlags extends MeshFileFlags {
  readonly diffusion?: NamedValue<CoefficientSpec>[];
  readonly bounds?: boolean;
  readonly lengthUnit?: LengthUnit;
  readonly tolerance?: number;
  readonly maxIterations?: number;
  readonly solver?: SolverName;
  readonly jobs?: number;
  readonly output?: string;
  readonly vtu?: string;
}
