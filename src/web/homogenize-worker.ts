import type { HomogenizeRequest } from "./homogenize-in-worker.js";
import { serveCalls, type WorkerScope } from "./serve-calls.js";
import { solveFile } from "./solve-file.js";

// The module of homogenizeInWorker's worker.
serveCalls(globalThis as unknown as WorkerScope<HomogenizeRequest>, async (request, progress) => ({
  value: (await solveFile(request, progress)).result,
  transfer: [],
}));
