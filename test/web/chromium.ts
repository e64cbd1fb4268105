import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Name of a Chromium on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  return ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0,
  );
}

/** Path of a program on the PATH. */
export function findExecutable(name: string): string {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? name;
}

/**
 * Opens a page in a headless Chromium with a profile of its own while `work` goes on. The browser and all its processes
 * end with `work`, and with this process however it ends.
 *
 * @throws Error with what the browser wrote when it ends first, or when `work` takes longer than `timeoutMs`
 */
export async function withPage<T>(
  chromium: string,
  url: string,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), "erfem-chromium-"));
  const child = spawn(chromium, [...flags, `--user-data-dir=${profile}`, url], {
    // A process group of its own; the browser ends when the debugging pipe, file descriptors 3 and 4, closes.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, HOME: profile, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
  });
  let written = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (written = (written + text).slice(-4000)));
  const closed = new Promise<void>((resolve) =>
    child.once("close", () => {
      resolve();
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    const fail = (what: string): void => {
      reject(new Error(`${chromium} ${what}. It wrote:\n${written}`));
    };
    child.once("error", (error) => {
      fail(`could not be started: ${error.message}`);
    });
    child.once("exit", (code, signal) => {
      fail(`ended early (${code ?? signal})`);
    });
    timer = setTimeout(() => {
      fail(`gave no report within ${timeoutMs} ms`);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work(), failure]);
  } finally {
    clearTimeout(timer);
    if (child.pid !== undefined) {
      killGroup(child.pid);
      await closed;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-breakpad",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-extensions",
  "--disable-sync",
  "--no-first-run",
  "--no-default-browser-check",
  "--no-proxy-server",
  "--remote-debugging-pipe",
  "--enable-logging=stderr",
];

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
