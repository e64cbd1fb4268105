import { describe, expect, test } from "vitest";
import type { CellMembrane } from "../../src/bidomain/cell-reaction-options.js";
import { createCellReaction } from "../../src/bidomain/cell-reaction.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createReactionPoint } from "../../src/bidomain/reaction.js";

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
});
