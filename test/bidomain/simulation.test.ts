import { describe, expect, it } from "vitest";
import { runSimulation, type SimulationSink } from "../../src/bidomain/run-simulation.js";
import { reportSimulation } from "../../src/bidomain/simulation-report.js";
import { Simulation } from "../../src/bidomain/simulation.js";
import type { VtuGrid } from "../../src/io/vtu-writer.js";
import { boxMesh } from "../support/box-mesh.js";
import { boxModel, openModel } from "../support/model-problem.js";
import { boxWithEnds } from "./surface-mesh.js";

/** Two regions, of which one has no ER; a buffer that stays in place; a state. */
const text = `${boxModel
  .replace("regions:", "regions:\n  cleft: { kind: cytosol, diffusion: 220 }")
  .replace("end: 1", "end: 0.2")}
buffers:
  troponin: { in: cytosol, total: 50, kOn: 30, kOff: 20, diffusion: 0 }
fluxes:
  leak: { per: cell-volume, flux: 0.1 * (e - c), unit: uM/s }
  channel:
    per: cell-volume
    flux: w * (e - c)
    unit: uM/s
    states: { w: { rate: 2 - 5 * w * c, initial: equilibrium } }
initial: { c: 0.5 + x, e: 20 }
probes: { edge: [1, 0.5, 0.5], cleft: [0.25, 0.5, 0.5], body: [1.5, 0.25, 0.5] }
output: { times: [0, 0.1], fields: [c, e, troponin, channel.w] }
`;

const mesh = boxMesh({
  counts: [4, 2, 2],
  lengths: [2, 1, 1],
  volumeOf: (i) => (i < 2 ? "cleft" : "box"),
});

interface Collected extends SimulationSink {
  readonly rows: (readonly number[])[];
  readonly probeRows: (readonly number[])[];
  readonly grids: VtuGrid[];
}

function collect(): Collected {
  const rows: (readonly number[])[] = [];
  const probeRows: (readonly number[])[] = [];
  const grids: VtuGrid[] = [];
  return {
    rows,
    probeRows,
    grids,
    record(more, moreProbes) {
      rows.push(...more);
      probeRows.push(...moreProbes);
      return Promise.resolve();
    },
    snapshot(_index, _time, grid) {
      grids.push(grid);
      return Promise.resolve();
    },
    checkpoint: () => Promise.resolve(),
  };
}

describe("a simulation", async () => {
  const source = await openModel(text, { mesh });
  const simulation = await Simulation.create(source);
  const sink = collect();
  await runSimulation(simulation, sink);
  simulation.dispose();
  const [first, second] = sink.grids;
  const array = (grid: VtuGrid, name: string): readonly number[] =>
    Array.from(grid.pointData.find((data) => data.name === name)?.values ?? []);
  const xs = first.points.filter((_, i) => i % 3 === 0);

  it("writes what exists at each node, NaN elsewhere", () => {
    array(first, "c").forEach((c, node) => {
      expect(c).toBeCloseTo(0.5 + xs[node], 12);
    });
    array(first, "e").forEach((e, node) => {
      if (xs[node] < 1) expect(e).toBeNaN();
      else expect(e).toBe(20);
    });
    array(first, "channel.w").forEach((w, node) => {
      if (xs[node] < 1) expect(w).toBeNaN();
      else expect(w).toBeCloseTo(0.4 / (0.5 + xs[node]), 10);
    });
    array(first, "troponin").forEach((b, node) => {
      const c = 0.5 + xs[node];
      expect(b).toBeCloseTo((50 * c) / (c + 20 / 30), 9);
    });
    expect(first.cellData[0].values.filter((region) => region === 0)).toHaveLength(mesh.numCells / 2);
    expect(second.fieldData[0]).toMatchObject({ name: "TimeValue", values: Float64Array.of(0.1) });
  });

  it("has rows whose numbers are those of the fields", () => {
    const at = (row: readonly number[], name: string): number =>
      row[simulation.columns.findIndex((column) => column.name === name)];
    const row = sink.rows.find((candidate) => candidate[0] === 0.1) ?? [];
    expect(at(row, "c.max")).toBe(Math.max(...array(second, "c")));
    expect(at(row, "e.min")).toBe(Math.min(...array(second, "e").filter((e) => !Number.isNaN(e))));
    // Linear in x: the mean over the box is that of its ends.
    expect(at(sink.rows[0], "c.mean")).toBeGreaterThan(1.4);
    expect(at(sink.rows[0], "c.mean")).toBeLessThan(1.6);
    expect(at(sink.rows[0], "e.mean")).toBeCloseTo(20, 12);
    // lambda~ f = 0.1 (20 - c) over the volume 1 of the box, where c is 2 on the average.
    expect(at(sink.rows[0], "flux.leak")).toBeCloseTo(0.1 * 18, 10);
  });

  it("probes by linear interpolation", () => {
    const names = simulation.probeColumns.map(({ name }) => name);
    expect(names).toContain("edge.troponin");
    expect(names).not.toContain("cleft.e");
    const at = (name: string): number => sink.probeRows[0][names.indexOf(name)];
    expect(at("cleft.c")).toBeCloseTo(0.75, 12);
    expect(at("body.c")).toBeCloseTo(2, 12);
    expect(at("body.e")).toBeCloseTo(20, 12);
  });

  it("goes to the end of the model, past its last snapshot", () => {
    expect(simulation.time).toBe(0.2);
    expect(sink.grids).toHaveLength(2);
    const { calcium, values, warnings } = reportSimulation(simulation);
    expect(calcium.worstBalance).toBeLessThan(1e-9);
    expect(values["troponin"].unit).toBe("uM");
    expect(warnings).toEqual([]);
  });
});

describe("fluxes at surfaces", () => {
  it("have the derivatives of their formulas, with IP3 that is given", async () => {
    const { problem } = await openModel(
      `${boxModel}
ip3: 0.3 + x
boundary:
  - { surface: 1, field: c, flux: { formula: "p * (2 - c^2 / (1 + c)) + y * e + t", unit: uM um/s } }
initial: { c: 1, e: 2 }
`,
      { mesh: boxWithEnds({ counts: [2, 2, 2] }) },
    );
    const [{ condition }] = problem.boundary.fluxes;
    expect(condition.surface).toBe("low"); // by its tag
    const point = {
      ...{ time: 3, x: 0.1, y: 0.2, z: 0 },
      ...{ fields: Float64Array.of(0.7, 5), value: 0, byFields: new Float64Array(2) },
    };
    condition.evaluate(point);
    expect(point.value).toBeCloseTo(0.4 * (2 - 0.49 / 1.7) + 0.2 * 5 + 3, 12);
    const derivatives = Array.from(point.byFields);
    const numeric = [0, 1].map((k) => {
      const h = 1e-5;
      const values = [-h, h].map((step) => {
        point.fields[k] += step;
        condition.evaluate(point);
        point.fields[k] -= step;
        return point.value;
      });
      return (values[1] - values[0]) / (2 * h);
    });
    derivatives.forEach((derivative, k) => {
      expect(derivative).toBeCloseTo(numeric[k], 8);
    });
  });
});
