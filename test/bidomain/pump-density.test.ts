import { describe, expect, test } from "vitest";
import type { CellMembrane } from "../../src/bidomain/cell-reaction-options.js";
import { createCellReaction } from "../../src/bidomain/cell-reaction.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createReactionPoint } from "../../src/bidomain/reaction.js";
import { boxModel, openModel } from "../support/model-problem.js";

/** The appendix's example: three crossing pipes of edge 0.1, whose membrane area is 3 x 0.4 x 0.9 per period^2. */
describe("pumps per volume of the cell", () => {
  const shape = 3 * 0.4 * 0.9;
  const periodUm = 0.3;
  const pumpsPerUm3 = 500;
  const moleculesPerS = 18;

  const sourceOf = async (membrane: Pick<CellMembrane, "basis" | "factor">): Promise<number> => {
    const model = await createFormulaModel({ name: "pump", flux: String(-moleculesPerS) });
    const reaction = await createCellReaction({
      cytosolFraction: 0.972,
      erFraction: 0.028,
      areaPerVolume: shape / periodUm,
      membranes: [{ model, ...membrane }],
    });
    const point = createReactionPoint(2, 0);
    reaction.evaluate(point);
    return point.sources[0];
  };

  test("lambda~ f = rho_V J", async () => {
    const source = await sourceOf({ basis: "pump", factor: pumpsPerUm3 });
    expect(source).toBeCloseTo((-pumpsPerUm3 * moleculesPerS) / 602.214076, 12);
  });

  test("sigma = rho_V eps^3 / (3 x 0.4 eps x 0.9 eps) is the same per area", async () => {
    const sigma = (pumpsPerUm3 * periodUm ** 3) / (3 * 0.4 * periodUm * 0.9 * periodUm);
    const source = await sourceOf({ basis: "area", factor: sigma });
    expect(source).toBeCloseTo(await sourceOf({ basis: "pump", factor: pumpsPerUm3 }), 12);
  });

  test("in a model: of the membrane of the result file, or of one of another shape", async () => {
    const uptake = async (shape: string): Promise<number> => {
      const opened = await openModel(`${boxModel}fluxes:
  pumps:
    per: membrane-area
    flux: -18
    unit: molecules/s
    density: 500 /um^3
    ${shape}
initial: { c: 0.1, e: 10 }
`);
      const point = createReactionPoint(2, 0);
      opened.parts[0].reaction.evaluate(point);
      return point.sources[0];
    };
    expect(await uptake("")).toBeCloseTo((-500 * 18) / 602.214076, 12);
    // The membrane of the result has 3 per 2 x 2 of its lattice vector: half the area, twice the pumps on each.
    expect(await uptake("shape: 0.375")).toBeCloseTo((-2 * 500 * 18) / 602.214076, 12);
  });
});
