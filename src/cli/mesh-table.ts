import type { ComponentRecord } from "../io/homogenization-result.js";
import type { UnitCell } from "../mesh/lattice.js";
import { norm3 } from "../core/tensor.js";
import { showName } from "./escape-text.js";
import type { MeshSummary } from "./mesh-summary.js";
import {
  formatGrid,
  formatHistogram,
  formatNumber,
  formatPercent,
  formatSection,
  formatVector,
} from "./tables.js";

/** Components listed one by one before the rest is only counted. */
const listedComponents = 5;

const unitCellSources = {
  periodic: "the file's $Periodic section",
  "bounding-box": "the bounding box of the mesh",
  given: "--unit-cell",
} as const;

/** What `erfem info` prints below the headline of the file. */
export function formatMeshSummary(summary: MeshSummary): string {
  const { periodic, quality, boundingBox } = summary;
  const sections = [
    formatSection(
      "Physical groups",
      formatGrid([
        ["", "name", "tag", "cells", "volume"],
        ...summary.volumes.map((group) => [
          "volume",
          showName(group.name),
          group.tag,
          group.count,
          group.measure,
        ]),
        ["", "name", "tag", "facets", "area"],
        ...summary.surfaces.map((group) => [
          "surface",
          showName(group.name),
          group.tag,
          group.count,
          group.measure,
        ]),
      ]),
    ),
    formatPhases(summary),
  ];
  if (periodic !== null) {
    const { membrane, unitCell } = periodic;
    sections.push(
      formatSection(
        "Membrane",
        formatGrid([
          ["area", membrane.area],
          ["area / |Y|", membrane.areaPerVolume],
          ...Object.entries(membrane.pairs).map(([pair, area]) => [`area ${pair}`, area]),
        ]),
      ),
      formatSection(
        "Unit cell",
        formatGrid([
          ...formatUnitCell(unitCell),
          ...Object.entries(periodic.classes).map(([size, count]) => [
            `classes of ${size} node${size === "1" ? "" : "s"}`,
            String(count),
          ]),
          [
            "largest mismatch",
            `${formatNumber(periodic.maxMismatch)} (tolerance ${formatNumber(periodic.tolerance)})`,
          ],
        ]),
      ),
    );
  }
  sections.push(
    formatSection(
      "Bounding box",
      formatGrid([
        ["from", formatVector(boundingBox.min)],
        ["to", formatVector(boundingBox.max)],
      ]),
    ),
    formatSection(
      "Quality of the cells, 3 x inradius / circumradius (1: regular, 0: flat)",
      formatHistogram(
        quality.histogram.map((_, i) => `${(i / 10).toFixed(1)} - ${((i + 1) / 10).toFixed(1)}`),
        quality.histogram,
      ),
      formatGrid([
        ["smallest", quality.minRadiusRatio, `element ${quality.worstCellTag}`],
        ["mean", quality.meanRadiusRatio],
        [
          "dihedral angles",
          quality.minDihedralDegrees,
          `to ${formatNumber(quality.maxDihedralDegrees)} degrees`,
        ],
      ]),
    ),
  );
  const changes = Object.entries(summary.report).filter(([, count]) => count > 0);
  if (changes.length > 0) sections.push(formatSection("Changed while reading", formatGrid(changes)));
  return sections.join("\n\n");
}

/** A short table of phases: what `erfem mesh` prints. */
export function formatPhases(summary: MeshSummary): string {
  if (summary.phases === null) return "Phases: not known, see the error";
  return formatSection(
    "Phases",
    formatGrid([
      ["", "cells", "volume", "fraction", "volumes", "components"],
      ...summary.phases.map((phase) => [
        showName(phase.name),
        phase.cells,
        phase.volume,
        phase.volumeFraction ?? "?",
        phase.volumes.map(showName).join(" + "),
        phase.components === null ? "?" : describeComponents(phase.components).join("; "),
      ]),
    ]),
  );
}

/** Rows on the unit cell: edges (a box) or lattice vectors, the lowest corner, and where it came from. */
export function formatUnitCell(unitCell: Pick<UnitCell, "origin" | "vectors" | "source">): string[][] {
  const { origin, vectors, source } = unitCell;
  const isBox = vectors.every((vector, k) => vector.every((x, l) => k === l || x === 0));
  return [
    ...(isBox
      ? [["edges", formatVector(vectors.map(norm3))]]
      : vectors.map((vector, k) => [`L${k + 1}`, formatVector(vector)])),
    ["lowest corner", formatVector(origin)],
    ["found in", unitCellSources[source]],
  ];
}

/** `2.8 % of Y, 1200 cells, percolates along L1, L2, L3`, one text for each of the largest components. */
export function describeComponents(components: readonly ComponentRecord[]): string[] {
  const texts = components.slice(0, listedComponents).map((component) => {
    const directions = ["L1", "L2", "L3"].filter((_, k) => component.percolates[k]);
    const spans =
      directions.length === 0 ? "does not percolate" : `percolates along ${directions.join(", ")}`;
    return `${formatPercent(component.volumeFraction)} of Y, ${component.cells} cells, ${spans}`;
  });
  const rest = components.length - texts.length;
  return rest > 0 ? [...texts, `and ${rest} smaller ones`] : texts;
}
