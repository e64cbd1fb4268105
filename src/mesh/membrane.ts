import { sumCompensated } from "../core/summation.js";
import { createFacetTable, findFacet, insertFacet } from "./facet-table.js";
import { facetArea, facetNode, NO_FACET } from "./facets.js";
import type { PeriodicMesh } from "./periodic-mesh.js";
import type { PhasePartition } from "./phases.js";

/** Name of the physical surface that, where a mesh has it, says which facets are membrane. */
export const MEMBRANE_SURFACE = "membrane";

/** Name of what lies beyond a boundary facet inside Y where only one phase is meshed. */
export const VOID_PHASE = "void";

/** The membrane Gamma: facets between two phases, across the wrap too, each counted once. */
export interface Membrane {
  /** int_Gamma dG: exact on the given triangles, in squared mesh units. */
  readonly area: number;
  /** Area for each pair of phases, `ER|cytosol`, names in ascending order; `X|void` where only one phase is meshed. */
  readonly pairs: Readonly<Record<string, number>>;
  /** One half-facet of each membrane facet, ascending. */
  readonly halfFacets: Int32Array;
  readonly warnings: readonly string[];
}

/**
 * Finds the membrane and measures it. Where the mesh has a physical surface `membrane`, only its facets count, and those
 * on the faces of Y whose two sides across the wrap are different phases; otherwise all facets between two phases.
 * Where one phase only is meshed its boundary facets that lie on no face of Y take their place.
 *
 * The area does not depend on which phases are solved for, only on how the cells are divided into phases.
 */
export function findMembrane(periodic: PeriodicMesh, partition: PhasePartition): Membrane {
  const { partner, wrap } = periodic;
  const { cellPhase, phases } = partition;
  const tagged = tagMembraneFacets(periodic);
  const found: number[] = [];
  const untagged: number[] = [];
  const inner: number[] = [];
  const outer: number[] = [];
  for (let half = 0; half < partner.length; half++) {
    const other = partner[half];
    if (other !== NO_FACET && other < half) continue;
    const isTagged = tagged?.[half] === 1;
    if (other !== NO_FACET && cellPhase[other >> 2] === cellPhase[half >> 2]) {
      if (isTagged) inner.push(half);
    } else if (other === NO_FACET && phases.length > 1) {
      outer.push(half);
    } else if (tagged === null || wrap[half] !== 0 || isTagged) {
      found.push(half);
    } else {
      untagged.push(half);
    }
  }
  return {
    ...measure(periodic, partition, found),
    halfFacets: Int32Array.from(found),
    warnings: describeLeftOver(periodic, untagged, inner, outer),
  };
}

function measure(
  periodic: PeriodicMesh,
  partition: PhasePartition,
  found: readonly number[],
): { area: number; pairs: Record<string, number> } {
  const halvesOfPair = new Map<string, number[]>();
  const { cellPhase, phases } = partition;
  const numPhases = phases.length;
  const lists: number[][] = Array.from({ length: numPhases * (numPhases + 1) }, () => []);
  for (const half of found) {
    const other = periodic.partner[half];
    const p = cellPhase[half >> 2];
    const q = other === NO_FACET ? numPhases : cellPhase[other >> 2];
    lists[Math.min(p, q) * (numPhases + 1) + Math.max(p, q)].push(half);
  }
  lists.forEach((list, index) => {
    if (list.length === 0) return;
    const p = phases[Math.floor(index / (numPhases + 1))].name;
    const q = index % (numPhases + 1) === numPhases ? VOID_PHASE : phases[index % (numPhases + 1)].name;
    const key = q === VOID_PHASE || p < q ? `${p}|${q}` : `${q}|${p}`;
    halvesOfPair.set(key, list);
  });
  const pairs: Record<string, number> = {};
  for (const [key, list] of halvesOfPair) {
    pairs[key] = sumCompensated(list.length, (i) => facetArea(periodic.mesh, list[i]));
  }
  return { area: sumCompensated(found.length, (i) => facetArea(periodic.mesh, found[i])), pairs };
}

/** 1 for every half-facet in the physical surface `membrane`, numCells x 4; null where the mesh has no such surface. */
function tagMembraneFacets(periodic: PeriodicMesh): Uint8Array | null {
  const { mesh, partner } = periodic;
  const { cells, facets } = mesh;
  const surface = mesh.surfaces.findIndex((group) => group.name === MEMBRANE_SURFACE);
  if (surface < 0) return null;
  const isMembrane = mesh.facetRegions.map((region) => region.groups.includes(surface));
  const table = createFacetTable(mesh.numFacets);
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (!isMembrane[mesh.facetRegion[facet]]) continue;
    insertFacet(table, facets[3 * facet], facets[3 * facet + 1], facets[3 * facet + 2], facet);
  }
  const tagged = new Uint8Array(partner.length);
  for (let half = 0; half < partner.length; half++) {
    const a = facetNode(cells, half, 0);
    const b = facetNode(cells, half, 1);
    const c = facetNode(cells, half, 2);
    if (findFacet(table, a, b, c) >= 0) tagged[half] = 1;
  }
  return tagged;
}

/** Sentences on the facets that a reader of the area might expect to be in it, or out of it. */
function describeLeftOver(
  periodic: PeriodicMesh,
  untagged: readonly number[],
  inner: readonly number[],
  outer: readonly number[],
): string[] {
  const areaOf = (list: readonly number[]): string =>
    sumCompensated(list.length, (i) => facetArea(periodic.mesh, list[i])).toPrecision(6);
  const warnings: string[] = [];
  if (untagged.length > 0) {
    warnings.push(
      `${untagged.length} facets between two phases (area ${areaOf(untagged)}) are not in the physical surface ` +
        `"${MEMBRANE_SURFACE}" and do not count as membrane`,
    );
  }
  if (inner.length > 0) {
    warnings.push(
      `${inner.length} facets of the physical surface "${MEMBRANE_SURFACE}" (area ${areaOf(inner)}) have the same phase ` +
        `on both sides and do not count as membrane`,
    );
  }
  if (outer.length > 0) {
    warnings.push(
      `${outer.length} facets (area ${areaOf(outer)}) have a phase on one side and nothing on the other, and do not ` +
        `count as membrane`,
    );
  }
  return warnings;
}
