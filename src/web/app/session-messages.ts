import type { HomogenizationResult } from "../../io/homogenization-result.js";
import type { WorkerHomogenizeOptions } from "../homogenize-in-worker.js";
import type { SceneArrows, SceneField, SceneTriangles } from "./scene-data.js";

/** What the worker of a session is asked for, by kind, and what it answers. */
export interface SessionCalls {
  /** Reads and homogenizes a mesh; what follows is about it. */
  solve: {
    request: { file: File; options: WorkerHomogenizeOptions };
    answer: { result: HomogenizationResult; hasGap: boolean };
  };
  /** A surface with the range of its colours. */
  surface: {
    request: { part: "phases" | "membrane"; phases: readonly string[]; field: SceneField };
    answer: SceneTriangles & { range: readonly [number, number] };
  };
  cut: {
    request: {
      phases: readonly string[];
      field: SceneField;
      normal: readonly [number, number, number];
      offset: number;
    };
    answer: SceneTriangles;
  };
  arrows: { request: { phases: readonly string[]; count: number }; answer: SceneArrows };
  /** The surface of the mesh of a simulation in one of its snapshots. */
  snapshot: {
    request: { file: File; field: string | null };
    answer: SceneTriangles & { fields: readonly string[]; field: string; range: readonly [number, number] };
  };
}

export type SessionKind = keyof SessionCalls;

/** One request of a kind. */
export type SessionRequest = {
  [K in SessionKind]: { readonly kind: K } & Readonly<SessionCalls[K]["request"]>;
}[SessionKind];
