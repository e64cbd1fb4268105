/**
 * The library: meshes, homogenization, studies, simulations, meshing, charts. It runs in Node, in workers and in browsers.
 *
 * @module erfem
 */
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

export type {
  CellData,
  MeshReadReport,
  MeshRegion,
  PeriodicLink,
  PhysicalGroup,
  TetMesh,
} from "./mesh/tet-mesh.js";
export { findComponents, type Component, type PhaseComponents } from "./mesh/components.js";
export { KernelMesh, withKernelMesh } from "./mesh/kernel-mesh.js";
export { boundingBox, meshVolume, type BoundingBox } from "./mesh/geometry.js";
export { unitCellVolume, type UnitCell, type UnitCellSource } from "./mesh/lattice.js";
export { orderMesh } from "./mesh/order-mesh.js";
export { releaseMesh } from "./mesh/resident-cells.js";
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
export { alignDiagonals, refineMesh } from "./mesh/refinement.js";
export { tileMesh } from "./mesh/tile-mesh.js";
export type { GivenUnitCell, UnitCellOptions } from "./mesh/unit-cell.js";

export { formatAdaptationCsv } from "./io/adaptation-csv.js";
export type { Adaptation, AdaptationPhase, AdaptationRound } from "./io/adaptation.js";
export { formatResolvedCsv } from "./io/resolved-csv.js";
export type {
  ResolvedErrors,
  ResolvedLevel,
  ResolvedQuantity,
  ResolvedStudy,
  ResolvedTarget,
} from "./io/resolved-study.js";
export { formatConvergenceCsv } from "./io/convergence-csv.js";
export type {
  ConvergenceLevel,
  ConvergencePhaseLevel,
  ConvergenceQuantity,
  ConvergenceSequence,
  ConvergenceStudy,
  PhaseConvergence,
} from "./io/convergence-study.js";
export { decompress, type DecompressOptions } from "./io/decompress.js";
export type { ByteInput } from "./io/byte-input.js";
export { parseMesh, type ParseMeshOptions } from "./io/parse-mesh.js";
export { parseMsh, type ParseMshOptions } from "./io/parse-msh.js";
export { parseProblem } from "./io/problem-file.js";
export {
  coefficientVariables,
  type CoefficientSpec,
  type ElementDataCoefficient,
  type MeshSpec,
  type Problem,
  type ScalarFormula,
  type TensorFormulas,
} from "./io/problem.js";
export {
  checkModelMesh,
  checkResult,
  type CompartmentCoefficients,
  type RegionCoefficients,
} from "./io/model-checks.js";
export { evaluateDirections } from "./io/model-directions.js";
export { parseModel } from "./io/model-file.js";
export { checkOwnResult } from "./io/model-own-results.js";
export { listResultFiles, type ResultFile } from "./io/model-result-files.js";
export type {
  BuiltInFlux,
  CellDirection,
  Compartment,
  CytosolRegion,
  FluxBasis as ModelFluxBasis,
  FluxState,
  FormulaFlux,
  HomogenizedRegion,
  InitialValue as ModelInitialValue,
  Ip3Model,
  MembraneFlux,
  Model,
  ModelBuffer,
  ModelRegion,
  ModelSource,
  ModelValue,
  OutputSpec,
  OwnResult,
  Probe,
  SurfaceCondition,
  TimeSpec,
} from "./io/model.js";
export { writeMsh, type WriteMshOptions } from "./io/msh-writer.js";
export { writePosView } from "./io/pos-writer.js";
export { parseVolumeImage } from "./io/parse-image.js";
export { parseRawImage, type RawImageOptions } from "./io/raw-image.js";
export { parseSurface } from "./io/parse-surface.js";
export type { SurfaceFile } from "./io/surface-file.js";
export type { ReadImageOptions, VolumeImage, VoxelArray } from "./io/volume-image.js";
export type { VoxelType } from "./io/voxel-values.js";
export {
  writeVtu,
  type VtuArray,
  type VtuGrid,
  type VtuTexts,
  type WriteVtuOptions,
} from "./io/vtu-writer.js";
export type {
  BoundsRecord,
  ComponentRecord,
  DiffusionValue,
  HomogenizationResult,
  Interval,
  IntervalRow,
  LengthUnit,
  MeshRecord,
  PhaseRecord,
  SolverRecord,
} from "./io/homogenization-result.js";

export { compileFormula, type Formula } from "./formula/formula.js";
export { differentiate } from "./formula/differentiate.js";

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

export {
  homogenize,
  type BoundaryKind,
  type PeriodicKind,
  type Homogenization,
  type HomogenizeOptions,
} from "./homogenization/homogenize.js";
export type { MeshSizes } from "./homogenization/adaptation-plan.js";
export {
  adaptMesh,
  uniformMesher,
  type AdaptedMesh,
  type AdaptOptions,
  type MadeMesh,
  type Mesher,
} from "./homogenization/adaptivity.js";
export type { Correctors } from "./homogenization/cell-problem.js";
export {
  refiningMesher,
  studyConvergence,
  type ConvergenceOptions,
  type LevelMesh,
  type LevelMesher,
} from "./homogenization/convergence.js";
export { boundsCellData } from "./homogenization/bounds-cell-data.js";
export {
  planSizes,
  type PhaseGap,
  type SizeField,
  type SizeFieldOptions,
} from "./homogenization/size-field.js";
export { createCorrectorGrid, type PhaseCellData } from "./homogenization/corrector-grid.js";
export type { PhaseBounds } from "./homogenization/bounds.js";
export type { FacetFluxes } from "./homogenization/flux.js";
export type { DiffusionInput, DiffusionSpec } from "./homogenization/diffusion.js";
export type { CoefficientField } from "./fem/coefficient-average.js";
export {
  linearValues,
  logarithmicValues,
  planSweep,
  selectShard,
  type SweepShard,
} from "./homogenization/sweep-plan.js";
export {
  chartStatistics,
  chartSweep,
  type SweepChart,
  type SweepPlot,
  type SweepSeries,
} from "./homogenization/sweep-series.js";
export {
  averageSweep,
  formatStatisticsCsv,
  type AveragedColumn,
  type SweepStatistics,
} from "./homogenization/sweep-statistics.js";
export {
  formatSweepCsv,
  tabulateSweep,
  type SweepColumn,
  type SweepRecords,
  type SweepSummary,
  type SweepTable,
} from "./homogenization/sweep-table.js";
export type {
  SweepAxis,
  SweepFailure,
  SweepInputs,
  SweepManifest,
  SweepPoint,
  SweepResult,
} from "./io/sweep-files.js";

export {
  levelSetOfImage,
  type ImageLevelSet,
  type ImageLevelSetOptions,
  type ImagePeriodicity,
} from "./meshing/image-level-set.js";
export type { VoxelCrop, VoxelSelection } from "./meshing/select-voxels.js";
export { findFamily, unitCellFamilies } from "./meshing/families/catalog.js";
export {
  createFamilyLevelSet,
  type FamilyParameter,
  type FamilyValues,
  type UnitCellFamily,
} from "./meshing/families/family.js";
export { GUARANTEED_DIHEDRAL_ANGLES } from "./meshing/guarantee/guaranteed-angles.js";
export type { LevelSet, LevelSetMesh, LevelSetMeshOptions } from "./meshing/level-set.js";
export { meshLevelSet } from "./meshing/mesh-level-set.js";
export {
  prepareSurface,
  type PreparedSurface,
  type PrepareSurfaceOptions,
  type SurfaceReport,
} from "./meshing/surface/prepare-surface.js";
export { enclosedVolume } from "./meshing/surface/enclosed-volume.js";
export { levelSetOfSurface } from "./meshing/surface/surface-level-set.js";
export type { Box, TriangleSurface } from "./meshing/surface/triangle-surface.js";
export { createTpms, tpmsNames, type TpmsName } from "./meshing/tpms.js";

export { createReactionPoint, type Reaction, type ReactionPoint } from "./bidomain/reaction.js";
export { createCellReaction, type CellReaction } from "./bidomain/cell-reaction.js";
export type { CellMembrane, CellReactionOptions, Ip3Options } from "./bidomain/cell-reaction-options.js";
export { createMembraneModel, membraneKinds } from "./bidomain/membrane-catalog.js";
export type { MembraneKind, MembraneParameter, MembraneParameters } from "./bidomain/membrane-kind.js";
export type { MembraneModel, MembranePoint, MembraneState } from "./bidomain/membrane-model.js";
export { createFormulaModel, type FormulaModelOptions, type FormulaState } from "./bidomain/formula-model.js";
export { equilibriumBound, type CalciumBuffer } from "./bidomain/calcium-buffer.js";
export type { CellGeometry, FluxBasis } from "./bidomain/flux-basis.js";
export type { PlaceInput } from "./bidomain/place-function.js";
export { findSteadyPoint, findSteadyStates } from "./bidomain/steady-states.js";
export type { SteadyUnknowns } from "./bidomain/steady-system.js";
export {
  createMacroscopicProblem,
  integrateAmounts,
  interpolateFields,
  interpolateStates,
  type InitialValue,
  type MacroscopicProblem,
} from "./bidomain/macroscopic-problem.js";
export type {
  BoundaryCondition,
  ConcentrationCondition,
  FluxCondition,
  FluxPoint,
  MacroscopicProblemOptions,
  MembraneOptions,
  RegionField,
  RegionOptions,
} from "./bidomain/problem-options.js";
export type { NewtonOptions, NewtonStatistics } from "./bidomain/newton.js";
export type { Tolerance, ToleranceOptions } from "./bidomain/step-control.js";
export type {
  InitialConditions,
  StepperState,
  StepStatistics,
  TimeStepperOptions,
} from "./bidomain/stepper-options.js";
export { resolveUnitCell, type ResolvedComparison } from "./bidomain/resolve.js";
export type {
  ResolvedBuffer,
  ResolvedMembrane,
  ResolvedModel,
  ResolveOptions,
} from "./bidomain/resolve-options.js";
export type { HomogenizedCell } from "./bidomain/resolved-unit-cell.js";
export { TimeStepper } from "./bidomain/time-stepper.js";
export {
  createModelProblem,
  type ModelInputs,
  type ModelPart,
  type ModelProblem,
} from "./bidomain/model-problem.js";
export { findInitialConditions } from "./bidomain/model-initial.js";
export { Simulation, type SimulationOptions, type SimulationState } from "./bidomain/simulation.js";
export {
  runSimulation,
  type RunOptions,
  type RunState,
  type SimulationSink,
} from "./bidomain/run-simulation.js";
export { reportSimulation, type SimulationReport } from "./bidomain/simulation-report.js";
export type { ObservableColumn } from "./bidomain/observables.js";
export { parseResult } from "./io/result-file.js";
export { formatSimulationPage } from "./io/simulation-page.js";
export type { SimulationResult } from "./io/simulation-result.js";

export type { TimeTable } from "./io/time-table.js";
export { chartSimulation, type NamedChart } from "./plots/simulation-charts.js";
export { resolvedChart } from "./plots/resolved-chart.js";
export { convergenceChart } from "./plots/convergence-chart.js";
export {
  lineChart,
  type ChartAxis,
  type ChartSeries,
  type ChartSlope,
  type LineChart,
} from "./plots/line-chart.js";
export { sequentialColor, shadeColor } from "./plots/color-map.js";
export { drawCellPicture, type CellPictureOptions } from "./plots/cell-picture.js";
export { readSnapshot, type Snapshot } from "./io/snapshot-reader.js";
export { heatMap, type HeatMap } from "./plots/heat-map.js";
export { drawScene, type Scene, type SceneArrows, type SceneTriangles } from "./plots/scene.js";
export type { SceneBox } from "./plots/scene-box.js";
export { cutCells, extractSurface, type ValuedTriangles } from "./plots/tet-surface.js";
