import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { checkModelMesh, checkResult, type RegionCoefficients } from "../../src/io/model-checks.js";
import { parseModel } from "../../src/io/model-file.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import type { Model } from "../../src/io/model.js";
import { expectError } from "../support/expect-error.js";
import { diagonal, makePhase, makeResult } from "../support/model-result.js";

const text = `mesh: cell.msh
lengthUnit: um
units: { length: um, time: s, concentration: uM }
regions:
  body:
    kind: homogenized
    result: r.json
    cytosol: cytosol
    er: ER
    tensors: factor x D
    period: 300 nm
  cleft: { kind: cytosol, volumes: [2, gap] }
diffusion: { c: 200, e: 100 }
fluxes:
  pumps: { model: serca-hill, per: membrane-area, parameters: { V: 18000 molecules/um^2/s } }
boundary:
  - { surface: [top, 12], field: c, concentration: 1 }
initial: { c: 0.1, e: 10 }
time: { end: 1 }
`;

async function check(
  result: HomogenizationResult,
  edit = (whole: string) => whole,
): Promise<RegionCoefficients> {
  const model = await parseModel(edit(text), "cell.yaml");
  const [region] = model.regions;
  if (region.kind !== "homogenized") throw new Error("the first region is not homogenized");
  return checkResult(model, region, result);
}

async function refuse(result: HomogenizationResult, edit?: (whole: string) => string): Promise<ParseError> {
  const caught = await check(result, edit).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(ParseError);
  expect((caught as ParseError).code).toBe("model-result");
  return caught as ParseError;
}

describe("checkResult", () => {
  test("factor x D, and the area per volume by the period", async () => {
    const { cytosol, er, areaPerVolume } = await check(makeResult());
    expect(cytosol).toEqual({ volumeFraction: 0.75, tensor: diagonal(50), factor: diagonal(0.25) });
    expect(er).toEqual({ volumeFraction: 0.25, tensor: diagonal(12.5), factor: diagonal(0.125) });
    // 3 / 2 per mesh unit, of which one is 0.15 um: the first lattice vector, 2, is 0.3 um long.
    expect(areaPerVolume).toBeCloseTo(10, 12);
  });

  test("the result's own length unit", async () => {
    const withoutPeriod = (whole: string): string => whole.replace(/ *period.*\n/, "");
    expect((await check(makeResult("um"), withoutPeriod)).areaPerVolume).toBe(1.5);
    expect((await check(makeResult("nm"), withoutPeriod)).areaPerVolume).toBe(1500);
    expect((await check(makeResult("nm"), (whole) => whole.replace("300 nm", "2 nm"))).areaPerVolume).toBe(
      1500,
    );
  });

  test("pumps per volume need the shape of the membrane, and no length", async () => {
    const perVolume = (whole: string): string =>
      whole
        .replace("membrane-area,", "membrane-area, density: 500 /um^3,")
        .replace("18000 molecules/um^2/s", "18 molecules/s");
    const { areaPerVolume, shape } = await check(makeResult(), perVolume);
    // Area 3 per squared length of the first lattice vector, 2.
    expect([areaPerVolume, shape]).toEqual([expect.closeTo(10, 12), 0.75]);
    const withoutPeriod = await check(makeResult(), (whole) => perVolume(whole).replace(/ *period.*\n/, ""));
    expect(withoutPeriod.shape).toBe(0.75);
    expect(withoutPeriod).not.toHaveProperty("areaPerVolume");
    expect(await check(makeResult())).not.toHaveProperty("shape");
  });

  test("homogenized as given, in its unit", async () => {
    const inMs = await check(makeResult(), (whole) => whole.replace("factor x D", "homogenized um^2/ms"));
    expect(inMs.cytosol.tensor).toEqual(diagonal(62.5));
    const inS = await check(makeResult(), (whole) => whole.replace("factor x D", "homogenized um^2/s"));
    expect(inS.er.tensor).toEqual(diagonal(0.0625));
  });

  test("a rotation turns the tensors: the unit cell's z goes to x", async () => {
    const { cytosol } = await check(makeResult(), (whole) =>
      whole.replace("period:", "rotation: [[0, 0, 1], [1, 0, 0], [0, 1, 0]]\n    period:"),
    );
    expect(cytosol.tensor).toEqual([
      [150, 0, 0],
      [0, 50, 0],
      [0, 0, 100],
    ]);
    expect(cytosol.factor?.[0][0]).toBe(0.75);
  });

  test("no length unit and no period is refused where a flux is per area, and only there", async () => {
    const withoutPeriod = (whole: string): string => whole.replace(/ *period.*\n/, "");
    const error = await refuse(makeResult(), withoutPeriod);
    expect(error.details).toMatchObject({ path: "regions.body.period", line: 5, column: 3 });
    expect(error.message).toMatch(/^cell\.yaml:5:3: regions\.body\.period: is missing.*"pumps"$/);
    const perVolume = await check(makeResult(), (whole) =>
      withoutPeriod(whole).replace("membrane-area", "cell-volume").replace("molecules/um^2/s", "uM/s"),
    );
    expect(perVolume).not.toHaveProperty("areaPerVolume");
  });

  test.each([
    [
      "er: ER",
      "er: er",
      makeResult(),
      "regions.body.er",
      9,
      /no phase "er", did you mean "ER"\?; there are cytosol, ER/,
    ],
    ["cytosol: cytosol", "cytosol: toString", makeResult(), "regions.body.cytosol", 8, /no phase "toString"/],
    ["300 nm", "300 um", makeResult("um"), "regions.body.period", 11, /300 um contradicts.*2 um long/],
    [
      "",
      "",
      makeResult("um", { er: makePhase(0.25, null) }),
      "regions.body.tensors",
      10,
      /no factor for "ER".*; e, B of "body"/,
    ],
    [
      "tensors: factor x D",
      "tensors: homogenized um^2/s",
      makeResult("cell", { er: makePhase(0.25, null) }),
      "regions.body.result",
      7,
      /no factor for "ER".*; B of "body"/,
    ],
    [
      "",
      "",
      makeResult("cell", { er: makePhase(0.5, diagonal(1)) }),
      "regions.body.result",
      7,
      /0\.75 and 0\.5$/,
    ],
    [
      "",
      "",
      makeResult("cell", { er: makePhase(0.25, diagonal(NaN)) }),
      "regions.body.result",
      7,
      /"ER" is not finite: NaN/,
    ],
    [
      "",
      "",
      { ...makeResult(), membrane: { area: 1, areaPerVolume: 1, pairs: { "ER|outside": 1 } } },
      "regions.body.result",
      7,
      /no membrane between "cytosol" and "ER"; there is ER\|outside/,
    ],
  ] as const)("%j as %j: %#", async (from, to, result, path, line, message) => {
    const buffer = "buffers: { B: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 1 } }\n";
    const error = await refuse(result, (whole) => `${whole.replace(from, to)}${buffer}`);
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ file: "cell.yaml", path, line });
  });

  test("another file", async () => {
    const other = { ...makeResult(), schema: "erfem/sweep@1" } as unknown as HomogenizationResult;
    expect((await refuse(other)).message).toContain("found erfem/sweep@1");
  });
});

describe("checkModelMesh", () => {
  const volumes = [
    { name: "body", tag: 1 },
    { name: "shell", tag: 2 },
    { name: "gap", tag: 3 },
  ];
  const surfaces = [
    { name: "top", tag: 11 },
    { name: "side", tag: 12 },
  ];
  const read = (edit = (whole: string) => whole): Promise<Model> => parseModel(edit(text), "cell.yaml");

  test("takes names and tags", async () => {
    const model = await read();
    expect(() => {
      checkModelMesh(model, { volumes, surfaces, cellData: [] });
    }).not.toThrow();
  });

  test.each([
    [
      "  body:",
      "  boddy:",
      "model-region",
      "regions.boddy",
      5,
      /no physical volume "boddy", did you mean "body"\?; there are body, shell, gap/,
    ],
    ["[2, gap]", "[2, hole]", "model-region", "regions.cleft.volumes[1]", 12, /no physical volume "hole"/],
    ["[2, gap]", "[2]", "model-region", "regions", 4, /in no region: "gap"/],
    [
      "[2, gap]",
      "[2, gap, 1]",
      "model-region",
      "regions.cleft.volumes[2]",
      12,
      /"body" belongs to "body", too/,
    ],
    [
      "[top, 12]",
      "[tip, 12]",
      "model-surface",
      "boundary[0].surface[0]",
      17,
      /no physical surface "tip", did you mean "top"/,
    ],
  ] as const)("%j as %j", async (from, to, code, path, line, message) => {
    const model = await read((whole) => whole.replace(from, to));
    const error = expectError(ParseError, code, () => {
      checkModelMesh(model, { volumes, surfaces, cellData: [] });
    });
    expect(error.message).toMatch(message);
    const { faults, ...place } = error.details;
    expect(faults).toContainEqual(expect.objectContaining({ path, line }));
    expect(place).toMatchObject({ file: "cell.yaml" });
  });
});
