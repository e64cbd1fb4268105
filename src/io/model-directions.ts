import { suggestName } from "../core/suggest-name.js";
import { norm3, type Vector3 } from "../core/tensor.js";
import { loadFormulaCompiler } from "../formula/formula.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { FieldFault } from "./field-faults.js";
import { createModelError } from "./model-error.js";
import { findGroups } from "./model-groups.js";
import { placeVariables, type HomogenizedRegion, type Model, type ModelRegion } from "./model.js";

type DirectionMesh = Pick<
  TetMesh,
  "numCells" | "coordinates" | "cells" | "cellRegion" | "cellRegions" | "volumes" | "cellData"
>;

/** The fault of a region whose direction is data that the mesh does not have as vectors; undefined where there is none. */
export function findDirectionFault(
  region: ModelRegion,
  cellData: DirectionMesh["cellData"],
): FieldFault | undefined {
  if (region.kind !== "homogenized" || region.direction?.kind !== "data") return undefined;
  const { data } = region.direction;
  const fault = { path: ["regions", region.name, "direction", "data"], code: "model-direction" };
  const view = cellData.find(({ name }) => name === data);
  if (view === undefined) {
    const known = cellData.map(({ name }) => name);
    const nearest = suggestName(data, known);
    const meant = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
    const list = known.length === 0 ? "there is none" : `there are ${known.join(", ")}`;
    return { ...fault, message: `the mesh has no $ElementData view "${data}"${meant}; ${list}` };
  }
  if (view.numComponents === 3) return undefined;
  const message = `expected a view of 3 components, "${data}" has ${view.numComponents}`;
  return { ...fault, message };
}

/**
 * d on the cells of a region with a direction: formulas at the cells' centres, or the mesh's data; of any length above 0.
 *
 * @param mesh in um
 * @returns numCells x 3; zero outside the region
 * @throws ParseError `model-direction`, with the place in the model file: a cell where the direction is zero or not finite,
 *   with its centre in um in the message; a view that `findDirectionFault` refuses
 */
export async function evaluateDirections(
  { source }: Pick<Model, "source">,
  region: HomogenizedRegion,
  mesh: DirectionMesh,
): Promise<Float64Array> {
  const { direction } = region;
  const directions = new Float64Array(3 * mesh.numCells);
  if (direction === undefined) return directions;
  const fault = findDirectionFault(region, mesh.cellData);
  if (fault !== undefined) throw createModelError(source, [fault]);
  const evaluate =
    direction.kind === "data" ? readData(mesh, direction.data) : await compileDirection(direction.along);
  const isInside = findCellRegions(region, mesh);
  for (let cell = 0; cell < mesh.numCells; cell++) {
    if (!isInside[mesh.cellRegion[cell]]) continue;
    const center = centerOf(mesh, cell);
    const found = evaluate(cell, center);
    const length = norm3(found);
    if (!(length > 0) || !Number.isFinite(length)) {
      const path = ["regions", region.name, "direction"];
      const message =
        `the direction of the cell with centre (${center.join(", ")}) um is (${found.join(", ")}); expected three finite ` +
        "numbers that are not all 0";
      throw createModelError(source, [{ path, message, code: "model-direction" }]);
    }
    directions.set(found, 3 * cell);
  }
  return directions;
}

type DirectionFunction = (cell: number, center: Vector3) => Vector3;

function readData({ cellData }: DirectionMesh, data: string): DirectionFunction {
  const values = cellData.find(({ name }) => name === data)?.values ?? new Float64Array(0);
  return (cell) => [values[3 * cell], values[3 * cell + 1], values[3 * cell + 2]];
}

async function compileDirection(along: readonly [string, string, string]): Promise<DirectionFunction> {
  const compile = await loadFormulaCompiler();
  const [x, y, z] = along.map((text) => compile(text, placeVariables.slice(0, 3)).evaluate);
  return (_, center) => [x(center), y(center), z(center)];
}

/** Of every cell region, whether it is in one of the region's volumes. */
function findCellRegions(region: HomogenizedRegion, { volumes, cellRegions }: DirectionMesh): boolean[] {
  const tags = new Set(region.volumes.flatMap((volume) => findGroups(volumes, volume)).map(({ tag }) => tag));
  return cellRegions.map(({ groups }) => groups.some((group) => tags.has(volumes[group].tag)));
}

/** Mean of the four nodes. */
function centerOf({ coordinates, cells }: DirectionMesh, cell: number): Vector3 {
  const mean = (axis: number): number => {
    let sum = 0;
    for (let i = 0; i < 4; i++) sum += coordinates[3 * cells[4 * cell + i] + axis];
    return sum / 4;
  };
  return [mean(0), mean(1), mean(2)];
}
