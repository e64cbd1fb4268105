import { UsageError } from "../core/errors.js";
import { cross, norm3, type Vector3 } from "../core/tensor.js";
import { indexNames } from "./index-names.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import type { BoundaryCondition, ConcentrationCondition, FluxCondition } from "./problem-options.js";

/** A prescribed flux with the lumped areas of its nodes. */
export interface BoundaryFlux {
  readonly condition: FluxCondition;
  readonly field: number;
  /** Nodes of the surface that carry the field. */
  readonly nodes: Int32Array;
  /** int phi_i dG of each of them, um^2. */
  readonly areas: Float64Array;
}

/** A prescribed concentration. */
export interface FixedField {
  readonly surface: string;
  readonly value: ConcentrationCondition["value"];
  readonly field: number;
  readonly nodes: Int32Array;
}

/** Boundary conditions on the nodes of a mesh. */
export interface Boundary {
  readonly fluxes: readonly BoundaryFlux[];
  readonly fixed: readonly FixedField[];
}

/**
 * Finds the nodes and lumped areas of boundary conditions.
 *
 * @param exists whether field k exists at node i
 * @throws UsageError `unknown-surface`, `unknown-field`; `field-not-on-surface` where no node of the surface carries it
 */
export function resolveBoundary(
  mesh: TetMesh,
  fieldNames: readonly string[],
  conditions: readonly BoundaryCondition[],
  exists: (node: number, field: number) => boolean,
): Boundary {
  const surfaces = mesh.surfaces.map(({ name }) => name);
  const fluxes: BoundaryFlux[] = [];
  const fixed: FixedField[] = [];
  for (const condition of conditions) {
    const surface = indexNames(surfaces, condition.surface, "surface");
    const field = indexNames(fieldNames, condition.field, "field");
    const areaOfNode = lumpAreas(mesh, surface);
    const nodes = Int32Array.from([...areaOfNode.keys()].filter((node) => exists(node, field))).sort();
    if (nodes.length === 0) {
      throw new UsageError(
        "field-not-on-surface",
        `no node of the surface "${condition.surface}" carries the field "${condition.field}"; name a surface of a ` +
          "region where it exists",
        { details: { surface: condition.surface, field: condition.field } },
      );
    }
    if (condition.kind === "concentration")
      fixed.push({ surface: condition.surface, value: condition.value, field, nodes });
    else {
      const areas = Float64Array.from(nodes, (node) => areaOfNode.get(node) ?? 0);
      fluxes.push({ condition, field, nodes, areas });
    }
  }
  return { fluxes, fixed };
}

/** A third of the area of the facets of a surface around each of its nodes. */
function lumpAreas(mesh: TetMesh, surface: number): Map<number, number> {
  const areas = new Map<number, number>();
  const point = (node: number): Vector3 => [
    mesh.coordinates[3 * node],
    mesh.coordinates[3 * node + 1],
    mesh.coordinates[3 * node + 2],
  ];
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (!mesh.facetRegions[mesh.facetRegion[facet]].groups.includes(surface)) continue;
    const nodes = [0, 1, 2].map((i) => mesh.facets[3 * facet + i]);
    const [a, b, c] = nodes.map(point);
    const area = norm3(cross(subtract(b, a), subtract(c, a))) / 2;
    for (const node of nodes) areas.set(node, (areas.get(node) ?? 0) + area / 3);
  }
  return areas;
}

function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}
