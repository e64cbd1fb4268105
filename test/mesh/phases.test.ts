import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { cellsByPhase, cellsOfPhase, indexVolumes, partitionPhases } from "../../src/mesh/phases.js";
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
    const error = expectError(UsageError, "unknown-volume", () =>
      partitionPhases(layers, [{ name: "er", volumes: ["er"] }]),
    );
    expect(error.message).toContain("ER (tag 1), cytosol (tag 2), nucleus (tag 3)");
  });

  it("finds volumes by name, then by tag", () => {
    const swapped = { ...layers, volumes: ["2", "1", "x"].map((name, v) => ({ name, tag: v + 1 })) };
    expect([...indexVolumes(swapped)]).toEqual([
      ["2", 0],
      ["1", 1],
      ["x", 2],
      ["3", 2],
    ]);
  });

  it("lists the cells of more phases than 16 bits count, all at once", () => {
    const numPhases = 70000;
    const cellPhase = Int32Array.from({ length: 2 * numPhases }, (_, cell) => (3 * cell) % numPhases);
    const regions = Array.from({ length: numPhases }, (_, v) => v);
    const partition = partitionPhases({
      ...layers,
      numCells: cellPhase.length,
      cellRegion: cellPhase,
      cellRegions: regions.map((v) => ({ entityTag: v, groups: [v] })),
      volumes: regions.map((v) => ({ name: `grain ${v}`, tag: v + 1 })),
    });
    const lists = cellsByPhase(partition);
    expect(lists).toHaveLength(numPhases);
    for (const phase of [0, 1, 65535, 65536, 69999]) {
      expect(lists[phase]).toEqual(cellsOfPhase(partition, phase));
      expect(partition.phases[phase].name).toBe(`grain ${cellPhase[lists[phase][0]]}`);
    }
  });

  it("refuses a single phase with the name of what lies around it", () => {
    const tube = boxMesh({ counts: [1, 1, 1], volumeOf: () => "void" });
    expectError(UsageError, "phase-name-reserved", () => partitionPhases(tube));
    expect(partitionPhases(tube, [{ name: "ER", volumes: ["void"] }]).phases).toHaveLength(1);
    const two = boxMesh({ counts: [2, 1, 1], volumeOf: (i) => (i === 0 ? "ER" : "void") });
    expect(partitionPhases(two).phases.map(({ name }) => name)).toEqual(["ER", "void"]);
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
