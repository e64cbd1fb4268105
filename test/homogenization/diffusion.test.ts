import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/core/errors.js";
import { checkDiffusion, resolveDiffusion } from "../../src/homogenization/diffusion.js";
import { cellsByPhase, partitionPhases } from "../../src/mesh/phases.js";
import { boxMesh } from "../support/box-mesh.js";
import { expectError } from "../support/expect-error.js";

const layers = boxMesh({ counts: [3, 1, 1], volumeOf: (i) => ["ER", "cytosol", "nucleus"][i] });
const tags = new Map(layers.volumes.map(({ name, tag }) => [name, String(tag)]));
const { phases } = partitionPhases(layers);

describe("checkDiffusion", () => {
  it("takes names of volumes and phases, and physical tags", () => {
    const spec = { [String(tags.get("ER"))]: 2, cytosol: 3 };
    expect(checkDiffusion(layers, phases, spec)).toEqual({ ER: 2, cytosol: 3 });
    const joined = partitionPhases(layers, [{ name: "out", volumes: ["cytosol", "nucleus"] }]).phases;
    expect(checkDiffusion(layers, joined, { out: 4 })).toEqual({ out: 4 });
  });

  it("takes a name before a tag", () => {
    const numbered = { ...layers, volumes: ["2", "1", "x"].map((name, v) => ({ name, tag: v + 1 })) };
    const spec = checkDiffusion(numbered, partitionPhases(numbered).phases, { 1: 5, 3: 7 });
    expect(spec).toEqual({ 1: 5, x: 7 });
  });

  it("refuses what names nothing, or one volume twice", () => {
    expectError(UsageError, "unknown-volume", () => checkDiffusion(layers, phases, { 9: 1 }));
    const twice = { ER: 1, [String(tags.get("ER"))]: 1 };
    expectError(UsageError, "diffusion-ambiguous", () => checkDiffusion(layers, phases, twice));
    expectError(UsageError, "diffusion-not-positive-definite", () =>
      checkDiffusion(layers, phases, { ER: 0 }),
    );
  });

  it("refuses a name that is a volume and a phase of other volumes", () => {
    const swapped = partitionPhases(layers, [
      { name: "ER", volumes: ["cytosol"] },
      { name: "cytosol", volumes: ["ER"] },
    ]).phases;
    for (const name of ["ER", String(tags.get("ER"))]) {
      expectError(UsageError, "diffusion-ambiguous", () => checkDiffusion(layers, swapped, { [name]: 2 }));
    }
    const own = partitionPhases(layers, [{ name: "ER", volumes: ["ER", "cytosol"] }]).phases;
    expect(checkDiffusion(layers, own, { ER: 2 })).toEqual({ ER: 2 });
  });
});

describe("resolveDiffusion", () => {
  it("gives each volume its own value, then its phase's, then one", () => {
    const partition = partitionPhases(layers, [{ name: "out", volumes: ["cytosol", "nucleus"] }]);
    const [out, er] = cellsByPhase(partition);
    const resolved = resolveDiffusion(layers, partition.phases[0], out, { cytosol: 2, out: 3 });
    const { pieces, pieceOfCell } = resolved.coefficient;
    expect(pieces).toHaveLength(2);
    out.forEach((cell, i) => {
      const { name } = layers.volumes[layers.cellRegions[layers.cellRegion[cell]].groups[0]];
      expect((pieces[pieceOfCell[i]] as readonly number[])[0]).toBe(name === "cytosol" ? 2 : 3);
    });
    expect(resolved).toMatchObject({ scalar: null, record: { cytosol: 2, nucleus: 3 } });
    expect(resolveDiffusion(layers, partition.phases[1], er, { out: 3 })).toMatchObject({
      scalar: 1,
      record: 1,
    });
  });
});
