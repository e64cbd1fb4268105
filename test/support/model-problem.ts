import { createModelProblem, type ModelProblem } from "../../src/bidomain/model-problem.js";
import { parseModel } from "../../src/io/model-file.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "./box-mesh.js";
import { makeResult } from "./model-result.js";

/** A model of one homogenized region, the box, to which tests add what they need. */
export const boxModel = `mesh: cell.msh
lengthUnit: um
units: { length: um, time: s, concentration: uM }
regions:
  box: { kind: homogenized, result: r.json, cytosol: cytosol, er: ER, tensors: factor x D }
diffusion: { c: 200, e: 100 }
time: { end: 1 }
`;

/** The model on a box of 2 x 2 x 2 cubes, [0, 1]^3 um. */
export async function openModel(
  text: string,
  {
    mesh = boxMesh({ counts: [2, 2, 2] }),
    results = {},
  }: {
    readonly mesh?: TetMesh;
    readonly results?: Readonly<Record<string, HomogenizationResult>>;
  } = {},
): Promise<ModelProblem> {
  const model = await parseModel(text, "cell.yaml");
  const files = new Map(Object.entries({ "r.json": makeResult(), ...results }));
  return createModelProblem(await loadKernel(), model, { mesh, results: files });
}
