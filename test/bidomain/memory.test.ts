import { describe, expect, it } from "vitest";
import { createMacroscopicProblem, interpolateFields } from "../../src/bidomain/macroscopic-problem.js";
import { TimeStepper } from "../../src/bidomain/time-stepper.js";
import { loadKernel } from "../../src/kernel/kernel.js";
import { boxMesh } from "../support/box-mesh.js";
import { isotropic, linearExchange } from "./reactions.js";

describe("the kernel's memory", () => {
  it("stays as large as after the first hierarchies, however many follow, and when steppers follow each other", async () => {
    const kernel = await loadKernel();
    const problem = createMacroscopicProblem(kernel, {
      mesh: boxMesh({ counts: [12, 12, 12] }),
      regions: [
        {
          volume: "box",
          fields: [
            { name: "c", capacity: 0.8, tensor: isotropic(20) },
            { name: "e", capacity: 0.2, tensor: isotropic(5) },
          ],
          reaction: linearExchange(1),
        },
      ],
    });
    const fields = interpolateFields(problem, { c: (x) => 1 + x, e: (_x, y) => 5 + y });
    const sizes: number[] = [];
    let numSetups = 0;
    for (let round = 0; round < 3; round++) {
      const stepper = new TimeStepper(problem, { fields }, { fixedStep: 1 });
      for (let i = 0; i < 5; i++) {
        // A step of another length by a factor of ten each time: the hierarchies are made anew.
        stepper.advanceTo(stepper.time + 0.1);
        stepper.advanceTo(stepper.time + 1);
        sizes.push(kernel.heapBytes);
      }
      numSetups += stepper.statistics.numSetups;
      stepper.dispose();
    }
    expect(numSetups).toBe(60);
    expect(new Set(sizes.slice(1)).size).toBe(1);
  });
});
