/** What the targets look at in the measurements of one size. */
export interface BenchSize {
  readonly name: string;
  readonly nodes: number;
  readonly whole: Readonly<Record<string, BenchProgram>> & { readonly erfem: BenchProgram };
  readonly phases: Readonly<Record<"alone" | "both", { readonly wall: readonly number[] }>> | null;
  readonly solver: {
    readonly erfem: {
      readonly cpu: readonly number[];
      readonly iterations: readonly number[];
      readonly dofs: number;
      readonly kernelBytes: number;
    };
    readonly petsc: { readonly cpu: readonly number[] } | null;
  };
  readonly warm: { readonly solverDifference: number | null };
}

/** Measurements of one whole program, arrays over its runs. */
export interface BenchProgram {
  readonly wall: readonly number[];
  readonly peakBytes: readonly number[];
  readonly steps: readonly Readonly<Record<string, number>>[];
  readonly answer: { readonly tensor: readonly (readonly number[])[]; readonly dofs: number };
}

/** Hard systems, solved. */
export interface BenchRobustness {
  readonly tolerance: number;
  readonly rows: readonly {
    readonly method: string;
    readonly iterations: readonly number[];
    readonly residual: number;
  }[];
}

export interface TargetRow {
  readonly item: number;
  readonly quantity: string;
  readonly bound: "at most" | "at least";
  readonly target: number;
  readonly measured: number;
  readonly met: boolean;
}

export function evaluateTargets(measured: {
  readonly sizes: readonly BenchSize[];
  readonly parser: readonly {
    readonly name: string;
    readonly bytes: Readonly<Record<string, number>>;
    readonly seconds: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly robustness?: BenchRobustness | null;
}): TargetRow[];
