import { UsageError } from "../core/errors.js";
import { triangleArea } from "../mesh/geometry.js";
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
 * @param nodeOf the node that each node of the mesh is identified with; itself by default
 * @throws UsageError `unknown-surface`, `unknown-field`; `field-not-on-surface` where no node of the surface carries it
 */
export function resolveBoundary(
  mesh: TetMesh,
  fieldNames: readonly string[],
  conditions: readonly BoundaryCondition[],
  exists: (node: number, field: number) => boolean,
  nodeOf?: Int32Array,
): Boundary {
  const surfaces = mesh.surfaces.map(({ name }) => name);
  const fluxes: BoundaryFlux[] = [];
  const fixed: FixedField[] = [];
  for (const condition of conditions) {
    const surface = indexNames(surfaces, condition.surface, "surface");
    const field = indexNames(fieldNames, condition.field, "field");
    const areaOfNode = lumpAreas(mesh, surface, nodeOf);
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
function lumpAreas(mesh: TetMesh, surface: number, nodeOf?: Int32Array): Map<number, number> {
  const areas = new Map<number, number>();
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (!mesh.facetRegions[mesh.facetRegion[facet]].groups.includes(surface)) continue;
    const nodes = mesh.facets.subarray(3 * facet, 3 * facet + 3);
    const area = triangleArea(mesh, nodes[0], nodes[1], nodes[2]);
    for (const corner of nodes) {
      const node = nodeOf?.[corner] ?? corner;
      areas.set(node, (areas.get(node) ?? 0) + area / 3);
    }
  }
  return areas;
}
