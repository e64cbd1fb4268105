import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { checkModelMesh } from "../../src/io/model-checks.js";
import { evaluateDirections } from "../../src/io/model-directions.js";
import { parseModel } from "../../src/io/model-file.js";
import type { HomogenizedRegion, Model } from "../../src/io/model.js";
import { expectError } from "../support/expect-error.js";
import { refuseModel, smallModel } from "../support/model-text.js";

const withDirection = (direction: string): string =>
  smallModel.replace("er: ER", `er: ER, direction: { ${direction} }`);

const readRegion = async (direction: string): Promise<readonly [Model, HomogenizedRegion]> => {
  const model = await parseModel(withDirection(direction), "cell.yaml");
  return [model, model.regions[0] as HomogenizedRegion];
};

/** Two cells with the centres (1, 2, 3) and (-1, 0, 2), the first in `body`, the second in `cleft`. */
const mesh: Parameters<typeof evaluateDirections>[2] & Pick<TetMesh, "surfaces"> = {
  numCells: 2,
  coordinates: Float64Array.from([0, 1, 2, 4, 1, 2, 0, 5, 2, 0, 1, 6, -8, -7, -2]),
  cells: Int32Array.from([0, 1, 2, 3, 0, 1, 2, 4]),
  cellRegion: Int32Array.from([0, 1]),
  cellRegions: [
    { entityTag: 1, groups: [0] },
    { entityTag: 2, groups: [1] },
  ],
  volumes: [
    { name: "body", tag: 1 },
    { name: "cleft", tag: 2 },
  ],
  surfaces: [],
  cellData: [
    { name: "fibre", numComponents: 3, values: Float64Array.from([0, 3, 4, NaN, NaN, NaN]) },
    { name: "density", numComponents: 1, values: Float64Array.from([1, 2]) },
  ],
};

describe("reading", () => {
  test("formulas, with constants", async () => {
    const [, region] = await readRegion('axis: z, along: ["-y", "x", 0]');
    expect(region.direction).toEqual({ kind: "formulas", axis: "z", along: ["-y", "x", "0"] });
    const model = await parseModel(
      `${withDirection('axis: x, along: [1, "q * x", "0"]')}constants: { q: 2 }\n`,
      "",
    );
    expect((model.regions[0] as HomogenizedRegion).direction).toMatchObject({ along: ["1", "2 * x", "0"] });
  });

  test("data of the mesh", async () => {
    const [, region] = await readRegion("axis: y, data: fibre");
    expect(region.direction).toEqual({ kind: "data", axis: "y", data: "fibre" });
  });

  test.each([
    ["axis: z", "", /expected along: or data:, found neither/],
    ["axis: z, data: a, along: [0, 0, 1]", "", /found both/],
    ["axis: w, data: a", ".axis", /one of x, y, z/],
    ["axis: z, along: [0, 1]", ".along", /at least 3 entries/],
    ["axis: z, along: [0, 0, t]", ".along[2]", /unknown name "t"/],
    ["axis: z, along: [0, 0, 1 um]", ".along[2]", /expected the unit 1/],
    ["data: a", ".axis", /one of x, y, z/],
  ])("%s is refused", async (direction, field, message) => {
    const error = await refuseModel(withDirection(direction));
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ path: `regions.body.direction${field}`, line: 5 });
  });

  test("a rotation and a direction", async () => {
    const text = withDirection("axis: z, data: a").replace(
      "er: ER",
      "er: ER, rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]",
    );
    expect((await refuseModel(text)).message).toMatch(/stands beside rotation:/);
  });
});

describe("checkModelMesh", () => {
  test.each([
    ["fiber", /no \$ElementData view "fiber", did you mean "fibre"\?; there are fibre, density/],
    ["density", /expected a view of 3 components, "density" has 1/],
  ])("data: %s is refused", async (data, message) => {
    const [model, region] = await readRegion(`axis: z, data: ${data}`);
    const error = expectError(ParseError, "model-direction", () => {
      checkModelMesh(model, mesh);
    });
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ path: "regions.body.direction.data", line: 5 });
    await expect(evaluateDirections(model, region, mesh)).rejects.toThrow(message);
  });

  test("takes vectors", async () => {
    const [model] = await readRegion("axis: z, data: fibre");
    expect(() => {
      checkModelMesh(model, mesh);
    }).not.toThrow();
  });
});

describe("evaluateDirections", () => {
  test("formulas at the centres of the region's cells", async () => {
    const [model, region] = await readRegion('axis: z, along: ["-y", "x", "z^2"]');
    expect([...(await evaluateDirections(model, region, mesh))]).toEqual([-2, 1, 9, 0, 0, 0]);
  });

  test("data of the region's cells", async () => {
    const [model, region] = await readRegion("axis: z, data: fibre");
    expect([...(await evaluateDirections(model, region, mesh))]).toEqual([0, 3, 4, 0, 0, 0]);
  });

  test("none", async () => {
    const model = await parseModel(smallModel, "");
    const none = await evaluateDirections(model, model.regions[0] as HomogenizedRegion, mesh);
    expect([...none]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ['along: ["x - 1", 0, "y - 2"]', "(0, 0, 0)"],
    ['along: ["1 / (x - 1)", 0, 0]', "(Infinity, 0, 0)"],
  ])("%s has no direction in the first cell", async (along, found) => {
    const [model, region] = await readRegion(`axis: z, ${along}`);
    const caught: unknown = await evaluateDirections(model, region, mesh).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(ParseError);
    const { code, message, details } = caught as ParseError;
    expect(code).toBe("model-direction");
    expect(message).toContain(`the cell with centre (1, 2, 3) um is ${found}`);
    expect(details).toMatchObject({ path: "regions.body.direction", line: 5 });
  });
});
