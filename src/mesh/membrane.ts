import { sumCompensated } from "../core/summation.js";
import { createFacetTable, findFacet, insertFacet } from "./facet-table.js";
import { facetArea, facetNode, NO_FACET } from "./facets.js";
import type { PeriodicMesh } from "./periodic-mesh.js";
import { VOID_PHASE, type PhasePartition } from "./phases.js";

/** Name of the physical surface that, where a mesh has it, says which facets are membrane. */
export const MEMBRANE_SURFACE = "membrane";

/** What a half-facet is to the membrane: nothing, or the other of the two; part of it; one of three that are left out. */
const NONE = 0;
const MEMBRANE = 1;
/** Between two phases, but not in the physical surface. */
const UNTAGGED = 2;
/** In the physical surface, but inside one phase. */
const INNER = 3;
/** With nothing on the other side, where several phases are meshed. */
const OUTER = 4;
const NUM_KINDS = 5;

/** The membrane Gamma: facets between two phases, across the wrap too, each counted once. */
export interface Membrane {
  /** int_Gamma dG: exact on the given triangles, in squared mesh units. */
  readonly area: number;
  /**
   * Area for each pair of phases, `ER|cytosol`, names in ascending order; `X|void` where only one phase is meshed. In a
   * name that holds `|` or `\` itself these are written `\|` and `\\`.
   */
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
  const { kindOfHalf, count } = classifyFacets(periodic, partition);
  const lists = Array.from(count, (numFacets) => new Int32Array(numFacets));
  count.fill(0);
  for (let half = 0; half < kindOfHalf.length; half++) {
    const kind = kindOfHalf[half];
    if (kind !== NONE) lists[kind][count[kind]++] = half;
  }
  const halfFacets = lists[MEMBRANE];
  return {
    area: areaOf(periodic, halfFacets),
    pairs: measurePairs(periodic, partition, halfFacets),
    halfFacets,
    warnings: describeLeftOver(periodic, lists[UNTAGGED], lists[INNER], lists[OUTER]),
  };
}

/** Kind of every half-facet, numCells x 4, and how many there are of each; `count[NONE]` stays 0. */
function classifyFacets(
  periodic: PeriodicMesh,
  partition: PhasePartition,
): { kindOfHalf: Uint8Array; count: Int32Array } {
  const { partner, wrap } = periodic;
  const { cellPhase, phases } = partition;
  const tagged = tagMembraneFacets(periodic);
  const kindOfHalf = new Uint8Array(partner.length);
  const count = new Int32Array(NUM_KINDS);
  for (let half = 0; half < partner.length; half++) {
    const other = partner[half];
    if (other !== NO_FACET && other < half) continue;
    const isTagged = tagged?.[half] === 1;
    let kind = NONE;
    if (other !== NO_FACET && cellPhase[other >> 2] === cellPhase[half >> 2]) {
      if (isTagged) kind = INNER;
    } else if (other === NO_FACET && phases.length > 1) {
      kind = OUTER;
    } else {
      kind = tagged === null || wrap[half] !== 0 || isTagged ? MEMBRANE : UNTAGGED;
    }
    if (kind === NONE) continue;
    kindOfHalf[half] = kind;
    count[kind]++;
  }
  return { kindOfHalf, count };
}

/**
 * Area for each pair of phases that have one. A pair of phases p < q has the number p (numPhases + 1) + q; the void has
 * the index numPhases. Only pairs that occur take memory: thousands of phases have millions of others.
 */
function measurePairs(
  periodic: PeriodicMesh,
  partition: PhasePartition,
  halfFacets: Int32Array,
): Record<string, number> {
  const { cellPhase, phases } = partition;
  const stride = phases.length + 1;
  const indexOfPair = new Map<number, number>();
  const count: number[] = [];
  const pairOfFacet = new Int32Array(halfFacets.length);
  for (let i = 0; i < halfFacets.length; i++) {
    const other = periodic.partner[halfFacets[i]];
    const p = cellPhase[halfFacets[i] >> 2];
    const q = other === NO_FACET ? phases.length : cellPhase[other >> 2];
    const pair = Math.min(p, q) * stride + Math.max(p, q);
    let index = indexOfPair.get(pair);
    if (index === undefined) {
      index = count.push(0) - 1;
      indexOfPair.set(pair, index);
    }
    pairOfFacet[i] = index;
    count[index]++;
  }
  const facetsOfPair = count.map((numFacets) => new Int32Array(numFacets));
  count.fill(0);
  for (let i = 0; i < halfFacets.length; i++) {
    const index = pairOfFacet[i];
    facetsOfPair[index][count[index]++] = halfFacets[i];
  }
  const names = phases.map((phase) => phase.name.replace(/[\\|]/g, "\\$&"));
  return Object.fromEntries(
    [...indexOfPair]
      .sort(([a], [b]) => a - b)
      .map(([pair, index]) => {
        const p = names[Math.floor(pair / stride)];
        const isVoid = pair % stride === phases.length;
        const q = isVoid ? VOID_PHASE : names[pair % stride];
        return [isVoid || p < q ? `${p}|${q}` : `${q}|${p}`, areaOf(periodic, facetsOfPair[index])];
      }),
  );
}

function areaOf(periodic: PeriodicMesh, halfFacets: Int32Array): number {
  return sumCompensated(halfFacets.length, (i) => facetArea(periodic.mesh, halfFacets[i]));
}

/** 1 for every half-facet in the physical surface `membrane`, numCells x 4; null where the mesh has no such surface. */
function tagMembraneFacets(periodic: PeriodicMesh): Uint8Array | null {
  const { mesh, partner } = periodic;
  const { cells, facets } = mesh;
  const surface = mesh.surfaces.findIndex((group) => group.name === MEMBRANE_SURFACE);
  if (surface < 0) return null;
  const isMembrane = mesh.facetRegions.map((region) => region.groups.includes(surface));
  const table = createFacetTable(mesh.numFacets);
  const isOnSurface = new Uint8Array(mesh.numNodes);
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (!isMembrane[mesh.facetRegion[facet]]) continue;
    insertFacet(table, facets[3 * facet], facets[3 * facet + 1], facets[3 * facet + 2], facet);
    for (let i = 3 * facet; i < 3 * facet + 3; i++) isOnSurface[facets[i]] = 1;
  }
  const tagged = new Uint8Array(partner.length);
  for (let first = 0; first < partner.length; first += 4) {
    // Most cells have fewer than three nodes on the surface: their facets need not be looked up.
    const numOnSurface =
      isOnSurface[cells[first]] +
      isOnSurface[cells[first + 1]] +
      isOnSurface[cells[first + 2]] +
      isOnSurface[cells[first + 3]];
    if (numOnSurface < 3) continue;
    for (let half = first; half < first + 4; half++) {
      const a = facetNode(cells, half, 0);
      const b = facetNode(cells, half, 1);
      const c = facetNode(cells, half, 2);
      if (findFacet(table, a, b, c) >= 0) tagged[half] = 1;
    }
  }
  return tagged;
}

/** Sentences on the facets that a reader of the area might expect to be in it, or out of it. */
function describeLeftOver(
  periodic: PeriodicMesh,
  untagged: Int32Array,
  inner: Int32Array,
  outer: Int32Array,
): string[] {
  const formatArea = (halfFacets: Int32Array): string => areaOf(periodic, halfFacets).toPrecision(6);
  const warnings: string[] = [];
  if (untagged.length > 0) {
    warnings.push(
      `${untagged.length} facets between two phases (area ${formatArea(untagged)}) are not in the physical surface ` +
        `"${MEMBRANE_SURFACE}" and do not count as membrane`,
    );
  }
  if (inner.length > 0) {
    warnings.push(
      `${inner.length} facets of the physical surface "${MEMBRANE_SURFACE}" (area ${formatArea(inner)}) have the same phase ` +
        `on both sides and do not count as membrane`,
    );
  }
  if (outer.length > 0) {
    warnings.push(
      `${outer.length} facets (area ${formatArea(outer)}) have a phase on one side and nothing on the other, and do not ` +
        `count as membrane`,
    );
  }
  return warnings;
}
