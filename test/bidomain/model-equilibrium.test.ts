import { describe, expect, test } from "vitest";
import { equilibriumBound } from "../../src/bidomain/calcium-buffer.js";
import { findInitialConditions } from "../../src/bidomain/model-initial.js";
import { ConvergenceError } from "../../src/core/errors.js";
import { boxModel, openModel } from "../support/model-problem.js";

const cell = `${boxModel}ip3: 0.3
fluxes:
  receptors:
    model: ip3-receptor
    per: cytosol-volume
    parameters: { kf: 1.11, d1: 0.13, d2: 1.049, d3: 0.9434, d5: 0.08234, a2: 0.2 }
  pumps: { model: serca-hill, per: cytosol-volume, parameters: { V: 0.9, K: 0.1 } }
  leak: { model: leak, per: cytosol-volume, parameters: { L: 0.02035 } }
buffers:
  calmodulin: { in: cytosol, total: 24, kOn: 34, kOff: 238, diffusion: 25 }
  calsequestrin: { in: er, total: 6390, kOn: 102, kOff: 65000, diffusion: 0 }
`;

/** Fields by name and states, node by node, with their nodes' x. */
async function begin(
  text: string,
): Promise<readonly { readonly x: number; readonly value: (name: string) => number }[]> {
  const opened = await openModel(text);
  const { fields, states = new Float64Array(0) } = await findInitialConditions(opened);
  const { problem, parts } = opened;
  const { numNodes, numFields, mesh } = problem;
  const [{ reaction }] = parts;
  const numStates = reaction.states.length;
  return Array.from({ length: numNodes }, (_, node) => {
    // One region: its pairs are the nodes.
    const pair = problem.pairNode.indexOf(node);
    return {
      x: mesh.coordinates[3 * node],
      value: (name) => {
        const k = reaction.fields.indexOf(name);
        return k >= 0
          ? fields[node * numFields + k]
          : states[pair * numStates + reaction.states.indexOf(name)];
      },
    };
  });
}

/** e for c with open gates of share h: e = c + U / P. */
function steadyE(c: number, h?: number): number {
  const p = 0.3;
  const threshold = (1.049 * (p + 0.13)) / (p + 0.9434);
  const gate = h ?? threshold / (threshold + c);
  const open = ((p / (p + 0.13)) * (c / (c + 0.08234)) * gate) ** 3;
  return c + (0.9 * c ** 2) / (0.01 + c ** 2) / (1.11 * open + 0.02035);
}

describe("equilibrium at the beginning", () => {
  test("e for a c that varies, buffers and gates with them", async () => {
    const nodes = await begin(`${cell}initial: { c: 0.05 + 0.1 * x, e: equilibrium }\n`);
    expect(nodes).toHaveLength(27);
    for (const { x, value } of nodes) {
      const c = 0.05 + 0.1 * x;
      expect(value("c")).toBeCloseTo(c, 14);
      expect(value("e")).toBeCloseTo(steadyE(c), 9);
      const calsequestrin = { total: 6390, bindingRate: 102, unbindingRate: 65000 };
      const bound = equilibriumBound({ name: "", compartment: "er", ...calsequestrin }, steadyE(c));
      expect(value("calsequestrin") / bound).toBeCloseTo(1, 10);
      expect(value("calmodulin") / ((24 * c) / (c + 7))).toBeCloseTo(1, 12);
    }
  });

  test("c for a given e is the c that rests with it", async () => {
    const nodes = await begin(`${cell}initial: { c: equilibrium, e: 4 }\n`);
    for (const { value } of nodes) {
      expect(value("e")).toBe(4);
      expect(steadyE(value("c"))).toBeCloseTo(4, 9);
    }
  });

  test("a gate that is given is held", async () => {
    const text = cell.replace("a2: 0.2 }", "a2: 0.2 }\n    initial: { h: 0.4 }");
    const [{ value }] = await begin(`${text}initial: { c: 0.1, e: equilibrium }\n`);
    expect(value("receptors.h")).toBe(0.4);
    expect(value("e")).toBeCloseTo(steadyE(0.1, 0.4), 9);
  });

  test("IP3 as a field: production / decay", async () => {
    const text = cell.replace("ip3: 0.3", "ip3: { diffusion: 280, production: 0.02 + 0.1 * x, decay: 0.1 }");
    for (const { x, value } of await begin(`${text}initial: { c: 0.1, e: 10, p: equilibrium }\n`)) {
      expect(value("p")).toBeCloseTo(0.2 + x, 12);
    }
  });

  test("an ER that fills without bound is refused with its place", async () => {
    const text = `${boxModel}fluxes:
  pumps: { model: serca-hill, per: cytosol-volume, parameters: { V: 0.9, K: 0.1 } }
initial: { c: 0.1, e: equilibrium }
`;
    const opened = await openModel(text);
    const found = findInitialConditions(opened);
    await expect(found).rejects.toThrow(ConvergenceError);
    await expect(found).rejects.toThrow(/no steady state at \(.*\) um, 0 s with c = 0\.1, .*determines "e"/);
  });
});
