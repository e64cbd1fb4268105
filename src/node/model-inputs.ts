import { createHash } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { ErfemError, ParseError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { HomogenizationResult } from "../io/homogenization-result.js";
import { parseModel } from "../io/model-file.js";
import { listResultFiles } from "../io/model-result-files.js";
import type { Model } from "../io/model.js";
import { parseResult } from "../io/result-file.js";
import type { FileRecord } from "../io/simulation-result.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { readFileBytes } from "./files.js";
import { readMesh } from "./read-mesh.js";

/** A model with everything that it refers to. */
export interface OpenedModel {
  readonly model: Model;
  readonly mesh: TetMesh;
  /** By path as the model has it. */
  readonly results: ReadonlyMap<string, HomogenizationResult>;
  /** The files, as the model names them. */
  readonly files: {
    readonly model: FileRecord;
    readonly mesh: FileRecord & { readonly nodes: number; readonly cells: number };
    readonly results: readonly FileRecord[];
  };
}

/** Most bytes of a text file that are read: models and results are small. */
const maxTextBytes = 64 * 2 ** 20;

/**
 * Reads a model file, its mesh and its result files.
 *
 * @throws MeshError `file-not-found`, `file-unreadable`, `file-too-large` for the model file itself
 * @throws ParseError of `parseModel`; `model-file` with the place in the model for a file that it names and that cannot be read
 */
export async function openModel(
  path: string,
  options: { readonly kernel: Kernel; readonly progress?: ProgressReporter; readonly maxBytes?: number },
): Promise<OpenedModel> {
  options.progress?.({ step: "read model" });
  const bytes = await readFileBytes(path, maxTextBytes);
  const model = await parseModel(new TextDecoder().decode(bytes), path);
  const resolvePath = (file: string): string => (isAbsolute(file) ? file : join(dirname(path), file));
  const results = new Map<string, HomogenizationResult>();
  const resultFiles: FileRecord[] = [];
  for (const { file, field } of listResultFiles(model)) {
    if (results.has(file)) continue;
    await atField(model, field, async () => {
      const content = await readFileBytes(resolvePath(file), maxTextBytes);
      results.set(file, await parseResult(new TextDecoder().decode(content), file));
      resultFiles.push({ file, sha256: hash(content) });
    });
  }
  options.progress?.({ step: "read mesh" });
  const read = await atField(model, "mesh", () => readMesh(resolvePath(model.mesh.file), options));
  return {
    model,
    mesh: read.mesh,
    results,
    files: {
      model: { file: path, sha256: hash(bytes) },
      mesh: {
        file: model.mesh.file,
        sha256: read.sha256,
        nodes: read.mesh.numNodes,
        cells: read.mesh.numCells,
      },
      results: resultFiles,
    },
  };
}

/** @throws ParseError `model-file`, with the place of the field that names the file */
async function atField<T>({ source }: Model, field: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof ErfemError)) throw cause;
    const { line, column } = source.places[field];
    throw new ParseError("model-file", `${source.file}:${line}:${column}: ${field}: ${cause.message}`, {
      cause,
      details: { file: source.file, line, column, path: field, code: cause.code },
    });
  }
}

function hash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
