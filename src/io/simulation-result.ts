import type { Matrix3 } from "../core/tensor.js";

/** A file and its content. */
export interface FileRecord {
  readonly file: string;
  /** SHA-256, hexadecimal. */
  readonly sha256: string;
}

/** A compartment of a homogenized region, in the axes of the cell. */
export interface CompartmentRecord {
  readonly volumeFraction: number;
  /** a~ or b~ of calcium, um^2/s; null where it differs from cell to cell. */
  readonly tensor: Matrix3 | null;
}

/** A region of the cell. */
export type RegionRecord =
  | { readonly kind: "cytosol"; readonly volume: number; readonly diffusion: number }
  | {
      readonly kind: "homogenized";
      /** um^3. */
      readonly volume: number;
      readonly cytosol: CompartmentRecord;
      readonly er: CompartmentRecord;
      /** Membrane area per volume of the cell, 1/um; null where no flux needs it. */
      readonly areaPerVolume: number | null;
    };

/** A field, or a state, over the whole cell at one time. */
export interface SpreadRecord {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** The summary of a run of `erfem simulate`. */
export interface SimulationResult {
  readonly schema: "erfem/simulation@1";
  readonly model: FileRecord;
  readonly mesh: FileRecord & { readonly nodes: number; readonly cells: number };
  readonly results: readonly FileRecord[];
  readonly regions: Readonly<Record<string, RegionRecord>>;
  /** s. */
  readonly end: number;
  /** Fields (uM) and states (1; immobile buffers uM), by name. */
  readonly values: Readonly<
    Record<string, { readonly unit: string; readonly initial: SpreadRecord; readonly final: SpreadRecord }>
  >;
  /** Calcium in all forms, uM um^3. */
  readonly calcium: {
    readonly initial: number;
    readonly final: number;
    /** What came in through surfaces. */
    readonly inflow: number;
    /** (final - initial - inflow) / initial. */
    readonly balance: number;
    /** Largest |balance| after a step. */
    readonly worstBalance: number;
  };
  /** What came in through each boundary condition, `surface.field`, uM um^3. */
  readonly inflow: Readonly<Record<string, number>>;
  readonly steps: {
    readonly accepted: number;
    readonly rejectedForError: number;
    readonly rejectedForNewton: number;
    readonly rejectedForSign: number;
    /** Steps accepted with a concentration below minus its tolerance. */
    readonly undershoots: number;
  };
  readonly solver: {
    readonly newtonMedian: number;
    readonly newtonMost: number;
    readonly krylovMedian: number;
    readonly krylovMost: number;
    /** Linear systems and Krylov iterations of all of them. */
    readonly linearSystems: number;
    readonly krylovTotal: number;
    readonly setups: number;
  };
  /** Pairs of nodes with a positive stiffness entry, by field: without any, diffusion keeps concentrations positive. */
  readonly positiveStiffness: Readonly<Record<string, number>>;
  readonly snapshots: readonly { readonly time: number; readonly file: string }[];
  /** Wall time of all sessions. */
  readonly seconds: number;
  readonly warnings: readonly string[];
}
