import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { homogenize } from "../../src/homogenization/homogenize.js";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { findChromium, withPage } from "./chromium.js";
import { startServer } from "./static-server.js";

const root = new URL("../../", import.meta.url);
const samples = ["three-pipe-0.1.msh", "arched-pipes.msh"] as const;
const ways = ["onPage", "inPool", "inWorker", "inWorkers"] as const;

/** The same operations in the same order, but for the functions of Math, which engines may round differently. */
const SAME = 1e-12;
const TIMEOUT_MS = 100_000;

/** An error that the page caught. */
interface CaughtError {
  readonly instanceOf: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What page.html posts. */
interface Report {
  readonly crash?: string;
  readonly kernelVersion: number;
  readonly homogenized: Readonly<
    Record<
      string,
      Readonly<Record<(typeof ways)[number], HomogenizationResult>> & {
        readonly steps: readonly string[];
        readonly bytesLeft: number;
      }
    >
  >;
  readonly failures: Readonly<
    Record<"broken" | "brokenOnPage" | "notConverged" | "missing" | "died", CaughtError> &
      Record<"aborted" | "abortedWithJobs", { readonly error: CaughtError; readonly late: number }>
  >;
}

const chromium = findChromium();
if (chromium === undefined) {
  const message = "NO CHROMIUM: erfem is NOT tested in a browser. Run scripts/setup --with-chromium.";
  if (process.env["CI"] !== undefined) throw new Error(message);
  process.stderr.write(`\n*** ${message}\n\n`);
}

describe.skipIf(chromium === undefined)("erfem in a browser, as plain modules", () => {
  let report: Report;

  beforeAll(async () => {
    const server = await startServer(root);
    try {
      const url = `${server.origin}/test/web/page.html`;
      const text = await withPage(chromium ?? "", url, TIMEOUT_MS, async () => server.report);
      report = JSON.parse(text) as Report;
      expect(report.crash).toBeUndefined();
    } finally {
      server.close();
    }
  });

  it("loads the kernel", () => {
    expect(report.kernelVersion).toBeGreaterThan(0);
  });

  describe.each(samples)("%s", (sample) => {
    let bytes: Uint8Array;
    let expected: HomogenizationResult;

    beforeAll(async () => {
      bytes = readFileSync(new URL(`meshes/samples/${sample}`, root));
      expected = (await homogenize(parseMsh(bytes))).result;
    });

    it.each(ways)("has Node's tensors, %s", (way) => {
      const found = report.homogenized[sample][way];
      expect(Object.keys(found.phases)).toEqual(Object.keys(expected.phases));
      expectNear([found.membrane.area], [expected.membrane.area]);
      for (const [name, phase] of Object.entries(expected.phases)) {
        expect(found.phases[name].solver.method).toBe(phase.solver.method);
        expectNear([found.phases[name].volumeFraction], [phase.volumeFraction]);
        expectNear(found.phases[name].homogenized.flat(), phase.homogenized.flat());
      }
    });

    it("tells what goes on in the worker, names the file, and leaves the caller's bytes", () => {
      const { steps, inWorker, inWorkers, bytesLeft } = report.homogenized[sample];
      expect(steps).toEqual(expect.arrayContaining(["read mesh", "ER: assemble", "cytosol: solve"]));
      expect([inWorker.mesh.file, inWorkers.mesh.file]).toEqual([null, `${sample}.gz`]);
      expect(bytesLeft).toBe(bytes.length);
    });
  });

  it("brings the errors of workers to the page as errors of their class", () => {
    const { broken, brokenOnPage, notConverged } = report.failures;
    expect(broken.instanceOf).toEqual(["ErfemError", "ParseError"]);
    expect(broken.details).toHaveProperty("byteOffset");
    expect(broken).toEqual(brokenOnPage);
    expect(notConverged).toMatchObject({
      instanceOf: ["ConvergenceError", "ErfemError"],
      code: "not-converged",
    });
  });

  it.each(["aborted", "abortedWithJobs"] as const)("ends the work when the signal aborts: %s", (which) => {
    const { error, late } = report.failures[which];
    expect(error).toMatchObject({ instanceOf: ["ErfemError"], code: "aborted" });
    expect(late).toBe(0);
  });

  it("says why where a worker cannot be loaded, or dies", () => {
    const { missing, died } = report.failures;
    expect(missing).toMatchObject({ instanceOf: ["ErfemError", "KernelError"], code: "worker-failed" });
    expect(missing.message).toContain("its module cannot be loaded");
    expect(died).toMatchObject({ instanceOf: ["ErfemError", "KernelError"], code: "worker-failed" });
    expect(died.message).toContain("boom");
  });
});

/** Equal to {@link SAME}, relative to the largest number. */
function expectNear(found: readonly number[], expected: readonly number[]): void {
  const scale = Math.max(...expected.map(Math.abs));
  expect(found).toHaveLength(expected.length);
  found.forEach((value, at) => {
    expect(Math.abs(value - expected[at]) / scale).toBeLessThanOrEqual(SAME);
  });
}
