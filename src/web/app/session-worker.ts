import { UsageError } from "../../core/errors.js";
import type { ProgressReporter } from "../../core/progress.js";
import { readSnapshot } from "../../io/snapshot-reader.js";
import { extractSurface } from "../../plots/tet-surface.js";
import { serveCalls, type WorkerAnswer, type WorkerScope } from "../serve-calls.js";
import { solveFile } from "../solve-file.js";
import { compact, SceneData, type SceneTriangles } from "./scene-data.js";
import type { SessionCalls, SessionRequest } from "./session-messages.js";

// The module of a session's worker: it keeps what was solved, so that pictures of it are made beside the page.
let scene: SceneData | null = null;
let surface: { readonly numPoints: number; readonly corners: Int32Array } | null = null;

serveCalls(globalThis as unknown as WorkerScope<SessionRequest>, answer);

async function answer(request: SessionRequest, progress: ProgressReporter): Promise<WorkerAnswer<unknown>> {
  switch (request.kind) {
    case "solve": {
      scene = null;
      const homogenization = await solveFile(request, progress);
      progress({ step: "prepare pictures" });
      scene = new SceneData(homogenization);
      return { value: { result: homogenization.result, hasGap: scene.hasGap }, transfer: [] };
    }
    case "surface": {
      const { part, phases, field } = request;
      const triangles = solved().surface(part, phases, field);
      return handOver({ ...triangles, range: solved().range(phases, field) });
    }
    case "cut":
      return handOver(solved().cut(request.phases, request.field, request.normal, request.offset));
    case "arrows": {
      const arrows = solved().arrows(request.phases, request.count);
      const { points, vectors, lengths } = arrows;
      return { value: arrows, transfer: [points, vectors, lengths].map(bufferOf) };
    }
    case "snapshot":
      return handOver(await showSnapshot(request.file, request.field));
  }
}

async function showSnapshot(file: File, wanted: string | null): Promise<SessionCalls["snapshot"]["answer"]> {
  const { points, cells, fields } = await readSnapshot(new Uint8Array(await file.arrayBuffer()), file.name);
  const numPoints = points.length / 3;
  if (surface?.numPoints !== numPoints) surface = { numPoints, corners: extractSurface(cells, numPoints) };
  const names = [...fields.keys()];
  const field = wanted !== null && fields.has(wanted) ? wanted : (names.at(0) ?? "");
  const triangles = compact(points, surface.corners, fields.get(field) ?? new Float64Array(numPoints));
  let [low, high] = [Infinity, -Infinity];
  for (const value of triangles.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { ...triangles, fields: names, field, range: low <= high ? [low, high] : [0, 0] };
}

function solved(): SceneData {
  if (scene !== null) return scene;
  throw new UsageError(
    "nothing-solved",
    "there is no picture of a mesh that has not been solved; open a mesh first",
  );
}

function handOver<T extends SceneTriangles>(triangles: T): WorkerAnswer<T> {
  const { points, polygons, values } = triangles;
  return { value: triangles, transfer: [points, polygons, values].map(bufferOf) };
}

function bufferOf({ buffer }: Float32Array | Uint32Array): ArrayBuffer {
  return buffer as ArrayBuffer;
}
