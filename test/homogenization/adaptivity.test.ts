import { describe, expect, it } from "vitest";
import { ConvergenceError, MeshError, UsageError, type ErfemError } from "../../src/core/errors.js";
import type { MeshSizes } from "../../src/homogenization/adaptation-plan.js";
import {
  adaptMesh,
  uniformMesher,
  type AdaptOptions,
  type Mesher,
} from "../../src/homogenization/adaptivity.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { formatAdaptationCsv } from "../../src/io/adaptation-csv.js";
import type { Adaptation } from "../../src/io/adaptation.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { boxMesh } from "../support/box-mesh.js";

/** A sheet with square holes of edge 1/2 (cytosol): one re-entrant edge of 270 degrees at each of their corners. */
function holes(n: number): TetMesh {
  const isSolid = (i: number): boolean => i >= n && i < 3 * n;
  return boxMesh({
    counts: [4 * n, 4 * n, n],
    lengths: [1, 1, 0.25],
    volumeOf: (i, j) => (isSolid(i) || isSolid(j) ? "ER" : "cytosol"),
  });
}

/** Its homogenized factor, extrapolated from five levels of refinement; the last differences say 1e-4. */
const holesFactor = 0.5773;

const ofER: Pick<AdaptOptions, "phases"> = { phases: [{ name: "ER", volumes: ["ER"] }] };

/** Follows sizes as well as cubes can: as many as the mean of h asks for. */
function cubeMesher(seen: (MeshSizes | null)[] = []): Mesher {
  return {
    followsSizes: true,
    makeMesh(_, sizes) {
      seen.push(sizes);
      const mesh = holes(sizes === null ? 1 : Math.max(2, Math.round(0.25 / average(sizes.nodeSizes))));
      return Promise.resolve({ mesh, source: { file: `cubes-${seen.length}` }, warnings: ["of cubes"] });
    },
  };
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value) / values.length;
}

async function failure<E extends ErfemError>(
  type: abstract new (...args: never[]) => E,
  work: Promise<unknown>,
): Promise<E> {
  const error: unknown = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(type);
  return error as E;
}

describe("adaptMesh", () => {
  it("goes on until the gap is reached, and records every round", async () => {
    const seen: (MeshSizes | null)[] = [];
    const told: Adaptation[] = [];
    const { adaptation, homogenization } = await adaptMesh(cubeMesher(seen), {
      ...ofER,
      gap: 0.06,
      onRound: (_, soFar) => void told.push(soFar),
    });
    const { rounds, isReached } = adaptation;
    expect(adaptation).toEqual(told[told.length - 1]);
    expect(told.map((soFar) => soFar.rounds.length)).toEqual(rounds.map(({ round }) => round));
    expect(told.map((soFar) => soFar.isReached)).toEqual(rounds.map(({ round }) => round === rounds.length));
    expect(isReached).toBe(true);
    expect(rounds.length).toBeGreaterThan(1);
    expect(adaptation.warnings).toEqual(["of cubes"]);
    expect(seen[0]).toBeNull();
    rounds.forEach(({ phases, nodes, file, round, predictedNodes }, i) => {
      const { lower, upper, relativeGap, predictedGap } = phases["ER"];
      expect(Object.keys(phases)).toEqual(["ER"]);
      expect(file).toBe(`cubes-${round}`);
      expect(lower[0][0]).toBeLessThan(holesFactor);
      expect(upper[0][0]).toBeGreaterThan(holesFactor);
      expect(relativeGap <= 0.06).toBe(i === rounds.length - 1);
      if (i === 0) {
        expect([predictedNodes, predictedGap]).toEqual([null, null]);
        return;
      }
      expect(nodes).toBeGreaterThan(rounds[i - 1].nodes);
      expect(predictedGap).toBeLessThan(rounds[i - 1].phases["ER"].relativeGap);
      // The sizes belong to the mesh of the round before, in the order in which it was solved.
      expect(seen[i]?.mesh.numNodes).toBe(rounds[i - 1].nodes);
      expect(seen[i]?.nodeSizes.length).toBe(rounds[i - 1].nodes);
    });
    expect(homogenization.result.mesh.nodes).toBe(rounds[rounds.length - 1].nodes);
    const [head, ...rows] = formatAdaptationCsv(adaptation).trimEnd().split("\r\n");
    expect(rows).toHaveLength(rounds.length);
    const gapColumn = head.split(",").indexOf("relativeGap");
    expect(rows.map((row) => Number(row.split(",")[gapColumn]))).toEqual(
      rounds.map(({ phases }) => phases["ER"].relativeGap),
    );
  });

  it("refines a mesh as a whole where there is no geometry", async () => {
    const options = { ...ofER, gap: 0.1 };
    const { adaptation } = await adaptMesh(uniformMesher(holes(1), { file: "holes.msh" }), options);
    expect(adaptation.rounds.map(({ cells }) => cells).slice(0, 2)).toEqual([96, 768]);
    expect(adaptation.rounds.every(({ file }) => file === "holes.msh")).toBe(true);
  });

  it("stops before a uniform refinement that would not fit", async () => {
    const options = { ...ofER, gap: 1e-3, maxNodes: 1000 };
    const error = await failure(ConvergenceError, adaptMesh(uniformMesher(holes(1)), options));
    expect(error.code).toBe("gap-not-reached");
    expect(error.details["nodes"]).toBeLessThan(1000);
  });

  it("stops at the limit of nodes with the best gap", async () => {
    const rounds: Adaptation["rounds"][number][] = [];
    const error = await failure(
      ConvergenceError,
      adaptMesh(cubeMesher(), {
        ...ofER,
        gap: 1e-3,
        maxNodes: 1000,
        onRound: (_, soFar) => void rounds.push(soFar.rounds[soFar.rounds.length - 1]),
      }),
    );
    expect(error.code).toBe("gap-not-reached");
    const gaps = rounds.map(({ phases }) => phases["ER"].relativeGap);
    expect(error.details).toMatchObject({
      goal: 1e-3,
      bestGap: Math.min(...gaps),
      phase: "ER",
      maxNodes: 1000,
    });
    expect(Math.max(...rounds.map(({ nodes }) => nodes))).toBeLessThanOrEqual(1000);
    expect(error.message).toContain("not reached within 1000 nodes");
  });

  it("stops at the limit of rounds", async () => {
    const options = { ...ofER, gap: 1e-3, maxRounds: 1 };
    const error = await failure(ConvergenceError, adaptMesh(cubeMesher(), options));
    expect(error.message).toContain("not reached within 1 rounds");
  });

  it("asks again for a mesh that came out too large, and gives up after three", async () => {
    let attempts = 0;
    const stubborn: Mesher = {
      followsSizes: true,
      makeMesh: (round) => Promise.resolve({ mesh: holes(round === 1 ? 1 : (attempts++, 5)) }),
    };
    const options = { ...ofER, gap: 1e-2, maxNodes: 1000 };
    const error = await failure(ConvergenceError, adaptMesh(stubborn, options));
    expect(error.details).toMatchObject({ round: 1, nodes: 50 });
    expect(attempts).toBe(3);
  });

  it("refuses a first mesh beyond the limit", async () => {
    const error = await failure(MeshError, adaptMesh(cubeMesher(), { gap: 1e-2, maxNodes: 10 }));
    expect(error.code).toBe("mesh-too-large");
    expect(error.details).toEqual({ nodes: 50, maxNodes: 10 });
  });

  it("notices a mesher that ignores sizes", async () => {
    const deaf: Mesher = { followsSizes: true, makeMesh: () => Promise.resolve({ mesh: holes(1) }) };
    const error = await failure(MeshError, adaptMesh(deaf, { ...ofER, gap: 1e-2 }));
    expect(error.code).toBe("size-field-ignored");
  });

  it("solves with the function given, with bounds", async () => {
    const bounds: unknown[] = [];
    const options: AdaptOptions = {
      ...ofER,
      gap: 0.5,
      async homogenize(mesh, inner) {
        bounds.push(inner.bounds);
        return homogenize(mesh, inner);
      },
    };
    await adaptMesh(cubeMesher(), options);
    expect(bounds).toEqual([true]);
  });

  it.each([{ gap: 0 }, { gap: 1 }, { gap: NaN }, { gap: 1e-2, maxNodes: 0 }, { gap: 1e-2, maxRounds: 0 }])(
    "refuses %j",
    async (options) => {
      const error = await failure(UsageError, adaptMesh(cubeMesher(), options));
      expect(error.code).toBe("invalid-parameter");
    },
  );
});
