import { describe, expect, it } from "vitest";
import { MeshError, UsageError } from "../../src/core/errors.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { meshVolume } from "../../src/mesh/geometry.js";
import type { LevelSet } from "../../src/meshing/level-set.js";
import { meshLevelSet } from "../../src/meshing/mesh-level-set.js";
import { createTpms, tpmsNames } from "../../src/meshing/tpms.js";
import { expectError } from "../support/expect-error.js";
import { createRandom } from "../support/msh-text.js";

/** Sums over some ten thousand cells. */
const ROUNDOFF = 1e-11;

function levelSet(
  value: (x: number, y: number, z: number) => number,
  lengths: LevelSet["lengths"] = [1, 1, 1],
): LevelSet {
  return {
    origin: [0, 0, 0],
    lengths,
    evaluate(points, numPoints, values) {
      for (let i = 0; i < numPoints; i++)
        values[i] = value(points[3 * i], points[3 * i + 1], points[3 * i + 2]);
    },
  };
}

/** Distance along an axis of period 1. */
const apart = (x: number, centre: number): number => x - centre - Math.round(x - centre);

function ball(centre: readonly [number, number, number], radius: number): LevelSet {
  return levelSet(
    (x, y, z) => Math.hypot(apart(x, centre[0]), apart(y, centre[1]), apart(z, centre[2])) - radius,
  );
}

/** Orders p of errors at sizes h and h/2. */
const order = (coarse: number, fine: number): number => Math.log2(Math.abs(coarse / fine));

describe("meshLevelSet", () => {
  it.each([
    ["within the cell", [0.5, 0.5, 0.5]],
    ["across faces, edges and corners of the cell", [0.02, 0.03, 0.01]],
  ] as const)("a ball %s: volume and area of order 2", (_, centre) => {
    const [coarse, fine] = [1 / 12, 1 / 24].map(
      (size) => meshLevelSet(ball([...centre], 0.3), { size }).report,
    );
    const volume = (4 / 3) * Math.PI * 0.3 ** 3;
    const area = 4 * Math.PI * 0.3 ** 2;
    expect(Math.abs(fine.volume / volume - 1)).toBeLessThan(6e-3);
    expect(Math.abs(fine.area / area - 1)).toBeLessThan(3e-3);
    expect(order(coarse.volume - volume, fine.volume - volume)).toBeGreaterThan(1.8);
    expect(order(coarse.area - area, fine.area - area)).toBeGreaterThan(1.8);
  });

  it("fills the cell once, periodically, for whatever values the nodes have", async () => {
    const random = createRandom(20070805);
    const n = 10;
    const numNodes = 2 * n ** 3 + 3 * n * n;
    for (const share of [0.1, 0.3, 0.5]) {
      // Random at the nodes, zero in between: cuts anywhere on the edges.
      let evaluated = 0;
      const noise: LevelSet = {
        origin: [-1, 2, 0.5],
        lengths: [1, 1.1, 0.95],
        evaluate(_, numPoints, values) {
          for (let i = 0; i < numPoints; i++) {
            values[i] = evaluated++ < numNodes ? (random() < share ? -1 : 1) * random() : 0;
          }
        },
      };
      const { mesh, report } = meshLevelSet(noise, { size: 0.1 });
      expect(Math.abs(meshVolume(mesh) / (1.1 * 0.95) - 1)).toBeLessThan(ROUNDOFF);
      // The proven bounds, for edges of cuboids up to 10 % apart.
      expect(report.dihedral.smallest).toBeGreaterThan(report.guaranteedDihedral.smallest);
      expect(report.dihedral.largest).toBeLessThan(report.guaranteedDihedral.largest);
      // Periodic, without overlaps and cracks, or it would be refused.
      const { result } = await homogenize(mesh, { tolerance: 1e-6 });
      expect(result.mesh.unitCell.source).toBe("bounding-box");
      expect(Math.abs(result.membrane.area / report.area - 1)).toBeLessThan(ROUNDOFF);
      expect(result.warnings).toEqual([]);
    }
  });

  it.each(tpmsNames)(
    "%s: phases of one half with equal, isotropic tensors, area of order 2",
    async (name) => {
      const surface = createTpms(name, 1);
      const reports = [1 / 8, 1 / 16, 1 / 32].map((size) => meshLevelSet(surface, { size }).report);
      const [a, b, c] = reports.map(({ area }) => area);
      expect(order(b - a, c - b)).toBeGreaterThan(1.7);
      const { mesh, report } = meshLevelSet(surface, { size: 1 / 16 });
      // The lattice and these surfaces are alike on both sides, but for the roots to 1e-12 and the choice of diagonals.
      expect(Math.abs(report.volume - 0.5)).toBeLessThan(1e-3);
      const { result } = await homogenize(mesh);
      const [er, cytosol] = [result.phases["ER"].homogenized, result.phases["cytosol"].homogenized];
      for (let k = 0; k < 3; k++) {
        expect(Math.abs(er[k][k] / cytosol[k][k] - 1)).toBeLessThan(0.01);
        expect(Math.abs(er[k][k] / er[0][0] - 1)).toBeLessThan(0.01);
        expect(Math.abs(er[k][(k + 1) % 3] / er[0][0])).toBeLessThan(0.01);
      }
    },
  );

  it("an isolated ball conducts nothing, and hinders the cytosol as Maxwell says", async () => {
    const { mesh, report } = meshLevelSet(ball([0.5, 0.5, 0.5], 0.25), { size: 1 / 24 });
    const { result } = await homogenize(mesh);
    expect(result.phases["ER"].homogenized.flat()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const maxwell = (2 * (1 - report.volume)) / (2 + report.volume);
    // In a cubic lattice the next term is of the order of the fraction^(10/3), 1e-4 here; P1 is some 1e-3 too high.
    expect(Math.abs(result.phases["cytosol"].homogenized[0][0] / maxwell - 1)).toBeLessThan(3e-3);
  });

  it("gives the same mesh every time", () => {
    const make = (): readonly Float64Array[] => {
      const { mesh } = meshLevelSet(createTpms("gyroid", 1, 0.02), { size: 0.1 });
      return [mesh.coordinates, Float64Array.from(mesh.cells)];
    };
    expect(make()).toEqual(make());
  });

  it("refuses what it cannot mesh", () => {
    const gyroid = createTpms("gyroid", 1);
    expectError(UsageError, "size-not-fitting", () => meshLevelSet(gyroid, { size: 0.5 }));
    expectError(UsageError, "size-not-fitting", () => meshLevelSet(gyroid, { size: NaN }));
    expectError(UsageError, "size-not-fitting", () =>
      meshLevelSet(
        levelSet((x) => Math.sin(x), [1, 1, 0.09]),
        { size: 0.04 },
      ),
    );
    expectError(MeshError, "one-phase", () => meshLevelSet(createTpms("gyroid", 1, -9), { size: 0.1 }));
    const error = expectError(MeshError, "mesh-too-large", () => meshLevelSet(gyroid, { size: 0.001 }));
    expect(error.message).toMatch(/take a size of 0\.00\d+/);
    expectError(MeshError, "mesh-too-large", () => meshLevelSet(gyroid, { size: 0.02, maxBytes: 2 ** 20 }));
    expectError(MeshError, "level-set-not-finite", () =>
      meshLevelSet(
        levelSet((x) => Math.log(x - 0.5)),
        { size: 0.1 },
      ),
    );
    expectError(UsageError, "tpms-invalid", () => createTpms("gyroid", 0));
    expectError(UsageError, "tpms-unknown", () => createTpms("lidinoid" as "gyroid", 1));
  });
});
