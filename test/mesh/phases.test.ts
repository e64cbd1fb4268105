import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { cellsOfPhase, findVolume, partitionPhases } from "../../src/mesh/phases.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

const layers = boxMesh({ counts: [3, 1, 1], volumeOf: (i) => ["ER", "cytosol", "nucleus"][i] });

/** The same mesh with a fourth group that holds all cells. */
const withAll: TetMesh = {
  ...layers,
  volumes: [...layers.volumes, { name: "all", tag: 9 }],
  cellRegions: layers.cellRegions.map((region) => ({ ...region, groups: [...region.groups, 3] })),
};

describe("partitionPhases", () => {
  it("makes every physical volume a phase", () => {
    const { phases, cellPhase } = partitionPhases(layers);
    expect(phases.map((phase) => phase.name)).toEqual(["ER", "cytosol", "nucleus"]);
    expect([...cellPhase].filter((phase) => phase === 1)).toHaveLength(6);
  });

  it("joins volumes by name or tag, and gives the rest phases of their own", () => {
    const partition = partitionPhases(layers, [{ name: "out", volumes: ["cytosol", "3"] }]);
    expect(partition.phases).toEqual([
      { name: "out", volumes: ["cytosol", "nucleus"] },
      { name: "ER", volumes: ["ER"] },
    ]);
    expect(cellsOfPhase(partition, 0)).toHaveLength(12);
  });

  it("lists what exists where a name is unknown", () => {
    const error = expectError(UsageError, "unknown-volume", () => findVolume(layers, "er"));
    expect(error.message).toContain("ER (tag 1), cytosol (tag 2), nucleus (tag 3)");
  });

  it("asks which of several groups is the phase, and takes the answer", () => {
    expectError(MeshError, "ambiguous-volume", () => partitionPhases(withAll));
    expect(partitionPhases(withAll, [{ name: "all", volumes: ["all"] }]).phases).toHaveLength(1);
  });

  it("refuses phases that overlap, repeat, are empty or borrow a name", () => {
    const er = { name: "ER", volumes: ["ER"] };
    expectError(UsageError, "overlapping-phases", () =>
      partitionPhases(withAll, [er, { name: "all", volumes: ["all"] }]),
    );
    expectError(UsageError, "duplicate-phase", () => partitionPhases(layers, [er, er]));
    expectError(UsageError, "duplicate-phase", () =>
      partitionPhases(layers, [{ name: "ER", volumes: ["cytosol"] }]),
    );
    expectError(UsageError, "unknown-volume", () => partitionPhases(layers, [{ name: "x", volumes: [] }]));
  });
});
