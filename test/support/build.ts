import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "dist/cli/main.js");
const app = join(root, "dist/app/index.html");
const stamp = join(root, "node_modules/.cache/erfem/build.tsbuildinfo");

/**
 * Brings dist/ up to date for the tests that run it: the command line as a child process, workers, browsers; a run restricted to other
 * folders of test/ does not need it.
 */
export default function setup(): void {
  const folders = process.argv.slice(2).filter((argument) => argument.startsWith("test/"));
  const needsBuild = (folder: string): boolean => /^test\/(cli|docs|node|scripts|web)/.test(folder);
  if (folders.length > 0 && !folders.some(needsBuild)) return;
  // The stamp records what was emitted, not what is still there.
  if (!existsSync(program)) rmSync(stamp, { force: true });
  else if (existsSync(stamp) && existsSync(app) && newestChange() < statSync(app).mtimeMs) return;
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", join(root, "tsconfig.build.json"), "--incremental", "--tsBuildInfoFile", stamp];
  execFileSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  const vite = join(root, "node_modules/vite/bin/vite.js");
  for (const config of [["-c", "vite.cli.config.ts"], []]) {
    const build = [vite, "build", "--logLevel", "error", ...config];
    execFileSync(process.execPath, build, { cwd: root, stdio: "inherit" });
  }
}

/** Time of the latest change of a source file, ms. */
function newestChange(): number {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(root, "src", name)).mtimeMs)
    .reduce((latest, time) => Math.max(latest, time), 0);
}
