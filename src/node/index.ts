export { readFileBytes, readMeshFile, writeFileAtomically } from "./files.js";
export type { MeshFile, ReadMeshFileOptions } from "./files.js";
export type { GeoParameter } from "./geo-parameters.js";
export { builtInGeometries, openGeometry } from "./geometries.js";
export type { Geometry } from "./geometries.js";
export { createSolverPool } from "./solver-pool.js";
export type { SolverPool, SolverPoolOptions } from "./solver-pool.js";
export { meshGeometry } from "./gmsh.js";
export type { MeshedGeometry, MeshGeometryOptions } from "./gmsh.js";
