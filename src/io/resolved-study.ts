/**
 * Errors of the macroscopic solution u0 on the resolved domain, each relative: in L2 to the norm of u0, of gradients to the
 * norm of grad u0.
 */
export interface ResolvedErrors {
  /** ||u_eps - u0||. */
  readonly l2: number;
  /** ||u_eps - (u0 + epsilon chi_k du0/dx_k)||; null in the slab. */
  readonly l2Reconstructed: number | null;
  /** Of the means over each copy of the unit cell; null in the slab. */
  readonly cellMeans: number | null;
  /** ||grad u_eps - grad u0||. */
  readonly gradient: number;
  /** ||grad (u_eps - (u0 + epsilon chi_k du0/dx_k))||; null in the slab. */
  readonly gradientReconstructed: number | null;
}

/** The kinds of errors, for tables. */
export type ResolvedQuantity = keyof ResolvedErrors;

/** Where a field is compared. */
export interface ResolvedTarget {
  /** `c`, or `c (slab)`. */
  readonly name: string;
  readonly field: string;
  readonly domain: "block" | "slab";
}

/** One number of copies. */
export interface ResolvedLevel {
  /** n. */
  readonly copies: number;
  /** Period along x, um. */
  readonly epsilon: number;
  /** Nodes and tetrahedra of the resolved mesh. */
  readonly nodes: number;
  readonly cells: number;
  /** Errors of each target. */
  readonly errors: readonly ResolvedErrors[];
  /** Observed orders in epsilon from the level before; null on the first level, and where there is no error. */
  readonly orders: readonly Readonly<Record<ResolvedQuantity, number | null>>[];
  /** Largest relative change of all calcium, which is conserved. */
  readonly calciumDrift: number;
  /** Wall time. */
  readonly seconds: number;
}

/** The result of `erfem resolve`. */
export interface ResolvedStudy {
  readonly schema: "erfem/resolved@1";
  readonly settings: {
    /** um. */
    readonly length: number;
    /** um. */
    readonly slabLength: number;
    readonly isCube: boolean;
    /** s. */
    readonly end: number;
    readonly steps: number;
    /** lambda~ / lambda, see (2.26). */
    readonly membraneFactor: number;
  };
  readonly targets: readonly ResolvedTarget[];
  readonly levels: readonly ResolvedLevel[];
  /** What the macroscopic solution itself is off by, on the resolved domain of the last level, relative as the errors. */
  readonly macroscopic: {
    readonly nodes: number;
    /** Against a mesh twice as coarse: above the error of the mesh used. */
    readonly meshErrors: readonly Pick<ResolvedErrors, "l2" | "gradient">[];
    /** Against half the step. */
    readonly stepErrors: readonly Pick<ResolvedErrors, "l2" | "gradient">[];
  };
  /** What a reader of the numbers should know, each once. */
  readonly warnings: readonly string[];
}
