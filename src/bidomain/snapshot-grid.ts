import type { VtuArray, VtuGrid } from "../io/vtu-writer.js";
import { NodeField } from "./macroscopic-problem.js";
import type { ModelProblem } from "./model-problem.js";

/** What a snapshot shows. */
export interface SnapshotState {
  /** s. */
  readonly time: number;
  readonly fields: Float64Array;
  readonly states: Float64Array;
}

/**
 * The fields and states that a model writes, at the nodes of the mesh (um); NaN where one does not exist. A state at a node
 * of several regions is the mean by volume. Cells have the number of their region, whose names stand with the grid.
 */
export function createSnapshotGrid(source: ModelProblem, now: SnapshotState): VtuGrid {
  const { model, problem } = source;
  const { mesh, fieldNames } = problem;
  const pointData = model.output.fields.map((name): VtuArray => {
    const field = fieldNames.indexOf(name);
    const values =
      field >= 0 ? gatherField(source, now.fields, field) : gatherState(source, now.states, name);
    return { name, numComponents: 1, values };
  });
  return {
    points: mesh.coordinates,
    cells: mesh.cells,
    pointData,
    cellData: [{ name: "region", numComponents: 1, values: indexRegions(source) }],
    fieldData: [
      { name: "TimeValue", numComponents: 1, values: Float64Array.of(now.time) },
      { name: "regions", texts: model.regions.map(({ name }) => name) },
    ],
  };
}

function gatherField({ problem }: ModelProblem, fields: Float64Array, field: number): Float64Array {
  const { numNodes, numFields, nodeFields } = problem;
  const values = new Float64Array(numNodes);
  for (let node = 0; node < numNodes; node++) {
    const at = node * numFields + field;
    values[node] = nodeFields[at] === NodeField.absent ? NaN : fields[at];
  }
  return values;
}

function gatherState({ problem, parts }: ModelProblem, states: Float64Array, name: string): Float64Array {
  const { numNodes, pairNode, pairVolume } = problem;
  const values = new Float64Array(numNodes);
  const volumes = new Float64Array(numNodes);
  problem.regions.forEach(({ firstPair, numPairs, firstState, numStates }, r) => {
    const own = parts[r].reaction.states.indexOf(name);
    if (own < 0) return;
    for (let p = 0; p < numPairs; p++) {
      const pair = firstPair + p;
      values[pairNode[pair]] += pairVolume[pair] * states[firstState + p * numStates + own];
      volumes[pairNode[pair]] += pairVolume[pair];
    }
  });
  // 0 / 0 is NaN: no such state there.
  return values.map((value, node) => value / volumes[node]);
}

/** Place of each cell's region among those of the model, numCells. */
function indexRegions({ model, problem, parts }: ModelProblem): Int32Array {
  const { mesh, regions } = problem;
  const regionOfGroup = new Map<number, number>();
  regions.forEach(({ volume }, r) => {
    const group = mesh.volumes.findIndex(({ name }) => name === volume);
    regionOfGroup.set(group, model.regions.indexOf(parts[r].region));
  });
  const regionOfEntity = mesh.cellRegions.map(
    ({ groups }) => groups.map((group) => regionOfGroup.get(group) ?? -1).find((region) => region >= 0) ?? -1,
  );
  return mesh.cellRegion.map((entity) => regionOfEntity[entity]);
}
