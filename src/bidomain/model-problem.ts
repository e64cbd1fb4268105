import type { Matrix3 } from "../core/tensor.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import { checkModelMesh, checkResult, type RegionCoefficients } from "../io/model-checks.js";
import { evaluateDirections } from "../io/model-directions.js";
import { checkOwnResult, findOwnResult } from "../io/model-own-results.js";
import type { HomogenizedRegion, Model, ModelRegion } from "../io/model.js";
import type { Kernel } from "../kernel/kernel.js";
import { checkCellMesh } from "../mesh/check-cell-mesh.js";
import { orderMesh } from "../mesh/order-mesh.js";
import { indexVolumes } from "../mesh/phases.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { CellReaction } from "./cell-reaction.js";
import { createMacroscopicProblem, type MacroscopicProblem } from "./macroscopic-problem.js";
import { createBoundary } from "./model-boundary.js";
import { createHomogenizedEquations, createPlainEquations, type RegionEquations } from "./model-regions.js";
import type { RegionOptions } from "./problem-options.js";

/** A model on its mesh, ready to be integrated. */
export interface ModelProblem {
  readonly model: Model;
  readonly problem: MacroscopicProblem;
  /** Of each region of the problem: a volume of a region of the model. */
  readonly parts: readonly ModelPart[];
  /** Of each region of the model that is homogenized, by name. */
  readonly coefficients: ReadonlyMap<string, RegionCoefficients>;
  /** What is legal in the mesh and should be known. */
  readonly warnings: readonly string[];
}

/** A physical volume of a region of a model. */
export interface ModelPart {
  readonly region: ModelRegion;
  readonly reaction: CellReaction;
}

/** What a model refers to. */
export interface ModelInputs {
  /** The cell, in the unit of length of the model. */
  readonly mesh: TetMesh;
  /** By path as the model has it, see `listResultFiles`. */
  readonly results: ReadonlyMap<string, HomogenizationResult>;
}

/**
 * Puts a model on its mesh: coefficients from the result files, reactions, conditions; the mesh in um and in the order that
 * is fastest.
 *
 * @throws MeshError the codes of `checkCellMesh`
 * @throws ParseError the codes of `checkModelMesh`, `checkResult`, `checkOwnResult` and `evaluateDirections`
 * @throws UsageError the codes of `createCellReaction` and of `createMacroscopicProblem`
 * @throws KernelError `kernel-out-of-memory`
 */
export async function createModelProblem(
  kernel: Kernel,
  model: Model,
  { mesh: given, results }: ModelInputs,
): Promise<ModelProblem> {
  checkModelMesh(model, given);
  const mesh = orderMesh(kernel, scaleMesh(given, model.mesh.umPerUnit));
  const numParts = checkCellMesh(kernel, mesh);
  const coefficients = new Map<string, RegionCoefficients>();
  const parts: ModelPart[] = [];
  const regions: RegionOptions[] = [];
  for (const region of model.regions) {
    const { fields, reaction } = await createEquations(model, region, mesh, results, coefficients);
    for (const volume of listVolumes(mesh, region)) {
      parts.push({ region, reaction });
      regions.push({ volume, fields, reaction });
    }
  }
  const fieldNames = [...new Set(regions.flatMap((region) => region.fields.map(({ name }) => name)))];
  const boundary = await createBoundary(model, mesh.surfaces, fieldNames);
  return {
    model,
    problem: createMacroscopicProblem(kernel, { mesh, regions, boundary }),
    parts,
    coefficients,
    warnings:
      numParts === 1
        ? []
        : [`the mesh has ${numParts} parts that share no node: nothing passes from one to another`],
  };
}

/** Records the coefficients of a homogenized region. */
async function createEquations(
  model: Model,
  region: ModelRegion,
  mesh: TetMesh,
  results: ModelInputs["results"],
  coefficients: Map<string, RegionCoefficients>,
): Promise<RegionEquations> {
  if (region.kind === "cytosol") return createPlainEquations(model, region);
  const result = getResult(results, region.result);
  const found = checkResult(model, region, result);
  coefficients.set(region.name, found);
  return createHomogenizedEquations(model, region, {
    coefficients: found,
    ownTensors: findOwnTensors(model, region, result, results),
    directions: await evaluateDirections(model, region, mesh),
  });
}

/** Tensors of the buffers and of IP3 that have a result file of their own for this region. */
function findOwnTensors(
  model: Model,
  region: HomogenizedRegion,
  result: HomogenizationResult,
  results: ModelInputs["results"],
): ReadonlyMap<string, Matrix3> {
  const names = [...model.buffers.map(({ name }) => name), "p"];
  return new Map(
    names.flatMap((name): [string, Matrix3][] => {
      const files = findOwnResult(model, name)?.files ?? {};
      if (!Object.hasOwn(files, region.name)) return [];
      const own = getResult(results, files[region.name]);
      return [[name, checkOwnResult(model, region, name, own, result)]];
    }),
  );
}

function getResult(results: ModelInputs["results"], file: string): HomogenizationResult {
  const result = results.get(file);
  if (result === undefined) throw new TypeError(`there is no result "${file}" among those given`);
  return result;
}

/** The volumes of a region, each once: a name and a tag may be those of the same one. */
function listVolumes(mesh: TetMesh, region: ModelRegion): string[] {
  const index = indexVolumes(mesh);
  const groups = new Set(region.volumes.flatMap((volume) => index.get(volume) ?? []));
  return [...groups].map((group) => mesh.volumes[group].name);
}

/** The same mesh in um. */
function scaleMesh(mesh: TetMesh, umPerUnit: number): TetMesh {
  if (umPerUnit === 1) return mesh;
  return { ...mesh, coordinates: mesh.coordinates.map((x) => x * umPerUnit) };
}
