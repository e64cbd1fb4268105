import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium as playwright, type Browser, type BrowserContext, type Page } from "playwright-core";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HomogenizationResult } from "../../src/io/homogenization-result.js";
import { startViewServer, type ViewServer } from "../../src/node/view-server.js";
import { listViewFiles } from "../../src/node/view-files.js";
import { runErfem, samplePath, writeMesh } from "../cli/run-erfem.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { parseMsh } from "../../src/io/parse-msh.js";
import { boxMesh } from "../support/box-mesh.js";
import { abaqusFile, meditFile, placedVtu } from "../support/mesh-files.js";
import { findChromium, findExecutable } from "./chromium.js";

/** Between the browser's tensors and the command line's, relative to the largest entry. */
const SAME = 1e-10;

/** Share of the pixels of a view that change with what is shown; a still view has none. */
const CHANGED = 0.005;

/** A page on a loaded machine with software WebGL. */
const WAIT_MS = 60_000;

const chromium = findChromium();
if (chromium === undefined && process.env["CI"] !== undefined) {
  throw new Error("NO CHROMIUM: the browser application is NOT tested. Run scripts/setup --with-chromium.");
}

const models = fileURLToPath(new URL("../../meshes/models/", import.meta.url));

describe.skipIf(chromium === undefined)("the browser application", () => {
  let folder: string;
  let browser: Browser;
  let context: BrowserContext;
  let server: ViewServer;
  let page: Page;
  const path = (name: string): string => join(folder, name);
  /** What the page must not have: errors, and requests to anywhere else. */
  const faults: string[] = [];

  /** A new page on what a server shows. */
  async function openPage(url: string): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(WAIT_MS);
    opened.on("pageerror", (error) => faults.push(error.message));
    opened.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    opened.on("request", (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:\d+\/|data:|blob:)/.test(request.url())) faults.push(request.url());
    });
    await opened.goto(url);
    return opened;
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "erfem-app-"));
    server = await startViewServer({ files: [] });
    browser = await playwright.launch({
      executablePath: findExecutable(chromium ?? ""),
      args: [
        "--no-sandbox",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--ignore-gpu-blocklist",
      ],
    });
    context = await browser.newContext({ viewport: { width: 1000, height: 640 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    page = await openPage(server.url);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const state = (wanted: string): string => `main[data-state="${wanted}"]`;

  it("shows the tensors of a dropped mesh, those of the command line", async () => {
    const bytes = readFileSync(samplePath("three-pipe-0.1.msh")).toString("base64");
    await page.check("#bounds");
    const transfer = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      const content = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      data.items.add(new File([content], "three-pipe-0.1.msh"));
      return data;
    }, bytes);
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
    await page.waitForSelector(state("done"));
    const { code, stdout } = await runErfem([
      "homogenize",
      samplePath("three-pipe-0.1.msh"),
      "--bounds",
      "--json",
    ]);
    expect(code).toBe(0);
    const expected = JSON.parse(stdout) as HomogenizationResult;
    for (const [name, phase] of Object.entries(expected.phases)) {
      const read = async (tensor: string): Promise<number[]> =>
        page.$$eval(`[data-phase="${name}"] [data-tensor="${tensor}"] td`, (cells) =>
          cells.map((cell) => Number(cell.getAttribute("data-value"))),
        );
      expectNear(await read("homogenized"), phase.homogenized.flat());
      expectNear(await read("lower bound"), phase.bounds?.lower.flat() ?? []);
      const fraction = await page.getAttribute(
        `[data-phase="${name}"] [data-quantity="volumeFraction"]`,
        "data-value",
      );
      expectNear([Number(fraction)], [phase.volumeFraction]);
    }
    const area = await page.getAttribute('[data-quantity="area"]', "data-value");
    expectNear([Number(area)], [expected.membrane.area]);
  });

  it("copies the result as JSON, CSV and LaTeX", async () => {
    const copied = new Map<string, string>();
    for (const format of ["json", "csv", "latex"]) {
      await page.click(`[data-copy="${format}"]`);
      await page.waitForSelector(`[data-copy="${format}"][data-copied]`);
      copied.set(format, await page.evaluate(async () => navigator.clipboard.readText()));
    }
    expect(JSON.parse(copied.get("json") ?? "")).toMatchObject({ schema: "erfem/homogenization@1" });
    expect(copied.get("csv")).toMatch(/^ER,homogenized,um\^2\/ms,0\.01\d+,/m);
    expect(copied.get("latex")).toContain("\\begin{pmatrix}");
  });

  it("moves the cut, switches to chi_2, and draws", async () => {
    const scene = page.locator("#scene[data-drawn]");
    await scene.waitFor();
    const attribute = async (name: string): Promise<string> => (await scene.getAttribute(name)) ?? "";
    /** Waits for the picture that comes after `change`. */
    const redraw = async (change: () => Promise<unknown>): Promise<void> => {
      const before = await attribute("data-drawn");
      await change();
      await page.waitForFunction(
        (count) => document.querySelector("#scene")?.getAttribute("data-drawn") !== count,
        before,
      );
      await page.waitForTimeout(100);
    };
    const first = await capture(page, ".view");
    expect(countColors(first)).toBeGreaterThan(50);
    await redraw(async () => page.selectOption("#surface", "phase cytosol"));
    await redraw(async () => page.check("#cut"));
    const [triangles, offset] = [await attribute("data-cut-triangles"), await attribute("data-cut-offset")];
    expect(Number(triangles)).toBeGreaterThan(100);
    expect(Number(offset)).toBe(0.5);
    const middle = await capture(page, ".view");
    await redraw(async () => page.fill("#cut-position", "800"));
    expect(Number(await attribute("data-cut-offset"))).toBeCloseTo(0.8, 12);
    const high = await capture(page, ".view");
    expect(differingShare(middle, high)).toBeGreaterThan(CHANGED);
    await redraw(async () => page.selectOption("#field", "chi_2"));
    expect(await attribute("data-field")).toBe("chi_2");
    const second = await capture(page, ".view");
    expect(countColors(second)).toBeGreaterThan(50);
    expect(differingShare(high, second)).toBeGreaterThan(CHANGED);
    await redraw(async () => page.selectOption("#field", "gap"));
    expect(await page.getAttribute("#scene .scale", "data-label")).toContain("gap");
    await redraw(async () => page.selectOption("#field", "chi_3"));
    await redraw(async () => page.uncheck("#cut"));
    await redraw(async () => page.selectOption("#surface", "membrane"));
    await redraw(async () => page.check("#tiles"));
    expect(Number(await attribute("data-surface-triangles"))).toBeGreaterThan(1000);
    await redraw(async () => page.check("#arrows"));
    expect(Number(await attribute("data-arrows"))).toBeGreaterThan(100);
    const download = page.waitForEvent("download");
    await page.click("#screenshot");
    await (await download).saveAs(path("picture.png"));
    expect(countColors(PNG.sync.read(readFileSync(path("picture.png"))))).toBeGreaterThan(50);
  });

  it("solves again with other diffusion, and tells what is wrong with it", async () => {
    const entry = '[data-phase="ER"] [data-tensor="homogenized"] td';
    const before = Number(await page.getAttribute(entry, "data-value"));
    await page.uncheck("#bounds");
    await page.fill('[data-diffusion="ER"]', "0.25");
    await page.click("#diffusion button");
    await page.waitForSelector(`${state("done")} [data-phase="ER"]:not(:has([data-tensor="upper bound"]))`);
    const after = Number(await page.getAttribute(entry, "data-value"));
    expectNear([after], [0.25 * before]);
    await page.fill('[data-diffusion="ER"]', "1 + q");
    await page.click("#diffusion button");
    await page.waitForSelector(state("failed"));
    expect(await page.locator("#error").textContent()).toContain('"q"');
  });

  it.each([
    ["mesh", meditFile],
    ["vtu", (mesh: TetMesh) => placedVtu(mesh, "binary", false)],
    ["inp", (mesh: TetMesh) => abaqusFile(mesh, ["ER", "cytosol"])],
  ] as const)("shows the tensors of meshes of other programs: .%s", async (ending, write) => {
    const file = path(`cell.${ending}`);
    writeFileSync(file, write(parseMsh(readFileSync(samplePath("three-pipe-0.1.msh")))));
    const { code } = await runErfem(["homogenize", file, "-o", `${file}.json`, "--quiet"]);
    expect(code).toBe(0);
    const { phases } = JSON.parse(readFileSync(`${file}.json`, "utf8")) as HomogenizationResult;
    await page.setInputFiles("#files", file);
    await page.waitForSelector(`${state("done")} h2:has-text("cell.${ending}")`);
    for (const [name, phase] of Object.entries(phases)) {
      const cells = `[data-phase="${name}"] [data-tensor="homogenized"] td`;
      const found = await page.$$eval(cells, (tds) => tds.map((td) => Number(td.getAttribute("data-value"))));
      expectNear(found, phase.homogenized.flat());
    }
  });

  it("shows the error of a broken mesh in the words of the library", async () => {
    const whole = readFileSync(samplePath("three-pipe-0.1.msh"));
    writeFileSync(path("broken.msh"), whole.subarray(0, whole.length / 2));
    await page.setInputFiles("#files", path("broken.msh"));
    await page.waitForSelector(state("failed"));
    const { code, stderr } = await runErfem(["homogenize", path("broken.msh")]);
    expect(code).toBe(3);
    // `erfem: <path>: <message> [code]`
    const shown = (await page.locator("#error").textContent()) ?? "";
    expect(shown.length).toBeGreaterThan(40);
    expect(stderr.replaceAll(`${path("broken.msh")}: `, "").trim()).toBe(`erfem: ${shown.trim()}`);
    writeFileSync(path("notes.txt.json"), "{");
    await page.setInputFiles("#files", path("notes.txt.json"));
    await page.waitForSelector('#error[data-code="result-syntax"]');
  });

  it("cancels a running solve, and goes on", async () => {
    const size = 26;
    writeMesh(
      path("block.msh"),
      boxMesh({ counts: [size, size, size], volumeOf: (i) => (i < size / 2 ? "ER" : "cytosol") }),
    );
    await page.setInputFiles("#files", path("block.msh"));
    await page.waitForSelector(`${state("working")} #cancel`);
    await page.click("#cancel");
    await page.waitForSelector(state("cancelled"));
    await page.click('[data-sample="three-pipe-0.1.msh"]');
    await page.waitForSelector(state("done"));
  });

  it("loads a sweep: curves of any column", async () => {
    const { code } = await runErfem([
      "sweep",
      "three-pipe",
      "--vary",
      "edge=0.2,0.3",
      "--size",
      "0.25",
      "-o",
      path("sweep"),
      "--quiet",
    ]);
    expect(code).toBe(0);
    await page.setInputFiles("#files", path("sweep/results.json"));
    await page.waitForSelector('#sweep[data-rows="2"] .chart svg');
    expect(await page.getAttribute("#sweep .chart", "data-series")).toBe("ER;cytosol");
    await page.selectOption("#sweep-y", "membrane.area");
    await page.waitForSelector('#sweep .chart[data-series="membrane.area"] svg');
    expect(await page.getAttribute("#sweep .chart", "data-points")).toBe("2");
  });

  it("loads a simulation: a time slider and curves, by erfem view", async () => {
    for (const name of ["cell.msh.gz", "sheets.json"]) cpSync(join(models, name), path(name));
    const model = readFileSync(join(models, "closed-cell.yaml"), "utf8");
    writeFileSync(
      path("model.yaml"),
      model.replace("end: 1000", "end: 0.2").replace("every: 250", "every: 0.1"),
    );
    const { code, stderr } = await runErfem(["simulate", path("model.yaml"), "-o", path("run"), "--quiet"]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const own = await startViewServer({ files: await listViewFiles(path("run")) });
    try {
      const shown = await openPage(own.url);
      await shown.waitForSelector('#simulation[data-snapshots="3"] #snapshots[data-snapshot="0"]');
      expect(await shown.locator("#simulation .chart[data-chart] svg").count()).toBeGreaterThan(2);
      const first = await capture(shown, "#snapshots .view");
      await shown.fill("#time", "2");
      await shown.waitForSelector('#snapshots[data-snapshot="2"]');
      await shown.selectOption("#snapshot-field", "p");
      await shown.waitForSelector('#snapshots[data-field="p"]');
      await shown.waitForTimeout(100);
      const last = await capture(shown, "#snapshots .view");
      expect(countColors(last)).toBeGreaterThan(50);
      expect(differingShare(first, last)).toBeGreaterThan(CHANGED);
    } finally {
      await own.close();
    }
  });

  it("has logged no error, and asked no other host for anything", () => {
    expect(faults).toEqual([]);
  });
});

async function capture(page: Page, selector: string): Promise<PNG> {
  return PNG.sync.read(await page.locator(selector).screenshot());
}

/** How many colours a picture has. */
function countColors({ data }: PNG): number {
  const colors = new Set<number>();
  for (let i = 0; i < data.length; i += 4) colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
  return colors.size;
}

/** Share of the pixels of which a channel differs by more than an eighth. */
function differingShare({ data: a }: PNG, { data: b }: PNG): number {
  let differing = 0;
  for (let i = 0; i < a.length; i += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(a[i + channel] - b[i + channel]) > 32)) differing++;
  }
  return differing / (a.length / 4);
}

/** Equal to {@link SAME}, relative to the largest number. */
function expectNear(found: readonly number[], expected: readonly number[]): void {
  const scale = Math.max(...expected.map(Math.abs));
  expect(found).toHaveLength(expected.length);
  found.forEach((value, at) => {
    expect(Math.abs(value - expected[at]) / scale).toBeLessThanOrEqual(SAME);
  });
}
