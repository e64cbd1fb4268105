import { describe, expect, test } from "vitest";
import { ParseError, type ErfemError } from "../../src/core/errors.js";
import type { Matrix3 } from "../../src/core/tensor.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { checkResult } from "../../src/io/model-checks.js";
import { parseModel } from "../../src/io/model-file.js";
import type { HomogenizedRegion, Model } from "../../src/io/model.js";
import { checkOwnResult } from "../../src/io/model-own-results.js";
import { expectError } from "../support/expect-error.js";
import { diagonal, makePhase, makeResult } from "../support/model-result.js";
import { addedLine, refuseModel, smallModel } from "../support/model-text.js";

const base = "in: er, total: 1, kOn: 1, kOff: 1, diffusion: 25";
const own = `${base}, result: csq.json, tensors: homogenized um^2/ms`;

const readModel = (buffer: string): Promise<Model> =>
  parseModel(
    `${smallModel.replace("cytosol: cyt,", "cytosol: cytosol,")}buffers: { csq: { ${buffer} } }\n`,
    "cell.yaml",
  );

describe("reading", () => {
  test("one file for all homogenized regions", async () => {
    const { buffers } = await readModel(own);
    expect(buffers[0]).toMatchObject({
      diffusion: 25,
      result: { files: { body: "csq.json" }, toUm2PerS: 1000 },
    });
  });

  test("a file for each region, and IP3", async () => {
    const buffer = own.replace("csq.json", "{ body: a.json }").replace("um^2/ms", "um^2/s");
    const { buffers } = await readModel(buffer);
    expect(buffers[0].result).toEqual({ files: { body: "a.json" }, toUm2PerS: 1 });
    const { ip3 } = await parseModel(
      `${smallModel.replace("e: 10", "e: 10, p: 0")}ip3: { diffusion: 280, production: 1, decay: 1, result: p.json, tensors: homogenized um^2/ms }\n`,
      "",
    );
    expect(ip3).toMatchObject({ result: { files: { body: "p.json" }, toUm2PerS: 1000 } });
  });

  test.each([
    [`${base}, result: a.json`, "tensors", /is missing beside result:; expected homogenized um\^2\/ms/],
    [`${base}, tensors: homogenized um^2/s`, "tensors", /goes with result:/],
    [own.replace("homogenized um^2/ms", "factor x D"), "tensors", /expected one of homogenized um\^2\/ms/],
    [own.replace("25", "0"), "result", /what does not move/],
    [own.replace("csq.json", "{ bodi: a.json }"), "result.bodi", /did you mean "body"/],
    [own.replace("csq.json", "3"), "result", /expected a file, or files by homogenized region/],
  ])("%s is refused", async (buffer, field, message) => {
    const error = await refuseModel(`${smallModel}buffers: { csq: { ${buffer} } }\n`);
    expect(error.message).toMatch(message);
    expect(error.details).toMatchObject({ path: `buffers.csq.${field}`, line: addedLine });
  });
});

describe("checkOwnResult", () => {
  const resolve = (model: Model, result: HomogenizationResult): Matrix3 =>
    checkOwnResult(model, model.regions[0] as HomogenizedRegion, "csq", result, makeResult());

  test("the homogenized tensor of the same phase, in its unit", async () => {
    expect(resolve(await readModel(own), makeResult())).toEqual(diagonal(62.5));
    const perS = await readModel(own.replace("um^2/ms", "um^2/s"));
    expect(resolve(perS, makeResult())).toEqual(diagonal(0.0625));
  });

  test("turned with the region", async () => {
    const model = await readModel(own);
    const rotation: Matrix3 = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ];
    const region = { ...(model.regions[0] as HomogenizedRegion), rotation };
    const tensor = checkOwnResult(model, region, "csq", makeResult(), makeResult());
    expect(tensor.map((row, k) => row[k])).toEqual([187.5, 62.5, 125]);
  });

  test("the region's result needs no factor for what has its own", async () => {
    const text = (buffer: string): Promise<Model> => readModel(buffer);
    const withoutFactor = makeResult("cell", { er: makePhase(0.25, null) });
    const region = (model: Model): HomogenizedRegion => ({
      ...(model.regions[0] as HomogenizedRegion),
      tensors: { use: "homogenized", toUm2PerS: 1 },
    });
    const model = await text(own);
    expect(checkResult(model, region(model), withoutFactor).er.factor).toBeNull();
    const plain = await text(base);
    expectError(ParseError, "model-result", () => checkResult(plain, region(plain), withoutFactor));
  });

  test.each<readonly [HomogenizationResult, RegExp]>([
    [
      makeResult("cell", { er: makePhase(0.25 * (1 + 2e-6), null) }),
      /volume fraction of "ER" is 0\.2500005 in csq\.json, but 0\.25 in r\.json of "body"/,
    ],
    [
      { ...makeResult(), phases: { cytosol: makePhase(0.75, null), ERs: makePhase(0.25, null) } },
      /csq\.json has no phase "ER", the er of "body", did you mean "ERs"\?; there are cytosol, ERs/,
    ],
    [
      makeResult("cell", { er: { ...makePhase(0.25, null), homogenized: diagonal(NaN) } }),
      /the tensor of "ER" in csq\.json is not finite/,
    ],
    [{ ...makeResult(), schema: "erfem/sweep@1" } as unknown as HomogenizationResult, /found erfem\/sweep@1/],
  ])("another result is refused: %#", async (result, message) => {
    for (const [buffer, path] of [
      [own, "buffers.csq.result"],
      [own.replace("csq.json", "{ body: csq.json }"), "buffers.csq.result.body"],
    ]) {
      const model = await readModel(buffer);
      const error: ErfemError = expectError(ParseError, "model-result", () => resolve(model, result));
      expect(error.message).toMatch(message);
      expect(error.details).toMatchObject({ path, line: addedLine });
    }
  });

  test("volume fractions may differ by round-off", async () => {
    const result = makeResult("cell", { er: makePhase(0.25 * (1 + 5e-7), null) });
    expect(resolve(await readModel(own), result)).toEqual(diagonal(62.5));
  });

  test("a region for which there is no file", async () => {
    const model = await readModel(base);
    const error = expectError(ParseError, "model-result", () => resolve(model, makeResult()));
    expect(error.message).toMatch(/names no result file for the region "body"/);
  });
});
