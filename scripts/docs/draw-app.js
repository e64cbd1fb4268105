// Takes the pictures of docs/app: the browser application with a mesh, a sweep and a simulation. Needs `npm run build`, Gmsh and
// chromium; takes a minute.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { listViewFiles, startViewServer } from "erfem/node";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "erfem-pictures-"));
const run = (...args) => execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...args, "--quiet"]);

const browser = await chromium.launch({
  executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(),
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});

/** Opens what `erfem view` would show of a path, and draws what `look` makes of it. */
async function show(path, look) {
  const server = await startViewServer({ files: await listViewFiles(path) });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(120_000);
  try {
    await page.goto(server.url);
    await page.waitForSelector('main[data-state="done"]');
    await look(page, async (name) => {
      // The last picture is drawn.
      await page.waitForTimeout(2000);
      await page.screenshot({ path: join(root, `docs/app/${name}.png`) });
      process.stderr.write(`${name}\n`);
    });
  } finally {
    await page.close();
    await server.close();
  }
}

try {
  const mesh = join(folder, "three-pipe.msh");
  run("mesh", "three-pipe", "--set", "edge=0.1", "--size", "0.04", "-o", mesh);
  await show(mesh, async (page, take) => {
    await page.waitForSelector("#scene[data-drawn]");
    await take("mesh");
    await page.selectOption("#surface", "phase cytosol");
    await page.check("#cut");
    await page.fill("#cut-position", "560");
    await take("cut");
    await page.uncheck("#cut");
    await page.selectOption("#surface", "phase ER");
    await page.check("#arrows");
    await take("arrows");
    await page.uncheck("#arrows");
    await page.selectOption("#field", "none");
    await page.check("#tiles");
    await take("tiles");
  });
  run(
    ...["sweep", "three-pipe", "--vary", "edge=0.1:0.9:9", "--size", "0.12", "--bounds"],
    ...["-o", join(folder, "sweep")],
  );
  await show(join(folder, "sweep"), async (_page, take) => take("sweep"));
  run("convergence", "three-pipe", "--size", "0.1", "--levels", "3", "--bounds", "-o", join(folder, "study"));
  await show(join(folder, "study"), async (_page, take) => take("convergence"));
  for (const name of ["cell.msh.gz", "sheets.json"])
    cpSync(join(root, "meshes/models", name), join(folder, name));
  const model = readFileSync(join(root, "meshes/models/calcium-wave.yaml"), "utf8");
  writeFileSync(join(folder, "calcium-wave.yaml"), model.replace("end: 8 s", "end: 2 s"));
  run("simulate", join(folder, "calcium-wave.yaml"), "-o", join(folder, "run"));
  await show(join(folder, "run"), async (page, take) => {
    await page.waitForSelector('#snapshots[data-snapshot="0"]');
    await page.fill("#time", "5");
    await page.waitForSelector('#snapshots[data-snapshot="5"]');
    await page.setViewportSize({ width: 1280, height: 1150 });
    await take("simulation");
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
