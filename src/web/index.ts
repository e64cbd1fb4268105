/**
 * Web workers that read, solve and homogenize while the page stays responsive.
 *
 * @module erfem/web
 */
export { homogenizeInWorker } from "./homogenize-in-worker.js";
export type { WorkerHomogenizeControl, WorkerHomogenizeOptions } from "./homogenize-in-worker.js";
export { createWebSolverPool } from "./solver-pool.js";
export type { WebSolverPoolOptions } from "./solver-pool.js";
export type { WebWorker } from "./worker-call.js";
export type { SolverPool } from "../solver/solver-pool.js";
