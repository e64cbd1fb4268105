import { expect, it } from "vitest";
import { loadKernel } from "../../src/kernel/kernel.js";
import { Multigrid } from "../../src/solver/multigrid.js";
import { createCsr, createRandom } from "./systems.js";

it("one V-cycle is close to the inverse, whatever the scale of matrix and vector", async () => {
  const kernel = await loadKernel();
  const random = createRandom(3);
  const size = 40;
  for (const scale of [1, 1e-20, 1e15]) {
    const dense = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (__, j) => (i === j ? 2.1 * scale : Math.abs(i - j) === 1 ? -scale : 0)),
    );
    const matrix = createCsr(dense);
    const multigrid = new Multigrid(kernel, { matrix, component: new Int32Array(0), numComponents: 0 });
    const exact = Float64Array.from({ length: size }, () => 1e30 * (random() - 0.5));
    const residual = Float64Array.from(dense, (row) =>
      row.reduce((sum, entry, j) => sum + entry * exact[j], 0),
    );
    multigrid.precondition(residual, residual);
    multigrid.dispose();
    const norm = (x: Float64Array): number => Math.hypot(...x);
    const error = norm(residual.map((x, i) => x - exact[i])) / norm(exact);
    expect(error).toBeLessThan(0.3);
  }
});
