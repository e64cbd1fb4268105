import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErfemError, UsageError } from "../../src/core/errors.js";
import { homogenize } from "../../src/homogenization/homogenize.js";
import { levelSetOfImage } from "../../src/meshing/image-level-set.js";
import { placeWindow } from "../../src/meshing/image-windows.js";
import { meshLevelSet } from "../../src/meshing/mesh-level-set.js";
import { hashGeometry, openGeometry } from "../../src/node/geometries.js";
import { meshUnitCell } from "../../src/node/mesh-unit-cell.js";
import { readMesh } from "../../src/node/read-mesh.js";
import { runErfem } from "../cli/run-erfem.js";
import { expectError } from "../support/expect-error.js";

const SAME = 1e-12;
const N = 32;
const EDGE = 4;

/** Rods along x of two periods along y and z, of different thickness at either half along z. */
const voxels = Uint8Array.from({ length: N ** 3 }, (_, v) => {
  const [y, z] = [Math.floor(v / N) % N, Math.floor(v / N ** 2)];
  const radius = z < N / 2 ? 4.2 : 5.6;
  return Math.hypot((y % 16) - 7.5, (z % 16) - 7.5) < radius ? 2 : 1;
});

let folder = "";
const path = (name: string): string => join(folder, name);

function writeImage(bytes: Uint8Array = voxels): void {
  const head = `NRRD0004\ntype: uint8\ndimension: 3\nsizes: ${N} ${N} ${N}\nspacings: ${EDGE} ${EDGE} ${EDGE}\nencoding: raw\n\n`;
  writeFileSync(path("er.nrrd"), Buffer.concat([Buffer.from(head), bytes]));
}

const description = "image: er.nrrd\nlabel: { ER: [2] }\nperiodic: wrap\n";

async function failure(run: () => Promise<unknown>): Promise<ErfemError> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(ErfemError);
    return error as ErfemError;
  }
  throw new Error("nothing was thrown");
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "erfem-image-"));
  writeImage();
  writeFileSync(path("er.image.yaml"), description);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("placeWindow", () => {
  const place = (window: number, sample: number): ReturnType<typeof placeWindow> =>
    placeWindow([33, 33, 50], [1, 1, 1], { window, sample, corner: [0, 0, 0] });

  it("numbers all windows that fit side by side, none of which overlap", () => {
    const windows = Array.from({ length: 3 * 3 * 5 }, (_, i) => place(10, i + 1) ?? []);
    for (const window of windows) {
      window.forEach(([low, high], k) => {
        expect(high - low).toBe(10);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual([33, 33, 50][k]);
      });
    }
    for (let a = 0; a < windows.length; a++) {
      for (let b = 0; b < a; b++) {
        const isApart = [0, 1, 2].some(
          (k) => windows[a][k][1] <= windows[b][k][0] || windows[b][k][1] <= windows[a][k][0],
        );
        expect(isApart).toBe(true);
      }
    }
  });

  it("takes the first few from all over the image", () => {
    const centres = [1, 2, 3, 4, 5, 6, 7, 8].map((sample) =>
      (place(10, sample) ?? []).map(([low]) => low + 5),
    );
    const mean = [0, 1, 2].map((k) => centres.reduce((sum, centre) => sum + centre[k], 0) / 8);
    [33, 33, 50].forEach((n, k) => {
      expect(Math.abs(mean[k] / n - 0.5)).toBeLessThan(0.25);
    });
  });

  it("takes all of the image, or a part at a corner, in voxels that are no cubes", () => {
    const at = { sample: 0, corner: [6, 3, 8] } as const;
    expect(placeWindow([20, 20, 20], [2, 1, 4], { ...at, window: 8 })).toEqual([
      [3, 7],
      [3, 11],
      [2, 4],
    ]);
    expect(placeWindow([8, 8, 8], [1, 1, 1], { window: 0, sample: 0, corner: [0, 0, 0] })).toBeUndefined();
  });

  it.each([
    [{ window: 0, sample: 3 }, "how large"],
    [{ window: -5, sample: 1 }, "a window of 1 to 33"],
    [{ window: 34, sample: 1 }, "34 of the image's 33 voxels along x"],
    [{ window: NaN, sample: 1 }, "a window of"],
    [{ window: 11, sample: 37 }, "36 windows of 11 fit"],
    [{ window: 11, sample: 1.5 }, "a whole number"],
    [{ window: 11, sample: 0, corner: [0, 23, 0] as const }, "y from 0 to 22"],
  ] as const)("refuses %o", (given, message) => {
    const error = expectError(UsageError, "image-window-invalid", () =>
      placeWindow([33, 33, 50], [1, 1, 1], { corner: [0, 0, 0], ...given }),
    );
    expect(error.message).toContain(message);
  });
});

describe("unit cells of an image", () => {
  it("are those of the same part cut out by hand", async () => {
    const output = path("cell.msh");
    const set = { window: 64, x: 0, y: 64, z: 64, grading: 2 };
    await meshUnitCell({ geo: path("er.image.yaml"), output, set, size: 6.4 });
    const { mesh } = await readMesh(output);
    const { result } = await homogenize(mesh);
    const { levelSet } = levelSetOfImage(
      { shape: [N, N, N], data: voxels, spacing: [EDGE, EDGE, EDGE], unit: null },
      {
        selection: { labels: [2] },
        crop: [
          [0, 16],
          [16, 32],
          [16, 32],
        ],
        periodic: "wrap",
      },
    );
    const expected = (await homogenize(meshLevelSet(levelSet, { size: 6.4, grading: 2 }).mesh)).result;
    expect(result.membrane.area).toBeCloseTo(expected.membrane.area, 8);
    for (const name of ["ER", "cytosol"]) {
      for (let k = 0; k < 3; k++) {
        const [a, b] = [result, expected].map(({ phases }) => phases[name].homogenized[k][k]);
        expect(Math.abs(a - b)).toBeLessThan(SAME * expected.phases["cytosol"].homogenized[0][0]);
      }
    }
    // The thick rods; those of the other half are thinner.
    await meshUnitCell({ geo: path("er.image.yaml"), output, set: { ...set, z: 0 }, size: 6.4 });
    const thin = (await homogenize((await readMesh(output)).mesh)).result.phases["ER"].volumeFraction;
    expect(thin).toBeLessThan(0.7 * result.phases["ER"].volumeFraction);
  });

  it("have parameters with numbers, and a hash that changes with the image and the description", async () => {
    const open = async (): Promise<string> => hashGeometry(await openGeometry(path("er.image.yaml")));
    const { parameters } = await openGeometry(path("er.image.yaml"));
    expect(parameters.map(({ name }) => name)).toEqual([
      "window",
      "sample",
      "x",
      "y",
      "z",
      "smooth",
      "h",
      "grading",
    ]);
    expect(parameters.find(({ name }) => name === "h")?.defaultText).toBe("8");
    const first = await open();
    expect(await open()).toBe(first);
    writeFileSync(path("er.image.yaml"), `${description}outside: matrix\n`);
    const second = await open();
    writeImage(voxels.slice().fill(2, 0, 1));
    const third = await open();
    expect(new Set([first, second, third]).size).toBe(3);
    writeFileSync(path("er.image.yaml"), description);
    writeImage();
    expect(await open()).toBe(first);
  });

  it.each([
    ["image: er.nrrd\n", "image-cell-field", "expected either label"],
    ["image: er.nrrd\nlabel: { ER: [2] }\nthreshold: 1\n", "image-cell-field", "expected either label"],
    ["image: er.nrrd\nlabel: { ER: [2], G: [3] }\n", "image-cell-field", "one name"],
    ["image: er.nrrd\nlable: { ER: [2] }\n", "image-cell-field", 'did you mean "label"'],
    ["image: er.nrrd\nlabel: { ER: 2 }\nspacing: [4, 0, 4]\n", "image-cell-field", ":3:"],
    ["image: none.nrrd\nlabel: { ER: [2] }\n", "file-not-found", "names the image none.nrrd"],
    ["image: er.nrrd\nlabel: { ER: [2] }\nspacing: [3, 4, 4]\n", "image-spacing-contradiction", "3, 4, 4"],
    ["image: [\n", "problem-syntax", "wrong.image.yaml"],
  ])("refuse a description %j", async (text, code, message) => {
    writeFileSync(path("wrong.image.yaml"), text);
    const error = await failure(() => openGeometry(path("wrong.image.yaml")));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it("refuse other parameters, and what only Gmsh can do", async () => {
    const mesh = (options: object): Promise<unknown> =>
      meshUnitCell({ geo: path("er.image.yaml"), output: path("no.msh"), ...options });
    expect((await failure(() => mesh({ set: { edge: 1 } }))).code).toBe("unknown-parameter");
    expect((await failure(() => mesh({ algorithm: "hxt" }))).code).toBe("family-needs-no-gmsh");
    expect((await failure(() => mesh({ set: { window: 20, x: 100, z: 4 } }))).code).toMatch(/image-/);
    expect((await failure(() => mesh({ set: { smooth: -5 } }))).code).toBe("invalid-parameter");
    expect((await failure(() => mesh({ size: 0.2 }))).code).toBe("mesh-too-large");
  });
});

describe("a sweep over parts of an image", () => {
  const sweepParts = (...args: string[]): ReturnType<typeof runErfem> => {
    const vary = ["--vary", "window=64", "--vary", "sample=1:4:4", "--over", "sample"];
    return runErfem(["sweep", path("er.image.yaml"), ...vary, "--size", "8", "--jobs", "2", ...args]);
  };

  /** A number of the only row of `statistics.csv`; undefined for a column that is not there. */
  function readStatistic(folderName: string, column: string): number | undefined {
    const lines = readFileSync(path(`${folderName}/statistics.csv`), "utf8").split("\n");
    const [head, row] = lines.map((line) => line.split(","));
    const at = head.indexOf(column);
    return at < 0 ? undefined : Number(row[at]);
  }

  it("averages over them, by conditions from above and below, and goes on only with the same image", async () => {
    const means: number[] = [];
    for (const boundary of ["flux", "periodic", "dirichlet"]) {
      const { code, stderr } = await sweepParts("--boundary", boundary, "-o", path(boundary), "--quiet");
      expect(code, stderr).toBe(0);
      expect(readStatistic(boundary, "cytosol.homogenized.22.count")).toBe(4);
      means.push(readStatistic(boundary, "cytosol.homogenized.22.mean") ?? NaN);
    }
    // The parts are whole periods: Reuss below Voigt for each, so for their means.
    expect(means[0]).toBeLessThan(means[1] * (1 + 1e-9));
    expect(means[1]).toBeLessThan(means[2] * (1 + 1e-9));
    writeImage(voxels.slice().fill(2, 0, 1));
    const changed = await sweepParts("--boundary", "periodic", "-o", path("periodic"));
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining("[sweep-inputs-differ]")]);
    writeImage();
  });

  it("leaves out entries that are not defined", async () => {
    // Half a ball at either end: what flows in does not flow out.
    writeImage(
      voxels.map((_, v) => {
        const [x, y, z] = [v, Math.floor(v / N), Math.floor(v / N ** 2)].map((at) => at % 16);
        return Math.hypot(Math.min(x, 15 - x) + 0.5, y - 7.5, z - 7.5) < 5 ? 2 : 1;
      }),
    );
    const plot = ["--plot", "window,effective.11"];
    const { code, stderr } = await sweepParts("--boundary", "flux", ...plot, "-o", path("open"), "--quiet");
    writeImage();
    expect(code, stderr).toBe(0);
    expect(readStatistic("open", "cytosol.homogenized.11.count")).toBe(4);
    expect(readStatistic("open", "ER.homogenized.11.count") ?? 0).toBe(0);
    expect(readStatistic("open", "ER.volumeFraction.count")).toBe(4);
  });

  it("counts the parts that have one phase only", async () => {
    writeImage(voxels.map((value, v) => (v < N ** 3 / 2 ? 1 : value)));
    const { code, stderr } = await sweepParts("-o", path("half"), "--quiet");
    writeImage();
    expect(code).toBe(3);
    expect(stderr).toMatch(/image-(label-missing|one-phase)/);
    const [failed, counted] = ["failed", "ER.volumeFraction.count"].map((name) =>
      readStatistic("half", name),
    );
    expect(failed).toBeGreaterThan(0);
    expect((failed ?? 0) + (counted ?? 0)).toBe(4);
  });
});
