import { describe, expect, it } from "vitest";
import { PeriodicityError, UsageError, ParseError } from "../../src/core/errors.js";
import type { VolumeImage } from "../../src/io/volume-image.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { levelSetOfImage, type ImageLevelSetOptions } from "../../src/meshing/image-level-set.js";
import { meshLevelSet } from "../../src/meshing/mesh-level-set.js";
import { expectError } from "../support/expect-error.js";
import { marchTetrahedra } from "../support/march-tetrahedra.js";
import { createRandom } from "../support/msh-text.js";
import { sampleImage, threePipes, threePipesArea, threePipesVolume } from "../support/voxel-images.js";

const selection = { labels: [2] };
const radius = 0.3;
const ball = sampleImage(32, (x, y, z) => Math.hypot(x - 0.52, y - 0.49, z - 0.5) - radius);

/** Relative deviations from the exact cell. */
interface Deviations {
  readonly volume: number;
  readonly area: number;
  readonly er: number;
  readonly cytosol: number;
}

/** The values of a level set at points given as fractions of its box. */
function evaluateAt(
  image: VolumeImage,
  options: Partial<ImageLevelSetOptions>,
  fractions: readonly number[][],
): number[] {
  const { levelSet } = levelSetOfImage(image, { selection, ...options });
  const points = Float64Array.from(
    fractions.flatMap((fraction) => fraction.map((f, k) => levelSet.origin[k] + f * levelSet.lengths[k])),
  );
  const values = new Float64Array(fractions.length);
  levelSet.evaluate(points, fractions.length, values);
  return Array.from(values);
}

describe("the level set of an image", () => {
  it("has the volume and the area of a ball, without the stairs of its voxels", () => {
    const { levelSet, report } = levelSetOfImage(ball, { selection });
    const { volume, area } = marchTetrahedra(levelSet, 64);
    const exactVolume = (4 / 3) * Math.PI * radius ** 3;
    const exactArea = 4 * Math.PI * radius ** 2;
    // The voxels themselves are off by 0.4 %; a Gaussian of this width alone takes 2.3 % of the volume away.
    expect(Math.abs(volume / exactVolume - 1)).toBeLessThan(6e-3);
    expect(Math.abs(volume / report.voxelFraction - 1)).toBeLessThan(3e-3);
    // What is left of the stairs adds area, below 1 %; counting faces of voxels would add 50 %.
    expect(Math.abs(area / exactArea - 1)).toBeLessThan(1e-2);
    // 13 directions, a surface of all directions: 1 %.
    expect(Math.abs(report.voxelArea / exactArea - 1)).toBeLessThan(1e-2);
  });

  it("comes near the exact cell of three round pipes", () => {
    const { levelSet, report } = levelSetOfImage(sampleImage(64, threePipes(0.15)), { selection });
    const { volume, area } = marchTetrahedra(levelSet, 64);
    // Pipes along rows of voxels have the error of counting lattice points in a circle: 1.7 % at 9.6 voxels' radius.
    expect(Math.abs(report.voxelFraction / threePipesVolume(0.15) - 1)).toBeLessThan(2e-2);
    // Smoothing itself moves the volume by less than a third of that.
    expect(Math.abs(volume / report.voxelFraction - 1)).toBeLessThan(5e-3);
    // Their edges are rounded over a voxel: 1 to 2 % of the area.
    expect(Math.abs(area / threePipesArea(0.15) - 1)).toBeLessThan(2.5e-2);
  });

  it("draws near to three round pipes as voxels get smaller: volume, area and tensors", async () => {
    const r = 0.15;
    // Off the symmetry of the voxels, so that the errors of counting them differ from pipe to pipe.
    const pipes = threePipes(r);
    const shifted = (x: number, y: number, z: number): number => pipes(x - 0.0021, y + 0.00137, z - 0.00318);
    const read = async (n: number): Promise<Deviations> => {
      const { levelSet, report } = levelSetOfImage(sampleImage(n, shifted), { selection });
      // 1/10 of the ridges are thinner: the radius, but for a voxel.
      expect(Math.abs(Number(report.featureRadius) - r)).toBeLessThan(1.5 / n);
      const { mesh, report: meshed } = meshLevelSet(levelSet, { size: 2 / n });
      const { phases } = (await homogenize(mesh)).result;
      return {
        volume: Math.abs(meshed.volume / threePipesVolume(r) - 1),
        area: Math.abs(meshed.area / threePipesArea(r) - 1),
        // By Richardson from meshes of the exact surface of sizes 1/48 to 1/128, orders 1 and 2.
        er: Math.abs(phases["ER"].homogenized[0][0] / 0.08009 - 1),
        cytosol: Math.abs(phases["cytosol"].homogenized[0][0] / 0.72243 - 1),
      };
    };
    const [coarse, fine] = [await read(64), await read(128)];
    // 6e-3 and 4e-3: creases are rounded over the smoothing, which falls like n^(-2/3).
    expect(coarse.area).toBeLessThan(8e-3);
    expect(fine.area).toBeLessThan(5e-3);
    expect(fine.area).toBeLessThan(0.75 * coarse.area);
    expect(coarse.volume).toBeLessThan(7e-3);
    expect(fine.volume).toBeLessThan(2e-3);
    expect(fine.cytosol).toBeLessThan(0.5 * coarse.cytosol);
    expect(fine.cytosol).toBeLessThan(1.5e-3);
    expect(fine.er).toBeLessThan(1.2e-2);
    // 12 s on an idle machine.
  }, 300_000);

  it("grows like the distance from a plane, along any axis, with voxels that are no cubes", () => {
    const shape = [8, 24, 16] as const;
    const data = Uint8Array.from({ length: 8 * 24 * 16 }, (_, v) => (Math.floor(v / 8) % 24 < 12 ? 2 : 1));
    const image: VolumeImage = { shape, data, spacing: [3, 2, 5], unit: null };
    const { levelSet } = levelSetOfImage(image, { selection, smooth: 2.5, periodic: "wrap" });
    const values = new Float64Array(3);
    levelSet.evaluate(Float64Array.of(1, 23.7, 1, 1, 24, 1, 1, 24.3, 1), 3, values);
    expect(Math.abs(values[1])).toBeLessThan(1e-6);
    // The scale is that of the mean smoothing, which is 2.5 along all axes: slope 1, but for the sampling, 3 %.
    expect((values[2] - values[0]) / 0.6).toBeCloseTo(1, 1);
  });

  it("is periodic, whichever way it is made so", () => {
    const random = createRandom(3);
    const tilted = sampleImage(24, (x, y, z) => Math.sin(7 * x + 3 * y + z) + 0.3 * Math.sin(9 * y - 4 * z));
    for (const periodic of ["wrap", "mirror", "crop"] as const) {
      const points = Array.from({ length: 60 }, () => [random(), random(), random()]);
      const shifted = points.map((point) => point.map((x, k) => x + [1, -2, 1][k]));
      const values = evaluateAt(tilted, { periodic, blend: 0.2 }, points);
      const others = evaluateAt(tilted, { periodic, blend: 0.2 }, shifted);
      // Coordinates of size 3 in double precision.
      values.forEach((value, p) => {
        expect(Math.abs(value - others[p]), periodic).toBeLessThan(1e-12);
      });
    }
  });

  it("is symmetric about the faces where it is mirrored, in a box twice as long", () => {
    const tilted = sampleImage(24, (x, y, z) => Math.sin(7 * x + 3 * y + z));
    const { levelSet, report } = levelSetOfImage(tilted, { selection, periodic: "mirror" });
    expect(levelSet.lengths).toEqual([2, 2, 2]);
    const [a, b] = evaluateAt(tilted, { periodic: "mirror" }, [
      [0.1, 0.2, 0.3],
      [0.9, 0.8, 0.7],
    ]);
    expect(Math.abs(a - b)).toBeLessThan(1e-12);
    const { area } = marchTetrahedra(levelSet, 40);
    expect(Math.abs(area / report.voxelArea - 1)).toBeLessThan(5e-2);
  });

  it("changes nothing outside of the zone where opposite faces are blended", () => {
    const image = sampleImage(32, (x, y, z) => Math.hypot(y - 0.5, z - 0.5) - 0.15 - 0.1 * x);
    const { levelSet, report } = levelSetOfImage(image, { selection, periodic: "crop", blend: 0.25 });
    levelSet.lengths.forEach((length) => {
      expect(length).toBeCloseTo(0.75, 12);
    });
    expect(report.voxels).toEqual([24, 24, 24]);
    const whole = levelSetOfImage(image, { selection, periodic: "wrap" }).levelSet;
    // The zone is x, y, z < 1/4, the seam at 3/4; the smoothing reaches 7 voxels beyond them.
    const points = Float64Array.of(0.5, 0.5, 0.48, 0.45, 0.52, 0.5, 0.5, 0.5, 0.5);
    const [blended, unchanged] = [new Float64Array(3), new Float64Array(3)];
    levelSet.evaluate(points, 3, blended);
    whole.evaluate(points, 3, unchanged);
    expect(Array.from(blended)).toEqual(Array.from(unchanged));
  });
});

describe("what an image and its options contradict", () => {
  it("a label that is not there, with those that are", () => {
    const error = expectError(UsageError, "image-label-missing", () =>
      levelSetOfImage(ball, { selection: { labels: [2, 3] } }),
    );
    expect(error.message).toMatch(
      /No voxel has the label 3\. Labels in the image: 1 \(\d+ voxels\), 2 \(\d+ voxels\)/,
    );
  });

  it("a voxel that is not a number, by its position", () => {
    const data = Float32Array.from(ball.data);
    data[5 + 32 * (6 + 32 * 7)] = NaN;
    const error = expectError(ParseError, "image-not-a-number", () =>
      levelSetOfImage(
        { ...ball, data },
        {
          selection: { threshold: 1.5 },
          crop: [
            [2, 32],
            [0, 32],
            [0, 32],
          ],
        },
      ),
    );
    expect(error.message).toContain("(5, 6, 7)");
  });

  it("a spacing that is missing, impossible, or another than that of the file", () => {
    const bare = { ...ball, spacing: null };
    expectError(UsageError, "image-spacing-missing", () => levelSetOfImage(bare, { selection }));
    expectError(UsageError, "image-spacing-invalid", () =>
      levelSetOfImage(bare, { selection, spacing: [1, 0, 1] }),
    );
    expectError(UsageError, "image-spacing-contradiction", () =>
      levelSetOfImage(ball, { selection, spacing: [4, 4, 4] }),
    );
  });

  it("one phase alone, too few voxels, a part outside, too wide a smoothing or zone", () => {
    const refused = (code: string, options: Partial<ImageLevelSetOptions>): void => {
      const type = code === "image-one-phase" ? ParseError : UsageError;
      expectError(type, code, () => levelSetOfImage(ball, { selection, ...options }));
    };
    refused("image-one-phase", { selection: { labels: [1, 2] } });
    refused("image-one-phase", { selection: { threshold: 9 } });
    refused("image-crop-invalid", {
      crop: [
        [0, 33],
        [0, 32],
        [0, 32],
      ],
    });
    refused("image-crop-invalid", {
      crop: [
        [8, 8],
        [0, 32],
        [0, 32],
      ],
    });
    refused("image-too-small", {
      crop: [
        [15, 18],
        [0, 32],
        [0, 32],
      ],
    });
    refused("image-smoothing-too-wide", { smooth: 0.2 });
    refused("image-blend-too-wide", { periodic: "crop", blend: 0.5 });
  });

  it("faces that do not fit, with how many of their voxels differ", () => {
    const cut = sampleImage(32, (x, y, z) => Math.hypot(x - 0.9, y - 0.5, z - 0.5) - radius);
    const error = expectError(PeriodicityError, "image-not-periodic", () =>
      levelSetOfImage(cut, { selection }),
    );
    expect(error.message).toMatch(/\d % of the voxels differ .* along x .*--periodic mirror/);
    // The same ball through the face, with its other part on the other side, fits.
    const wrapped = sampleImage(
      32,
      (x, y, z) =>
        Math.hypot(Math.min(1.1 - x, 0.9 + x, Math.abs(x - 0.9), x + 0.1), y - 0.5, z - 0.5) - radius,
    );
    expect(levelSetOfImage(wrapped, { selection }).report.periodic).toBe("match");
  });
});
