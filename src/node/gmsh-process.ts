import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { ErfemError, MeshError } from "../core/errors.js";

export interface GmshProcessOptions {
  /** Program to start; default `$ERFEM_GMSH`, else `gmsh` on the PATH. */
  readonly executable?: string;
  /** Kills Gmsh when it has not written a line for so long; default 15 minutes. */
  readonly stallSeconds?: number;
  readonly signal?: AbortSignal;
  /** Receives every line that Gmsh prints, without colours. */
  readonly onLine?: (line: string) => void;
}

/** What a run of Gmsh printed. */
export interface GmshLog {
  /** The last lines, runs of equal ones reduced to one. */
  readonly lastLines: readonly string[];
  /** Texts of the different warnings, at most 50. */
  readonly warnings: readonly string[];
  /** Version Gmsh gives in its first line; null where it gives none. */
  readonly version: string | null;
}

const defaultStallSeconds = 900;

/** Lines kept for an error message. */
const keptLines = 12;

/** Characters kept of a line. */
const keptCharacters = 400;

const keptWarnings = 50;

/**
 * Debian's Gmsh says this about a hundred times for every mesh with periodic faces. It would matter only if faces did
 * not match, and that is checked on the finished mesh.
 */
const annWarning = "must be compiled with ANN support";

/** Time between asking Gmsh to end and making it end. */
const graceMs = 2000;

/**
 * Runs `gmsh args`, without a shell, and waits for its end. A run has failed when Gmsh cannot be started, exits with
 * another code than 0, prints an `Error` line (its exit code does not tell), is silent for too long or is aborted.
 *
 * @throws MeshError `gmsh-missing`, `gmsh-failed` with Gmsh's last lines in message and details
 * @throws ErfemError `aborted`
 */
export async function runGmsh(args: readonly string[], options: GmshProcessOptions = {}): Promise<GmshLog> {
  const executable = options.executable ?? process.env["ERFEM_GMSH"] ?? "gmsh";
  if (options.signal?.aborted === true) throw abortedError(options.signal);
  const recorder = new LogRecorder();
  const child = spawn(executable, args, { stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
  const end = await watch(child, recorder, options);
  if (end.kind === "not-started") throw missingError(executable, end.cause);
  if (end.kind === "aborted") throw abortedError(options.signal);
  const log = recorder.log();
  if (end.kind === "exit" && end.code === 0 && recorder.errors.length === 0) return log;
  const what = {
    stalled: `wrote nothing for ${options.stallSeconds ?? defaultStallSeconds} s and was stopped`,
    exit:
      end.code === 0
        ? "reported an error"
        : `ended with ${end.code === null ? "a signal" : `exit code ${end.code}`}`,
  }[end.kind];
  throw gmshFailure(what, log, {
    command: [executable, ...args],
    exitCode: end.code,
    errors: recorder.errors,
  });
}

/** MeshError `gmsh-failed`: what went wrong, then Gmsh's own last lines. */
export function gmshFailure(
  what: string,
  log: GmshLog,
  details: Readonly<Record<string, unknown>>,
): MeshError {
  return new MeshError("gmsh-failed", `Gmsh ${what}.${quoteLastLines(log.lastLines)}`, {
    details: { ...details, lastLines: log.lastLines, gmshVersion: log.version },
  });
}

/** Gmsh's last lines as the end of an error message; empty where there are none. */
export function quoteLastLines(lines: readonly string[]): string {
  return lines.length === 0
    ? ""
    : `\nThe last lines of Gmsh:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

interface ProcessEnd {
  readonly kind: "exit" | "stalled" | "aborted" | "not-started";
  readonly code: number | null;
  readonly cause?: unknown;
}

/** Waits for the end of the process; kills it on abort and on silence. */
function watch(child: ChildProcess, recorder: LogRecorder, options: GmshProcessOptions): Promise<ProcessEnd> {
  const stallMs = 1000 * (options.stallSeconds ?? defaultStallSeconds);
  return new Promise((resolve) => {
    let killed: "stalled" | "aborted" | undefined;
    let graceTimer: NodeJS.Timeout | undefined;
    const kill = (why: "stalled" | "aborted"): void => {
      if (killed !== undefined) return;
      killed = why;
      child.kill("SIGTERM");
      graceTimer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    const abort = (): void => {
      kill("aborted");
    };
    const stallTimer = setTimeout(() => {
      kill("stalled");
    }, stallMs);
    const finish = (end: ProcessEnd): void => {
      clearTimeout(stallTimer);
      clearTimeout(graceTimer);
      options.signal?.removeEventListener("abort", abort);
      resolve(killed === undefined ? end : { kind: killed, code: end.code });
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (raw) => {
        stallTimer.refresh();
        const line = recorder.add(raw);
        if (line !== "") options.onLine?.(line);
      });
    }
    options.signal?.addEventListener("abort", abort, { once: true });
    child.once("error", (cause) => {
      finish({ kind: "not-started", code: null, cause });
    });
    // A killed wrapper script may leave a child behind that holds the pipes open: then do not wait for them.
    child.once("exit", (code) => {
      if (killed === undefined) return;
      child.stdout?.destroy();
      child.stderr?.destroy();
      finish({ kind: "exit", code });
    });
    child.once("close", (code) => {
      finish({ kind: "exit", code });
    });
  });
}

/** Keeps of Gmsh's output what an error message or a result needs, however long it is. */
class LogRecorder {
  readonly errors: string[] = [];
  readonly #lastLines: string[] = [];
  readonly #warnings = new Set<string>();
  #version: string | null = null;

  /** Records a line and returns it without colours and trailing blanks. */
  add(raw: string): string {
    const line = stripVTControlCharacters(raw).trimEnd().slice(0, keptCharacters);
    if (line === "" || line === this.#lastLines.at(-1)) return line;
    this.#lastLines.push(line);
    if (this.#lastLines.length > keptLines) this.#lastLines.shift();
    const [, level, text = ""] = /^(Error|Fatal|Warning)\s*:\s*(.*)$/.exec(line) ?? [];
    if (level === "Warning" && this.#warnings.size < keptWarnings && !text.includes(annWarning)) {
      this.#warnings.add(text);
    }
    if ((level === "Error" || level === "Fatal") && this.errors.length < keptLines) this.errors.push(text);
    this.#version ??= /\[Gmsh ([^\s,\]]+)/.exec(line)?.[1] ?? null;
    return line;
  }

  /** The last lines, preceded by those errors that have already scrolled out of them. */
  log(): GmshLog {
    const scrolled = this.errors.filter((text) => !this.#lastLines.some((line) => line.endsWith(text)));
    const lastLines = [...scrolled.map((text) => `Error   : ${text}`), ...this.#lastLines];
    return { lastLines, warnings: [...this.#warnings], version: this.#version };
  }
}

function missingError(executable: string, cause: unknown): MeshError {
  return new MeshError(
    "gmsh-missing",
    `Cannot start Gmsh as "${executable}": ${cause instanceof Error ? cause.message : String(cause)}. ` +
      "Install Gmsh 4.8 or newer (Debian and Ubuntu: apt-get install gmsh; macOS: brew install gmsh; else " +
      "https://gmsh.info), or name the program in the environment variable ERFEM_GMSH.",
    { cause, details: { executable } },
  );
}

function abortedError(signal: AbortSignal | undefined): ErfemError {
  return new ErfemError("aborted", "Meshing was aborted; Gmsh has been stopped and nothing was written.", {
    cause: signal?.reason,
  });
}
