import { expect, test } from "vitest";
import { addStiffnessProduct } from "../../src/bidomain/field-stiffness.js";
import { createMacroscopicProblem, type MacroscopicProblem } from "../../src/bidomain/macroscopic-problem.js";
import { PointSystem, type Stage } from "../../src/bidomain/point-system.js";
import { createReactionPoint, type Reaction } from "../../src/bidomain/reaction.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { boxMesh, seededRandom } from "../support/box-mesh.js";
import { isotropic } from "./reactions.js";

/** Central differences with steps of 1e-5: errors of 1e-10 of quantities of order one. */
const DIFFERENCE = 1e-8;
const STEP = 1e-5;

/** Two fields and two states of which each depends on everything that it may depend on. */
const tangled: Reaction = {
  fields: ["c", "e"],
  states: ["X", "Y"],
  evaluate(point) {
    const [c, e] = point.fields;
    const [cRate, eRate] = point.rates;
    const [x, y] = point.states;
    point.sources.set([x * c * e - 0.2 * cRate * y, y ** 2 * c - 0.1 * eRate * e]);
    point.sourcesByFields.set([x * e, x * c, y ** 2, -0.1 * eRate]);
    point.sourcesByRates.set([-0.2 * y, 0, 0, -0.1 * e]);
    point.sourcesByStates.set([c * e, -0.2 * cRate, 0, 2 * y * c]);
    point.stateRates.set([c * (1 - x) - x * y, e * x - y ** 2]);
    point.stateRatesByFields.set([1 - x, 0, 0, x]);
    point.stateRatesByStates.set([-c - y, -x, e, -2 * y]);
  },
};

/** V (C v - R) + K u of all nodes and w - Phi of all states, in plain loops. */
function evaluatePlainly(
  problem: MacroscopicProblem,
  stage: Stage,
): { fields: Float64Array; states: Float64Array } {
  const fields = new Float64Array(stage.fields.length);
  for (let at = 0; at < fields.length; at++) fields[at] = problem.masses[at] * stage.rates[at];
  addStiffnessProduct(problem.stiffness, 2, 1, stage.fields, fields);
  const states = stage.stateRates.slice();
  const point = createReactionPoint(2, 2);
  for (let pair = 0; pair < problem.pairNode.length; pair++) {
    const node = problem.pairNode[pair];
    point.fields.set(stage.fields.subarray(2 * node, 2 * node + 2));
    point.rates.set(stage.rates.subarray(2 * node, 2 * node + 2));
    point.states.set(stage.states.subarray(2 * pair, 2 * pair + 2));
    tangled.evaluate(point);
    for (let k = 0; k < 2; k++) {
      fields[2 * node + k] -= problem.pairVolume[pair] * point.sources[k];
      states[2 * pair + k] -= point.stateRates[k];
    }
  }
  return { fields, states };
}

test("a stage is linearized exactly, with its states eliminated", async () => {
  const problem = createMacroscopicProblem(await loadKernel(), {
    mesh: boxMesh({ counts: [2, 2, 2] }),
    regions: [
      {
        volume: "box",
        fields: [
          { name: "c", capacity: 0.8, tensor: isotropic(0.3) },
          { name: "e", capacity: 0.1, tensor: isotropic(0.02) },
        ],
        reaction: tangled,
      },
    ],
  });
  const random = seededRandom(7);
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => 0.2 + random());
  const n = 2 * problem.numNodes;
  const h = 0.7;
  const stage: Stage = {
    time: 0,
    h,
    fields: draw(n),
    rates: draw(n),
    states: draw(problem.numStates),
    stateRates: draw(problem.numStates),
  };
  const system = new PointSystem(problem);
  system.evaluate(stage);

  // dw = T dv - s for any dv; T has its row of each state in the fields of the reaction.
  const dv = draw(n);
  const dw = new Float64Array(problem.numStates);
  for (let state = 0; state < dw.length; state++) {
    const node = problem.pairNode[state >> 1];
    dw[state] = -system.stateShift[state];
    for (let k = 0; k < 2; k++) dw[state] += system.stateByRate[2 * state + k] * dv[2 * node + k];
  }
  const moved = (step: number): Stage => ({
    time: 0,
    h,
    fields: stage.fields.map((u, at) => u + h * step * dv[at]),
    rates: stage.rates.map((v, at) => v + step * dv[at]),
    states: stage.states.map((x, state) => x + h * step * dw[state]),
    stateRates: stage.stateRates.map((w, state) => w + step * dw[state]),
  });
  const here = evaluatePlainly(problem, stage);
  const above = evaluatePlainly(problem, moved(STEP));
  const below = evaluatePlainly(problem, moved(-STEP));

  // The states' equations are solved along with the fields': d(w - Phi) = -(w - Phi).
  here.states.forEach((value, state) => {
    const slope = (above.states[state] - below.states[state]) / (2 * STEP);
    expect(Math.abs(slope + value)).toBeLessThan(DIFFERENCE);
  });
  // The fields': the residual changes by (D + h K) dv + (F - residual), so that it vanishes for (D + h K) dv = -F.
  const product = new Float64Array(n);
  addStiffnessProduct(problem.stiffness, 2, h, dv, product);
  for (let at = 0; at < n; at++) {
    const first = at - (at % 2);
    for (let k = 0; k < 2; k++) product[at] += system.blocks[2 * at + k] * dv[first + k];
  }
  here.fields.forEach((value, at) => {
    const slope = (above.fields[at] - below.fields[at]) / (2 * STEP);
    expect(Math.abs(slope - product[at] - (system.residual[at] - value))).toBeLessThan(DIFFERENCE);
  });
});
