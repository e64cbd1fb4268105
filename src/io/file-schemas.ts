import { homogenizationSchema } from "./homogenization-schema.js";
import { imageCellSchema } from "./image-cell-schema.js";
import { modelSchema } from "./model-schema.js";
import { problemSchema } from "./problem-schema.js";
import { simulationSchema } from "./simulation-schema.js";
import { adaptationSchema, convergenceSchema, resolvedSchema, sweepSchema } from "./study-schemas.js";
import { manifestSchema } from "./sweep-files.js";

/** The schemas of the files that erfem reads and writes, by the names of their JSON Schemas. */
export const fileSchemas = {
  problem: problemSchema,
  model: modelSchema,
  "image-cell": imageCellSchema,
  homogenization: homogenizationSchema,
  convergence: convergenceSchema,
  adaptation: adaptationSchema,
  "sweep-manifest": manifestSchema,
  sweep: sweepSchema,
  resolved: resolvedSchema,
  simulation: simulationSchema,
};
