import { expect, test } from "vitest";
import { createMembraneModel, membraneKinds } from "../../src/bidomain/membrane-catalog.js";
import { membraneSignatures } from "../../src/io/membrane-parameters.js";

test("model files know the built-in models with their parameters, units and states", () => {
  expect([...membraneSignatures.keys()]).toEqual(membraneKinds.map(({ name }) => name));
  for (const { name, parameters } of membraneKinds) {
    const signature = membraneSignatures.get(name);
    const units = Object.entries(parameters).map(([parameter, { unit }]) => [parameter, unit]);
    expect(Object.entries(signature?.parameters ?? {}).map(([p, { unit }]) => [p, unit])).toEqual(units);
    for (const [parameter, { isPositive = false }] of Object.entries(parameters)) {
      expect(signature?.parameters[parameter].isPositive ?? false).toBe(isPositive);
    }
    // Any positive values: the states do not depend on them.
    const values = Object.fromEntries(Object.keys(parameters).map((parameter) => [parameter, 1]));
    const model = createMembraneModel(name, values);
    expect(signature?.states).toEqual(model.states.map((state) => state.name));
    expect(signature?.usesIp3).toBe(model.usesIp3);
  }
});
