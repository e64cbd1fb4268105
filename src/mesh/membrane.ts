import { sumCompensated } from "../core/summation.js";
import { withKernelBuffers, withKernelObject } from "../kernel/kernel-buffers.js";
import { facetArea, NO_FACET } from "./facets.js";
import type { KernelMesh } from "./kernel-mesh.js";
import { viewCells } from "./resident-cells.js";
import type { PeriodicMesh } from "./periodic-mesh.js";
import { VOID_PHASE, type PhasePartition } from "./phases.js";

/** Name of the physical surface that, where a mesh has it, says which facets are membrane. */
export const MEMBRANE_SURFACE = "membrane";

/** What a half-facet is to the membrane: part of it, or one of three that are left out; see wasm/membrane.h. */
const MEMBRANE = 1;
/** Between two phases, but not in the physical surface. */
const UNTAGGED = 2;
/** In the physical surface, but inside one phase. */
const INNER = 3;
/** With nothing on the other side, where several phases are meshed. */
const OUTER = 4;

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
 * The area does not depend on which phases are solved for, only on how the cells are divided into phases. Linear in the
 * number of cells (wasm/membrane.cpp).
 *
 * @param outside half-facets that are no membrane: those on faces that are not identified
 * @throws KernelError `kernel-out-of-memory`
 */
export function findMembrane(
  mesh: KernelMesh,
  partition: PhasePartition,
  outside: readonly number[] = [],
): Membrane {
  const { periodic } = mesh;
  const excluded = new Set(outside);
  const { halves, partners, kinds } = listFacets(mesh, partition);
  const isOfKind = (kind: number, i: number): boolean => kinds[i] === kind && !excluded.has(halves[i]);
  const ofKind = (kind: number): Int32Array => halves.filter((_, i) => isOfKind(kind, i));
  const halfFacets = ofKind(MEMBRANE);
  const others = partners.filter((_, i) => isOfKind(MEMBRANE, i));
  return {
    area: areaOf(periodic, halfFacets),
    pairs: measurePairs(periodic, partition, halfFacets, others),
    halfFacets,
    warnings: describeLeftOver(periodic, ofKind(UNTAGGED), ofKind(INNER), ofKind(OUTER)),
  };
}

/** The facets of all kinds, one half-facet each, ascending, and their partners. */
function listFacets(
  mesh: KernelMesh,
  partition: PhasePartition,
): { halves: Int32Array; partners: Int32Array; kinds: Uint8Array } {
  const { kernel } = mesh;
  const tagged = listTaggedFacets(mesh.periodic);
  return withKernelBuffers(kernel, (buffers) => {
    const phaseOfCell = [buffers.copyIn(partition.cellRegion), buffers.copyIn(partition.regionPhase)];
    const taggedAt = tagged === null ? 0 : buffers.copyIn(tagged);
    const numTagged = tagged === null ? -1 : tagged.length / 3;
    const { length } = partition.phases;
    return withKernelObject(kernel, buffers, {
      operation: "search for the membrane",
      create: (handleAt) =>
        kernel.call(
          "erfem_membrane_create",
          mesh.handle,
          ...phaseOfCell,
          length,
          numTagged,
          taggedAt,
          handleAt,
        ),
      free: "erfem_membrane_free",
      read: (handle) => {
        const addresses = buffers.allocate(3 * 4);
        const count = kernel.call("erfem_membrane_arrays", handle, addresses);
        const [halvesAt, partnersAt, kindsAt] = buffers.readPointers(addresses, 3);
        return {
          halves: buffers.readInt32(halvesAt, count),
          partners: buffers.readInt32(partnersAt, count),
          kinds: buffers.readUint8(kindsAt, count),
        };
      },
    });
  });
}

/**
 * Area for each pair of phases that have one; `others` are the partners of the half-facets. A pair of phases p < q has the number p (numPhases + 1) + q; the void has
 * the index numPhases. Only pairs that occur take memory: thousands of phases have millions of others.
 */
function measurePairs(
  periodic: PeriodicMesh,
  partition: PhasePartition,
  halfFacets: Int32Array,
  others: Int32Array,
): Record<string, number> {
  const { cellRegion, regionPhase, phases } = partition;
  const stride = phases.length + 1;
  const indexOfPair = new Map<number, number>();
  const count: number[] = [];
  const pairOfFacet = new Int32Array(halfFacets.length);
  for (let i = 0; i < halfFacets.length; i++) {
    const other = others[i];
    const p = regionPhase[cellRegion[halfFacets[i] >> 2]];
    const q = other === NO_FACET ? phases.length : regionPhase[cellRegion[other >> 2]];
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
  const cells = viewCells(periodic.mesh);
  return sumCompensated(halfFacets.length, (i) => facetArea(periodic.mesh, halfFacets[i], cells));
}

/** Nodes of the facets in the physical surface `membrane`, 3 each; null where the mesh has no such surface. */
function listTaggedFacets({ mesh }: PeriodicMesh): Int32Array | null {
  const surface = mesh.surfaces.findIndex((group) => group.name === MEMBRANE_SURFACE);
  if (surface < 0) return null;
  const isMembrane = mesh.facetRegions.map((region) => region.groups.includes(surface));
  const nodes = new Int32Array(3 * mesh.numFacets);
  let length = 0;
  for (let facet = 0; facet < mesh.numFacets; facet++) {
    if (!isMembrane[mesh.facetRegion[facet]]) continue;
    for (let i = 3 * facet; i < 3 * facet + 3; i++) nodes[length++] = mesh.facets[i];
  }
  return nodes.subarray(0, length);
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
