import type { Matrix3, Vector3 } from "../core/tensor.js";
import type { UnitCellSource } from "../mesh/lattice.js";

/** Unit of the mesh coordinates; `cell` where they have none and only ratios count. */
export type LengthUnit = "cell" | "nm" | "um";

/** A diffusion coefficient in um^2/ms: a scalar, the rows of a symmetric tensor, or the formula of one that varies. */
export type DiffusionValue = number | Matrix3 | string;

/** Smallest and largest possible value. */
export type Interval = readonly [lower: number, upper: number];

/** The mesh a result was computed on. */
export interface MeshRecord {
  /** File name, null where the mesh did not come from a file. */
  readonly file: string | null;
  /** SHA-256 of the file as stored, hexadecimal. */
  readonly sha256: string | null;
  /** `msh 4.1 binary` and the like. */
  readonly format: string | null;
  readonly nodes: number;
  readonly cells: number;
  readonly lengthUnit: LengthUnit;
  readonly unitCell: { readonly origin: Vector3; readonly vectors: Matrix3; readonly source: UnitCellSource };
}

/** Facet-connected part of a phase. */
export interface ComponentRecord {
  readonly cells: number;
  readonly volumeFraction: number;
  /** Lattice directions that the component spans. */
  readonly percolates: readonly [boolean, boolean, boolean];
}

/** How the cell problems of a phase were solved; one entry for each of the three right-hand sides. */
export interface SolverRecord {
  readonly method: string;
  readonly iterations: readonly number[];
  /** ||B_k - K chi_k||_2 / ||B_k||_2, recomputed from the solution. */
  readonly relativeResidual: readonly number[];
}

/** Certified bounds of a homogenized tensor on the given mesh, um^2/ms. */
export interface BoundsRecord {
  /** L <= a~ <= U as quadratic forms: xi.L xi <= xi.a~ xi <= xi.U xi for every direction xi. */
  readonly lower: Matrix3;
  readonly upper: Matrix3;
  /** ||U - L||_2 / ||U||_2. */
  readonly relativeGap: number;
  /** What L and U say of each entry of a~: [L_kk, U_kk] on the diagonal. */
  readonly entries: readonly [IntervalRow, IntervalRow, IntervalRow];
  /** U - L before room for quadrature and round-off: the sum of the cell indicators, as a form. */
  readonly gap: Matrix3;
  /** Relative uncertainty of the cell means of a coefficient that varies, included in L and U; 0 for a constant one. */
  readonly quadratureChange: number;
  /** Bounds that need no solution, for comparison. */
  readonly classical: {
    /** 1/|Y| int a dy >= a~. */
    readonly voigt: Matrix3;
    /** (1/|Y| int a^-1 dy)^-1 <= a~ for a phase that fills Y, else zero. */
    readonly reuss: Matrix3;
    /** 2 gamma / (3 - gamma) a >= tr(a~) / 3 for a scalar constant a, else null. */
    readonly hashinShtrikman: number | null;
  };
  /** Facets of the phase, the unknowns of the lower bound; periodic images count once. */
  readonly facets: number;
  /** How the systems of the lower bound were solved. */
  readonly solver: SolverRecord;
}

/** The intervals of one row of a tensor. */
export type IntervalRow = readonly [Interval, Interval, Interval];

/** Everything computed for one phase. */
export interface PhaseRecord {
  /** Physical volumes of the phase. */
  readonly volumes: readonly string[];
  /** gamma = |Omega| / |Y|. */
  readonly volumeFraction: number;
  readonly cells: number;
  readonly nodes: number;
  readonly dofs: number;
  /** Components by descending volume. */
  readonly components: readonly ComponentRecord[];
  /** Microscopic diffusion in um^2/ms: one value, or one for each volume where they differ. */
  readonly diffusion: DiffusionValue | Readonly<Record<string, DiffusionValue>>;
  /** a~ of (2.25) from P1, an upper bound of the exact tensor; um^2/ms. */
  readonly homogenized: Matrix3;
  /** Effective diffusion coefficient a~ / gamma, um^2/ms. */
  readonly effective: Matrix3;
  /** a~ / a for a scalar constant a: the paper's int (d chi_i / d y_i + 1) dy; null otherwise. */
  readonly factor: Matrix3 | null;
  /** Principal values (descending) and directions (rows) of a~. */
  readonly principal: { readonly values: Vector3; readonly directions: Matrix3 };
  /** gamma a / a~_kk for a scalar constant a, null in directions that do not conduct; null otherwise. */
  readonly tortuosity: readonly (number | null)[] | null;
  /** 1/|Y| int chi_k dy in mesh units; the paper finds zeros for symmetric cells. */
  readonly correctorIntegral: Vector3;
  /** On request, else null. */
  readonly bounds: BoundsRecord | null;
  readonly solver: SolverRecord;
}

/** The result file of `erfem homogenize`. */
export interface HomogenizationResult {
  readonly schema: "erfem/homogenization@1";
  readonly mesh: MeshRecord;
  readonly membrane: {
    /** int_Gamma dG per unit cell, squared mesh units. */
    readonly area: number;
    /** area / |Y|, per mesh unit. */
    readonly areaPerVolume: number;
    /** Area of each pair of phases. */
    readonly pairs: Readonly<Record<string, number>>;
  };
  /** Absent for periodic faces. A tensor that is not defined has NaN entries, null in the file. */
  readonly boundary?: {
    readonly kind: "dirichlet" | "flux" | "mixed" | "mirror";
    /** What the tensors are, in words. */
    readonly quantity: string;
    readonly certified: false;
  };
  /** Absent where opposite faces match node by node. */
  readonly periodic?: {
    readonly kind: "tie";
    /**
     * For each phase the share of its area on a face of Y that has another phase, or nothing, opposite to it: the
     * largest of the three directions, 0 for translates.
     */
    readonly mismatch: Readonly<Record<string, number>>;
    readonly certified: false;
  };
  readonly phases: Readonly<Record<string, PhaseRecord>>;
  /** Seconds of wall time by step. */
  readonly timings: Readonly<Record<string, number>>;
  /** What a reader of the numbers should know: changes made to the mesh, facets left out. */
  readonly warnings: readonly string[];
}
