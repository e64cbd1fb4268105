import type { VtuArray, VtuGrid } from "../io/vtu-writer.js";
import type { HomogenizedSample } from "./homogenized-sample.js";
import { NodeField } from "./macroscopic-problem.js";
import { reconstructField, selectField, type ComparisonSetting } from "./resolved-comparison.js";

/**
 * The fields of a resolved problem on its mesh, for ParaView: u_eps as `c`, u0 as `c homogenized` and
 * u0 + epsilon chi_k du0/dx_k as `c reconstructed`; NaN where a field does not exist.
 *
 * @param fields u_eps
 */
export function createResolvedGrid(
  setting: ComparisonSetting,
  fields: Float64Array,
  sample: HomogenizedSample,
): VtuGrid {
  const { block, problem } = setting;
  const { mesh, nodeOf } = block;
  const { numFields, nodeFields } = problem;
  const spread = (name: string, field: number, values: Float64Array): VtuArray => ({
    name,
    numComponents: 1,
    values: Float64Array.from(nodeOf, (node) =>
      nodeFields[node * numFields + field] === NodeField.absent ? NaN : values[node],
    ),
  });
  const pointData = problem.fieldNames.flatMap((name, field) => [
    spread(name, field, selectField(setting, fields, field)),
    spread(`${name} homogenized`, field, selectField(setting, sample.values, field)),
    spread(`${name} reconstructed`, field, reconstructField(setting, sample, field)),
  ]);
  const tags = mesh.cellRegions.map(({ groups }) => mesh.volumes[groups[0]].tag);
  const volume = Int32Array.from(mesh.cellRegion, (region) => tags[region]);
  return {
    points: mesh.coordinates,
    cells: mesh.cells,
    pointData,
    cellData: [{ name: "volume", numComponents: 1, values: volume }],
    fieldData: [],
  };
}
