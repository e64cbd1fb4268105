import { describe, expect, test } from "vitest";
import { createCellReaction, type CellReaction } from "../../src/bidomain/cell-reaction.js";
import { createMembraneModel } from "../../src/bidomain/membrane-catalog.js";
import { createReactionPoint } from "../../src/bidomain/reaction.js";
import { integrate, step, type Derivative } from "../support/dormand-prince.js";

/** C0 = c + c1 e with c1 the ratio of the volumes, uM per volume of cytosol. */
const total = 2;
const ratio = 0.185;

/** The model of Li and Rinzel with the parameters of arXiv:0806.2373, all of them the built-in defaults. */
async function createLiRinzel(ip3: number): Promise<CellReaction> {
  return createCellReaction({
    cytosolFraction: 1 / (1 + ratio),
    erFraction: ratio / (1 + ratio),
    membranes: [
      { model: createMembraneModel("ip3-receptor"), basis: "er" },
      { model: createMembraneModel("leak"), basis: "er" },
      { model: createMembraneModel("serca-hill"), basis: "cytosol" },
    ],
    ip3: { concentration: ip3 },
  });
}

/** d(c, e, h)/dt of a well-mixed cell. */
function toDerivative(reaction: CellReaction): Derivative {
  const point = createReactionPoint(2, 1);
  return (t, u, rate) => {
    point.time = t;
    point.fields.set(u.subarray(0, 2));
    point.states.set(u.subarray(2));
    reaction.evaluate(point);
    rate[0] = point.sources[0] / reaction.capacities[0];
    rate[1] = point.sources[1] / reaction.capacities[1];
    rate[2] = point.stateRates[0];
  };
}

const start = Float64Array.of(0.1, (total - 0.1) / ratio, 0.6);

/** What the last oscillations before t = 300 s are like. */
function observe(derivative: Derivative) {
  const periodStarts: number[] = [];
  let lowest = Infinity;
  let highest = -Infinity;
  let before: { t: number; u: Float64Array } = { t: 0, u: start };
  let isRising = false;
  const end = integrate(derivative, start, 300, 1e-11, (t, u) => {
    if (before.u[0] < 0.2 && u[0] >= 0.2) periodStarts.push(locate(derivative, before, t - before.t, 0, 0.2));
    const nowRising = u[0] > before.u[0];
    if (t > 250 && nowRising !== isRising) {
      lowest = Math.min(lowest, before.u[0]);
      highest = Math.max(highest, before.u[0]);
    }
    isRising = nowRising;
    before = { t, u };
  });
  return { periodStarts, lowest, highest, end };
}

/** Time at which component k of u reaches `value` within a step of length h, by bisection with steps from its beginning. */
function locate(
  derivative: Derivative,
  { t, u }: { t: number; u: Float64Array },
  h: number,
  k: number,
  value: number,
): number {
  let low = 0;
  let high = h;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (step(derivative, t, u, middle).next[k] < value) low = middle;
    else high = middle;
  }
  return t + high;
}

describe("the model of Li and Rinzel, well mixed", () => {
  test("oscillates at 0.5 uM IP3, with the period and amplitude of an independent program", async () => {
    const { periodStarts, lowest, highest, end } = observe(toDerivative(await createLiRinzel(0.5)));
    expect(periodStarts.length).toBeGreaterThan(20);
    const period = periodStarts[periodStarts.length - 1] - periodStarts[periodStarts.length - 2];
    // Radau and DOP853 of SciPy at 1e-12, for the two equations of arXiv:0806.2373, agree on these digits.
    expect(period).toBeCloseTo(11.49198344, 7);
    // Extrema are those of the steps: below the true ones by half the curvature times the step squared.
    expect(highest).toBeCloseTo(0.444558787, 4);
    expect(lowest).toBeCloseTo(0.107695064, 4);
    expect((end[0] + ratio * end[1]) / total).toBeCloseTo(1, 10);
  });

  test.each([
    [0.3, 0.12312143867],
    [0.7, 0.351544],
  ])("rests at %d uM IP3", async (ip3, rest) => {
    const { end, periodStarts } = observe(toDerivative(await createLiRinzel(ip3)));
    expect(periodStarts.length).toBeLessThan(6);
    expect(end[0]).toBeCloseTo(rest, 4);
  });
});
