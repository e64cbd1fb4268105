/**
 * Files, Gmsh, worker threads and the processes of a parameter study, in Node.
 *
 * @module erfem/node
 */
export { createAdaptiveMesher } from "./adaptive-mesher.js";
export type { AdaptiveMesherOptions } from "./adaptive-mesher.js";
export { drawStudy, type DrawStudyOptions, type StudyFigure, type StudyKind } from "./draw-study.js";
export type { DrawSimulationOptions } from "./draw-simulation.js";
export { svgToPng, type SvgToPngOptions } from "./svg-to-png.js";
export { readFileBytes, readMeshFile, writeFileAtomically } from "./files.js";
export { readMesh } from "./read-mesh.js";
export type { ReadMesh, ReadMeshOptions } from "./read-mesh.js";
export type { MeshFile, ReadMeshFileOptions } from "./files.js";
export type { GeoParameter } from "./geo-parameters.js";
export { builtInGeometries, openGeometry } from "./geometries.js";
export type { Geometry } from "./geometries.js";
export { createSolverPool } from "./solver-pool.js";
export type { SolverPoolOptions } from "./solver-pool.js";
export type { SolverPool } from "../solver/solver-pool.js";
export { meshGeometry } from "./gmsh.js";
export { meshSurface, type MeshedSurface, type MeshSurfaceOptions } from "./mesh-surface.js";
export { meshUnitCell } from "./mesh-unit-cell.js";
export type { MeshedGeometry, MeshGeometryOptions } from "./gmsh.js";
export { mergeSweeps } from "./merge-sweeps.js";
export type { MergeSweepsOptions } from "./merge-sweeps.js";
export { openModel, type OpenedModel } from "./model-inputs.js";
export { simulateModel } from "./simulate.js";
export type { SimulateOptions } from "./simulate.js";
export { runSweep } from "./sweep.js";
export type { SweepOptions, SweepProgress, SweepRun } from "./sweep.js";
export type { SweepHomogenizeOptions } from "./sweep-worker.js";
export { listViewFiles, type ViewFile } from "./view-files.js";
export { startViewServer, type ViewServer, type ViewServerOptions } from "./view-server.js";
