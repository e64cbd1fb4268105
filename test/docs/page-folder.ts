import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import ts from "typescript";

/** How a program ended, and what it wrote to both streams. */
export interface Printed {
  readonly code: number | null;
  readonly text: string;
}

/** Longest time that a program of the documentation may take, ms. */
const TIMEOUT = 110_000;

/** The folders in which pages are run: erfem is installed there, and nothing else is there at the beginning. */
export interface PageFolders {
  /** The folder of a page, made when it is first asked for. */
  readonly open: (page: string) => string;
  /** Runs bash with a text in the folder of a page. */
  readonly runShell: (page: string, text: string) => Promise<Printed>;
  /** Runs a program that does not end by itself until it has printed a text, and interrupts it then. */
  readonly runUntil: (page: string, text: string, awaited: string) => Promise<Printed>;
  /** Executes a module, TypeScript or JavaScript. */
  readonly runModule: (page: string, line: number, text: string) => Promise<Printed>;
  /** Messages of the type checker on modules, by the key of each. */
  readonly checkTypes: (modules: ReadonlyMap<string, string>) => ReadonlyMap<string, readonly string[]>;
  /** The files of an ending that the pages wrote. */
  readonly listFiles: (ending: string) => readonly string[];
  readonly remove: () => void;
}

/** Makes the folders beside an installed erfem, which is a link to this checkout. */
export function createPageFolders(root: string): PageFolders {
  const base = mkdtempSync(join(tmpdir(), "erfem-docs-"));
  const program = join(root, "dist/cli/main.js");
  mkdirSync(join(base, "node_modules/.bin"), { recursive: true });
  symlinkSync(root, join(base, "node_modules/erfem"));
  symlinkSync(join(root, "node_modules/@types"), join(base, "node_modules/@types"));
  // What npx would find, without the time that npx takes.
  const call = `exec "${process.execPath}" "${program}" "$@"`;
  const npx = `#!/bin/sh\n[ "$1" = erfem ] || { echo "npx: only erfem is here" >&2; exit 127; }\nshift\n${call}\n`;
  const bin = join(base, "node_modules/.bin");
  writeFileSync(join(bin, "npx"), npx, { mode: 0o755 });
  writeFileSync(join(bin, "erfem"), `#!/bin/sh\n${call}\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`, ERFEM: root };

  const open = (page: string): string => {
    const folder = join(base, page.replaceAll("/", "-"));
    if (!existsSync(folder)) {
      mkdirSync(folder);
      symlinkSync(join(base, "node_modules"), join(folder, "node_modules"));
    }
    return folder;
  };
  const run = (
    page: string,
    command: string,
    args: readonly string[],
    awaited?: string,
  ): Promise<Printed> => {
    const child = spawn(command, args, {
      cwd: open(page),
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((resolve, reject) => {
      const stop = (signal: NodeJS.Signals): void => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
      };
      const timer = setTimeout(stop, TIMEOUT, "SIGKILL");
      let text = "";
      let isInterrupted = false;
      const collect = (part: string): void => {
        text += part;
        if (awaited === undefined || isInterrupted || !text.includes(awaited)) return;
        isInterrupted = true;
        stop("SIGINT");
      };
      child.stdout.setEncoding("utf8").on("data", collect);
      child.stderr.setEncoding("utf8").on("data", collect);
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ code, text });
      });
    });
  };
  return {
    open,
    runShell: (page, text) => run(page, "bash", ["-euo", "pipefail", "-c", text]),
    runUntil: (page, text, awaited) => run(page, "bash", ["-euo", "pipefail", "-c", `exec ${text}`], awaited),
    runModule: (page, line, text) => {
      const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
      const file = join(open(page), `.line-${line}.mjs`);
      writeFileSync(file, ts.transpileModule(text, { compilerOptions: options }).outputText);
      return run(page, process.execPath, [file]);
    },
    checkTypes: (modules) => checkTypes(join(base, "types"), modules),
    listFiles: (ending) =>
      readdirSync(base, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
        .map((name) => join(base, name)),
    remove: () => {
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function checkTypes(
  folder: string,
  modules: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const files = new Map([...modules.keys()].map((key, index) => [join(folder, `module-${index}.mts`), key]));
  for (const [file, key] of files) writeFileSync(file, modules.get(key) ?? "");
  const program = ts.createProgram([...files.keys()], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    moduleDetection: ts.ModuleDetectionKind.Force,
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
    types: ["node"],
  });
  const messages = new Map([...modules.keys()].map((key) => [key, [] as string[]]));
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(program)) {
    const key = file === undefined ? undefined : files.get(file.fileName);
    const text = ts.flattenDiagnosticMessageText(messageText, "\n");
    if (file === undefined || key === undefined) throw new Error(text);
    const { line } = file.getLineAndCharacterOfPosition(start ?? 0);
    messages.get(key)?.push(`${file.text.split("\n")[line].trim()}: ${text}`);
  }
  return messages;
}
