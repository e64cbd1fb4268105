export {
  ConvergenceError,
  ErfemError,
  KernelError,
  MeshError,
  ParseError,
  PeriodicityError,
  UsageError,
  type ErfemErrorOptions,
  type ErrorDetails,
} from "./core/errors.js";
export type { ProgressEvent, ProgressReporter } from "./core/progress.js";
export {
  principalAxes,
  type Matrix3,
  type PrincipalAxes,
  type SymmetricTensor,
  type Vector3,
} from "./core/tensor.js";

export { loadKernel, type Kernel } from "./kernel/kernel.js";

export type { MeshReadReport, MeshRegion, PeriodicLink, PhysicalGroup, TetMesh } from "./mesh/tet-mesh.js";
export { findComponents, type Component, type PhaseComponents } from "./mesh/components.js";
export { KernelMesh, withKernelMesh } from "./mesh/kernel-mesh.js";
export { boundingBox, meshVolume, type BoundingBox } from "./mesh/geometry.js";
export { unitCellVolume, type UnitCell, type UnitCellSource } from "./mesh/lattice.js";
export { orderMesh } from "./mesh/order-mesh.js";
export { findMembrane, type Membrane } from "./mesh/membrane.js";
export { countClassSizes, identifyPeriodicFaces, type PeriodicMesh } from "./mesh/periodic-mesh.js";
export {
  cellsOfPhase,
  partitionPhases,
  type Phase,
  type PhasePartition,
  type PhaseSpec,
} from "./mesh/phases.js";
export { measureQuality, type MeshQuality } from "./mesh/quality.js";
export type { GivenUnitCell, UnitCellOptions } from "./mesh/unit-cell.js";

export { decompress, type DecompressOptions } from "./io/decompress.js";
export { parseMsh, type ParseMshOptions } from "./io/parse-msh.js";
export { writeMsh, type WriteMshOptions } from "./io/msh-writer.js";
export type {
  ComponentRecord,
  DiffusionValue,
  HomogenizationResult,
  LengthUnit,
  MeshRecord,
  PhaseRecord,
  SolverRecord,
} from "./io/homogenization-result.js";

export type { CsrMatrix } from "./sparse/csr.js";
export { chooseSolver, solverNames, type SolverName } from "./solver/choose-solver.js";
export {
  toCsrSystem,
  type CsrSystem,
  type LinearSolution,
  type LinearSolver,
  type LinearSystem,
  type SolveOptions,
} from "./solver/linear-solver.js";
export type { KernelMatrix } from "./kernel/kernel-matrix.js";
export type { SystemMatrix } from "./solver/system-matrix.js";

export { homogenize, type Homogenization, type HomogenizeOptions } from "./homogenization/homogenize.js";
export type { Correctors } from "./homogenization/cell-problem.js";
export type { DiffusionSpec } from "./homogenization/diffusion.js";
