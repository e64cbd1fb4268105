import { describe, expect, test } from "vitest";
import { createMembraneModel, membraneKinds } from "../../src/bidomain/membrane-catalog.js";
import { createFormulaModel } from "../../src/bidomain/formula-model.js";
import { createMembranePoint, MembraneValue, type MembraneModel } from "../../src/bidomain/membrane-model.js";
import { UsageError } from "../../src/core/errors.js";
import { createRandom } from "../solver/systems.js";
import { compareDerivatives } from "../support/central-difference.js";
import { expectError } from "../support/expect-error.js";

const pump = { P: 3, kBind: 40, kUnbind: 0.7, kRelease: 5, kRebind: 1e-3 };
const { c: C, e: E, firstState } = MembraneValue;

/** Built-in models: by default, and with all parameters different. */
const builtIn: MembraneModel[] = membraneKinds.flatMap((kind) => {
  const random = createRandom(kind.name.length);
  const scaled = Object.entries(kind.parameters).map(([name, parameter]) => {
    const value = parameter.default ?? pump[name as keyof typeof pump];
    return [name, value * (0.7 + 0.6 * random())] as const;
  });
  const defaults = kind.name === "serca-buffering" ? pump : {};
  return [
    createMembraneModel(kind.name, defaults),
    createMembraneModel(kind.name, Object.fromEntries(scaled)),
  ];
});

const written = await createFormulaModel({
  name: "written",
  flux: "a * (e - c) + 0.1 * dcdt^2 * e - sin(x * t) * dedt * p / (1 + c)",
  fluxFromEr: "b * p * (e - c) - y * dcdt * z",
  states: [
    { name: "a", rate: "c * (1 - a) - 2 * a * b", initial: 0.3, calcium: 2 },
    { name: "b", rate: "e * a - b^2 * p + x", initial: 0.1 },
  ],
});

/** f1, f2 of a model, or Phi. */
function evaluate(model: MembraneModel, c: number, e: number, p = 0, states: number[] = []) {
  const point = createMembranePoint(model.states.length);
  point.values.set([c, e, p, 0, 0, ...states]);
  model.evaluate(point);
  return point;
}

/** Richardson's quotients are exact to 1e-10 here; 1e-6 is what the time stepper's Newton method asks for. */
const derivativeTolerance = 1e-6;

describe("derivatives", () => {
  test.each([...builtIn, written].map((model, i) => [`${model.name} ${i}`, model] as const))(
    "%s: against central differences",
    (name, model) => {
      const random = createRandom(name.length + 7);
      const m = model.states.length;
      const point = createMembranePoint(m);
      const { values } = point;
      const run = (): void => {
        model.evaluate(point);
      };
      for (let sample = 0; sample < 20; sample++) {
        values.forEach((_, i) => (values[i] = 0.05 + random()));
        values[C] = 0.05 + 2 * random();
        values[E] = 5 + 400 * random();
        const numColumns = firstState + m;
        const fluxError = compareDerivatives(values, run, point.fluxes, point.fluxDerivatives, numColumns);
        expect(fluxError).toBeLessThan(derivativeTolerance);
        if (m === 0) continue;
        const { stateRates, stateRateDerivatives } = point;
        const rateError = compareDerivatives(values, run, stateRates, stateRateDerivatives, numColumns);
        expect(rateError).toBeLessThan(derivativeTolerance);
      }
    },
  );
});

describe("fluxes", () => {
  test("signs: release is positive, uptake negative", () => {
    expect(evaluate(createMembraneModel("leak"), 0.1, 10).fluxes[0]).toBeCloseTo(0.11 * 9.9, 14);
    expect(evaluate(createMembraneModel("serca-hill"), 0.1, 10).fluxes[0]).toBeCloseTo(-0.45, 14);
    expect(evaluate(createMembraneModel("serca-hill"), 0, 10).fluxes[0]).toBeCloseTo(0, 14);
  });

  test("the bidirectional pump stands still at c / e = sqrt(Kbar)", () => {
    const model = createMembraneModel("serca-bidirectional");
    const still = 200 * Math.sqrt(1.5e-5);
    expect(evaluate(model, still, 200).fluxes[0]).toBeCloseTo(0, 14);
    expect(evaluate(model, 0.9 * still, 200).fluxes[0]).toBeGreaterThan(0.01);
  });

  test("the receptor of Li and Rinzel: k_f (m n h)^3 (e - c)", () => {
    const c = 0.2;
    const p = 0.4;
    const h = 0.6;
    const open = ((p / (p + 0.13)) * (c / (c + 0.08234)) * h) ** 3;
    const { fluxes, stateRates } = evaluate(createMembraneModel("ip3-receptor"), c, 9, p, [h]);
    expect(fluxes[0]).toBeCloseTo(6 * open * 8.8, 12);
    const threshold = (1.049 * (p + 0.13)) / (p + 0.9434);
    const rate = 0.2 * (threshold + c) * (threshold / (threshold + c) - h);
    expect(stateRates[0]).toBeCloseTo(rate, 14);
  });

  test("the receptor of Keizer and Levine: closed forms of w_inf and the open probability", () => {
    const model = createMembraneModel("ryanodine-receptor");
    for (const c of [0.01, 0.1, 0.3, 1, 10]) {
      const sum = 1 + (0.3722 / c) ** 4 + (c / 0.636) ** 3;
      const steady = sum / (sum + 1 / 0.0571);
      const { fluxes, stateRates } = evaluate(model, c, c + 1, 0, [steady]);
      // Differences of numbers of order 0.1 and 12.
      expect(stateRates[0]).toBeCloseTo(0, 14);
      const openProbability =
        (1 + (c / 0.636) ** 3) / (1 + 1 / 0.0571 + (0.3722 / c) ** 4 + (c / 0.636) ** 3);
      expect(fluxes[0] / 12 / openProbability).toBeCloseTo(1, 12);
      expect(evaluate(model, c, c + 1, 0, [0.5]).stateRates[0]).toBeCloseTo(0.1 * (1 - 0.5 / steady), 12);
    }
  });

  test("the receptor of Keizer and Levine: the rates of its four-state scheme give the default values", () => {
    const [ka, kb, kc] = [28.8 / 1500, 385.9 / 1500, 0.1 / 1.75];
    const model = createMembraneModel("ryanodine-receptor");
    for (const c of [0.05, 0.2, 0.9]) {
      const w = 0.7;
      // Of the shares C1 + O1 + O2 = w; dw/dt = kc- C2 - kc+ O1.
      const open1 = w / (1 + ka / c ** 4 + c ** 3 / kb);
      const { fluxes, stateRates } = evaluate(model, c, c + 1, 0, [w]);
      // The defaults are rounded to 3 or 4 digits.
      expect(fluxes[0] / (12 * open1 * (1 + c ** 3 / kb))).toBeCloseTo(1, 3);
      expect(stateRates[0]).toBeCloseTo(0.1 * (1 - w) - (0.1 / kc) * open1, 3);
    }
  });

  test("without calcium no receptor is open, and nothing is NaN", () => {
    for (const model of builtIn) {
      const point = evaluate(
        model,
        0,
        100,
        0,
        model.states.map(() => 0.5),
      );
      const all = [point.fluxes, point.fluxDerivatives, point.stateRates, point.stateRateDerivatives];
      for (const array of all) expect(array.every(Number.isFinite)).toBe(true);
      if (model.name.endsWith("receptor")) expect(point.fluxes[0]).toBe(0);
    }
  });

  test("the pump that holds calcium: f1 - f2 + n Phi = 0, and the bidirectional pump in the steady state", () => {
    const model = createMembraneModel("serca-buffering", pump);
    const { fluxes, stateRates } = evaluate(model, 0.4, 120, 0, [0.35]);
    expect(Math.abs(fluxes[0] - fluxes[1])).toBeGreaterThan(1);
    // Sums of numbers of order 100.
    expect(fluxes[0] - fluxes[1] + model.states[0].calcium * stateRates[0]).toBeCloseTo(0, 12);

    const { P: density, kBind, kUnbind, kRelease } = pump;
    const Kbar = 1e-4;
    const kRebind = (Kbar * kBind * kRelease) / kUnbind;
    const c = 0.5;
    const e = 0.1;
    const buffering = createMembraneModel("serca-buffering", { ...pump, kRebind });
    const loads = kBind * c * c + kRebind * e * e;
    const steady = evaluate(buffering, c, e, 0, [loads / (loads + kUnbind + kRelease)]);
    const equivalent = createMembraneModel("serca-bidirectional", {
      V: 2 * density * kRelease,
      Ks: Math.sqrt((kUnbind + kRelease) / kBind),
      Kbar,
    });
    expect(steady.fluxes[0] / steady.fluxes[1]).toBeCloseTo(1, 12);
    // kRebind e^2 is 2e-5 of the denominator.
    expect(steady.fluxes[0] / evaluate(equivalent, c, e).fluxes[0]).toBeCloseTo(1, 4);
  });
});

describe("refusals", () => {
  test("an unknown model: lists what there is, and the nearest", () => {
    const error = expectError(UsageError, "unknown-membrane-model", () => createMembraneModel("serca-hil"));
    expect(error.message).toContain('did you mean "serca-hill"');
    for (const { name } of membraneKinds) expect(error.message).toContain(name);
  });

  test.each(membraneKinds)(
    "$name: every parameter must be a number >= 0, known, and given or default",
    (kind) => {
      const defaults = kind.name === "serca-buffering" ? pump : {};
      for (const [name, parameter] of Object.entries(kind.parameters)) {
        for (const value of [-1, NaN, Infinity, ...(parameter.isPositive === true ? [0] : [])]) {
          const parameters = { ...defaults, [name]: value };
          const error = expectError(UsageError, "membrane-parameter-invalid", () =>
            createMembraneModel(kind.name, parameters),
          );
          expect(error.message).toContain(`${name} = ${value}`);
        }
      }
      expectError(UsageError, "unknown-membrane-parameter", () =>
        createMembraneModel(kind.name, { ...defaults, toString: 1 }),
      );
    },
  );

  test("a parameter without default", () => {
    expectError(UsageError, "membrane-parameter-missing", () =>
      createMembraneModel("serca-buffering", { P: 1 }),
    );
  });

  test("formulas: an unknown name says where", async () => {
    const error = await createFormulaModel({ name: "mine", flux: "c + q" }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(UsageError);
    const { code, message, details } = error as UsageError;
    expect([code, details["subject"]]).toEqual(["formula-unknown-name", 'the flux of "mine"']);
    expect(message).toContain("dcdt");
  });

  test.each([
    [{ name: "s", rate: "dcdt - s", initial: 0 }, "membrane-state-rate"],
    [{ name: "s", rate: "c - s", initial: NaN }, "membrane-state-invalid"],
    [{ name: "s", rate: "c - s", initial: 0, calcium: -1 }, "membrane-state-invalid"],
    [{ name: "p", rate: "c", initial: 0 }, "formula-variable-name"],
  ])("formulas: the state %j", async (state, code) => {
    const made = createFormulaModel({ name: "mine", flux: "c", states: [state] });
    await expect(made).rejects.toMatchObject({ name: "UsageError", code });
  });
});

test("formulas: f2 is f1 where none is given", async () => {
  const model = await createFormulaModel({ name: "mine", flux: "0.5 * (e - c) * dcdt" });
  const point = createMembranePoint(0);
  point.values.set([1, 3, 0, 4]);
  model.evaluate(point);
  expect([...point.fluxes]).toEqual([4, 4]);
  expect([...point.fluxDerivatives]).toEqual([-2, 2, 0, 1, 0, -2, 2, 0, 1, 0]);
  expect(model.usesIp3).toBe(false);
});
