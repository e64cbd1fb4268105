import { describe, expect, test } from "vitest";
import type { ModelProblem } from "../../src/bidomain/model-problem.js";
import { createHomogenizedEquations } from "../../src/bidomain/model-regions.js";
import type { RegionField } from "../../src/bidomain/problem-options.js";
import { ParseError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import { checkResult } from "../../src/io/model-checks.js";
import { parseModel } from "../../src/io/model-file.js";
import type { HomogenizedRegion } from "../../src/io/model.js";
import { listResultFiles } from "../../src/io/model-result-files.js";
import { boxMesh } from "../support/box-mesh.js";
import { boxModel, openModel } from "../support/model-problem.js";
import { diagonal, makePhase, makeResult } from "../support/model-result.js";

const initial = "initial: { c: 0.1, e: 10, p: 0 }";
const withBuffer = `${boxModel}${initial}
ip3: { diffusion: 280, production: 1, decay: 1 }
buffers:
  csq: { in: er, total: 1, kOn: 1, kOff: 1, diffusion: 25, result: csq.json, tensors: homogenized um^2/ms }
  cam: { in: cytosol, total: 1, kOn: 1, kOff: 1, diffusion: 40 }
`;
const ownResult = makeResult("cell", { er: { ...makePhase(0.25, null), homogenized: diagonal(0.003) } });

async function readFields(
  text: string,
  directions = new Float64Array(0),
  ownTensors: ReadonlyMap<string, Matrix3> = new Map(),
): Promise<ReadonlyMap<string, RegionField["tensor"]>> {
  const model = await parseModel(text, "cell.yaml");
  const region = model.regions[0] as HomogenizedRegion;
  const coefficients = checkResult(model, region, makeResult());
  const { fields } = await createHomogenizedEquations(model, region, {
    coefficients,
    ownTensors,
    directions,
  });
  return new Map(fields.map(({ name, tensor }) => [name, tensor]));
}

const openWithBuffer = (result = ownResult): Promise<ModelProblem> =>
  openModel(withBuffer, { results: { "csq.json": result } });

describe("result files of buffers", () => {
  test("a buffer's own tensor stands for D x factor", async () => {
    const fields = await readFields(withBuffer, undefined, new Map([["csq", diagonal(3)]]));
    expect(fields.get("csq")).toEqual(diagonal(3));
    expect(fields.get("cam")).toEqual(diagonal(10));
    expect(fields.get("p")).toEqual(diagonal(70));
    expect(fields.get("e")).toEqual(diagonal(12.5));
  });

  test("are taken from the files that the model names", async () => {
    const { model } = await openWithBuffer();
    expect(listResultFiles(model)).toEqual([
      { file: "r.json", field: "regions.box.result" },
      { file: "csq.json", field: "buffers.csq.result" },
    ]);
    await expect(openWithBuffer(makeResult("cell", { er: makePhase(0.2, null) }))).rejects.toThrow(
      /volume fraction of "ER" is 0\.2 in csq\.json, but 0\.25 in r\.json/,
    );
  });
});

describe("a direction field", () => {
  const turned = boxModel.replace(
    "tensors: factor x D",
    'tensors: factor x D, direction: { axis: z, along: ["x - 0.5", "0.2", 0] }',
  );

  test("turns the tensors of every cell", async () => {
    const directions = Float64Array.of(0, 0, 3, 2, 0, 0, 0, -1, 0);
    const fields = await readFields(`${turned}${initial.replace(", p: 0", "")}`, directions);
    const tensor = fields.get("c");
    if (typeof tensor !== "function") throw new Error("expected a tensor for each cell");
    const diagonals = [0, 1, 2].map((cell) => tensor(cell).map((row, k) => row[k]));
    [
      [50, 100, 150],
      [150, 100, 50],
      [50, 150, 100],
    ].forEach((expected, cell) => {
      expected.forEach((value, k) => {
        expect(diagonals[cell][k]).toBeCloseTo(value, 12);
      });
    });
  });

  test("is evaluated in um, whatever the unit of the mesh", async () => {
    const mesh = boxMesh({ counts: [2, 2, 2], lengths: [1000, 1000, 1000] });
    const open = (component: string): Promise<ModelProblem> =>
      openModel(
        `${turned}${initial.replace(", p: 0", "")}`
          .replace("lengthUnit: um", "lengthUnit: nm")
          .replace("x - 0.5", component)
          .replace('"0.2"', "0"),
        { mesh },
      );
    await expect(open("x < 1 ? 1 : 0")).resolves.toBeDefined();
    const zero = open("x < 0.4 ? 1 : 0");
    await expect(zero).rejects.toThrow(ParseError);
    await expect(zero).rejects.toMatchObject({ code: "model-direction" });
  });
});
