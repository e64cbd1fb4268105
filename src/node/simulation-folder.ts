import { access, appendFile, mkdir, readFile, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../core/errors.js";
import type { ObservableColumn } from "../bidomain/observables.js";
import type { RunState, SimulationSink } from "../bidomain/run-simulation.js";
import type { StepStatistics } from "../bidomain/stepper-options.js";
import { decodeCheckpoint, encodeCheckpoint } from "../io/checkpoint-file.js";
import { formatCsv } from "../io/csv.js";
import { writePvd, type PvdEntry } from "../io/pvd-writer.js";
import { writeVtu } from "../io/vtu-writer.js";
import { readFileBytes, writeFileAtomically } from "./files.js";
import { acquireLock, type FolderLock } from "./folder-lock.js";
import { removeTemporaries } from "./temporary-files.js";

/** Everything that the numbers of a run depend on: equal ones give equal files. */
export type RunIdentity = Readonly<Record<string, string>>;

/** Names of the files in the folder of a run. */
export const runFiles = {
  timeSeries: "timeseries.csv",
  probes: "probes.csv",
  collection: "fields.pvd",
  checkpoint: "checkpoint.bin",
  summary: "summary.json",
  page: "summary.md",
} as const;

/** Least time between two checkpoints that do not follow a snapshot. */
const checkpointMs = 10_000;

const lockFile = "simulate.lock";

/** What a checkpoint holds beside its arrays. */
interface CheckpointHeader {
  readonly identity: RunIdentity;
  readonly time: number;
  readonly step: number;
  readonly errorBefore: number;
  readonly signRejections: number;
  readonly statistics: StepStatistics;
  readonly initialCalcium: number;
  readonly worstBalance: number;
  readonly firstRow: readonly number[];
  /** Bytes of the tables that belong to it. */
  readonly tableBytes: readonly number[];
  readonly snapshots: readonly PvdEntry[];
  /** Wall time until then. */
  readonly seconds: number;
}

/** What is in a folder to go on from. */
export interface StoredRun {
  readonly state: RunState;
  readonly tableBytes: readonly number[];
  readonly snapshots: readonly PvdEntry[];
  readonly seconds: number;
}

/**
 * The folder of a run, held by this process until `close`: tables that grow, snapshots with their collection, checkpoints.
 */
export class SimulationFolder implements SimulationSink {
  readonly path: string;
  readonly #lock: FolderLock;
  readonly #identity: RunIdentity;
  readonly #start = performance.now();
  #secondsBefore = 0;
  #lastCheckpoint = performance.now();
  #snapshots: PvdEntry[] = [];

  private constructor(path: string, lock: FolderLock, identity: RunIdentity) {
    this.path = path;
    this.#lock = lock;
    this.#identity = identity;
  }

  /**
   * Refuses a folder that holds a run, unless it is to be gone on with.
   *
   * @throws UsageError `folder-in-use`
   */
  static async requireUnused(path: string): Promise<void> {
    for (const file of [runFiles.checkpoint, runFiles.summary, runFiles.timeSeries]) {
      if (!(await exists(join(path, file)))) continue;
      throw new UsageError(
        "folder-in-use",
        `the folder ${path} holds a run already (${file}); go on with it by --resume, name another one, or remove it`,
        { details: { path, file } },
      );
    }
  }

  /**
   * Takes a folder, which is made where there is none.
   *
   * @throws UsageError `folder-locked`, `output-unwritable`
   */
  static async open(path: string, identity: RunIdentity): Promise<SimulationFolder> {
    try {
      await mkdir(join(path, "snapshots"), { recursive: true });
    } catch (cause) {
      throw new UsageError("output-unwritable", `cannot make the folder ${path}; name another one`, {
        cause,
        details: { path },
      });
    }
    const lock = await acquireLock(join(path, lockFile), path);
    await removeTemporaries(path, /^(?:\.|simulate\.lock)/);
    await removeTemporaries(join(path, "snapshots"), /^\.fields-/);
    return new SimulationFolder(path, lock, identity);
  }

  /**
   * The last checkpoint; null where there is none.
   *
   * @throws ParseError `checkpoint-damaged`
   * @throws UsageError `run-inputs-differ`
   */
  async readCheckpoint(): Promise<StoredRun | null> {
    const file = join(this.path, runFiles.checkpoint);
    if (!(await exists(file))) return null;
    const { header, arrays } = decodeCheckpoint(await readFileBytes(file), file);
    const known = header as CheckpointHeader;
    requireEqual(this.path, known.identity, this.#identity);
    const { time, step, errorBefore, signRejections, statistics } = known;
    const { fields, rates, states, stateRates, inflow } = arrays;
    const stepper = {
      ...{ time, step, errorBefore, signRejections, statistics },
      ...{ fields, rates, states, stateRates, inflow },
    };
    const { initialCalcium, worstBalance, firstRow, snapshots, tableBytes, seconds } = known;
    return {
      state: {
        simulation: { stepper, initialCalcium, worstBalance, firstRow },
        numSnapshots: snapshots.length,
      },
      tableBytes,
      snapshots,
      seconds,
    };
  }

  /** Begins the tables, or cuts from them what came after the checkpoint. */
  async begin(
    tables: readonly [readonly ObservableColumn[], readonly ObservableColumn[]],
    stored: StoredRun | null,
  ): Promise<void> {
    if (stored === null) {
      const headers = tables.map((columns) =>
        formatCsv([columns.map(({ name, unit }) => `${name} (${unit})`)]),
      );
      await writeFileAtomically(join(this.path, runFiles.timeSeries), headers[0]);
      await writeFileAtomically(join(this.path, runFiles.probes), headers[1]);
      return;
    }
    this.#secondsBefore = stored.seconds;
    this.#snapshots = [...stored.snapshots];
    await truncate(join(this.path, runFiles.timeSeries), stored.tableBytes[0]);
    await truncate(join(this.path, runFiles.probes), stored.tableBytes[1]);
  }

  async record(
    rows: readonly (readonly number[])[],
    probeRows: readonly (readonly number[])[],
  ): Promise<void> {
    await this.#append(runFiles.timeSeries, formatCsv(rows));
    await this.#append(runFiles.probes, formatCsv(probeRows));
  }

  async snapshot(
    index: number,
    time: number,
    grid: Parameters<SimulationSink["snapshot"]>[2],
  ): Promise<void> {
    const file = `snapshots/fields-${String(index).padStart(4, "0")}.vtu`;
    await writeFileAtomically(join(this.path, file), await writeVtu(grid));
    this.#snapshots.push({ time, file });
    await writeFileAtomically(join(this.path, runFiles.collection), writePvd(this.#snapshots));
  }

  async checkpoint({ simulation }: RunState, isSnapshot: boolean): Promise<void> {
    if (!isSnapshot && performance.now() - this.#lastCheckpoint < checkpointMs) return;
    const { stepper, ...own } = simulation;
    const { fields, rates, states, stateRates, inflow, ...scalars } = stepper;
    const header: CheckpointHeader = {
      identity: this.#identity,
      ...scalars,
      ...own,
      tableBytes: await Promise.all([this.#size(runFiles.timeSeries), this.#size(runFiles.probes)]),
      snapshots: this.#snapshots,
      seconds: this.seconds,
    };
    const arrays = { fields, rates, states, stateRates, inflow };
    await writeFileAtomically(join(this.path, runFiles.checkpoint), encodeCheckpoint({ header, arrays }));
    this.#lastCheckpoint = performance.now();
  }

  /** Snapshots written so far. */
  get snapshots(): readonly PvdEntry[] {
    return this.#snapshots;
  }

  /** Wall time of this session and of those before. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#start) / 1000;
  }

  /** A table that has been written, without its header. */
  async readTable(file: string): Promise<number[][]> {
    const text = await readFile(join(this.path, file), "utf8");
    return text
      .split("\r\n")
      .slice(1, -1)
      .map((line) => line.split(",").map(Number));
  }

  /** Writes a file of its own, whole or not at all. */
  async write(file: string, content: string): Promise<void> {
    await writeFileAtomically(join(this.path, file), content);
  }

  async close(): Promise<void> {
    await this.#lock.release();
  }

  /** @throws UsageError `output-unwritable` */
  async #append(file: string, text: string): Promise<void> {
    if (text === "") return;
    const path = join(this.path, file);
    try {
      await appendFile(path, text);
    } catch (cause) {
      throw new UsageError("output-unwritable", `Cannot write ${path}: ${String(cause)}.`, {
        cause,
        details: { path },
      });
    }
  }

  async #size(file: string): Promise<number> {
    return (await stat(join(this.path, file))).size;
  }
}

/** @throws UsageError `run-inputs-differ` */
function requireEqual(path: string, known: RunIdentity, own: RunIdentity): void {
  const names = [...new Set([...Object.keys(known), ...Object.keys(own)])];
  const different = names.filter((name) => known[name] !== own[name]);
  if (different.length === 0) return;
  throw new UsageError(
    "run-inputs-differ",
    `the run in ${path} was begun with other inputs (${different.join(", ")}); restore them, or start anew in another folder`,
    { details: { path, different } },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
