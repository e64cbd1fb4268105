/** A linear operator on vectors: writes A x into y. */
export type Operator = (x: Float64Array, y: Float64Array) => void;

/** How far to iterate. */
export interface KrylovOptions {
  /** Bound on ||S (b - A x)|| / ||S b||. */
  readonly relativeTolerance: number;
  readonly maxIterations: number;
}

/** How an iteration ended. */
export interface KrylovOutcome {
  readonly iterations: number;
  /** ||S (b - A x)|| / ||S b||, by recursion. */
  readonly relativeResidual: number;
}

/** Vectors between two restarts. */
const RESTART = 30;

/**
 * Flexible GMRES for A x = b: minimizes ||S (b - A x)|| over the preconditioned Krylov space, S diagonal. Flexible, for a
 * preconditioner in float32 is not quite linear. Vectors are made when they are first needed and kept.
 *
 * @see Y. Saad, "A flexible inner-outer preconditioned GMRES algorithm", SIAM J. Sci. Comput. 14 (1993)
 */
export class FlexibleGmres {
  readonly #size: number;
  readonly #basis: Float64Array[] = [];
  readonly #preconditioned: Float64Array[] = [];
  readonly #scaled: Float64Array;
  readonly #hessenberg = new Float64Array((RESTART + 1) * RESTART);
  readonly #cosines = new Float64Array(RESTART);
  readonly #sines = new Float64Array(RESTART);
  readonly #rhs = new Float64Array(RESTART + 1);

  constructor(size: number) {
    this.#size = size;
    this.#scaled = new Float64Array(size);
  }

  /**
   * @param apply A
   * @param precondition writes an approximation of A^-1 x into y
   * @param scale diagonal of S, positive
   * @param x overwritten with the solution; the iteration begins at 0
   */
  solve(
    apply: Operator,
    precondition: Operator,
    scale: Float64Array,
    b: Float64Array,
    x: Float64Array,
    { relativeTolerance, maxIterations }: KrylovOptions,
  ): KrylovOutcome {
    x.fill(0);
    const first = this.#vector(this.#basis, 0);
    multiply(scale, b, first);
    const target = Math.sqrt(dot(first, first));
    let norm = target;
    let iterations = 0;
    if (target === 0) return { iterations, relativeResidual: 0 };
    while (norm > relativeTolerance * target && iterations < maxIterations) {
      if (iterations > 0) {
        apply(x, first);
        for (let i = 0; i < first.length; i++) first[i] = scale[i] * (b[i] - first[i]);
        norm = Math.sqrt(dot(first, first));
        if (!(norm > relativeTolerance * target)) break;
      }
      const columns = Math.min(RESTART, maxIterations - iterations);
      const ended = this.#cycle(apply, precondition, scale, norm, relativeTolerance * target, columns);
      this.#addCorrection(x, ended.columns);
      iterations += ended.columns;
      norm = ended.norm;
      if (!Number.isFinite(norm)) break;
    }
    return { iterations, relativeResidual: norm / target };
  }

  /** Arnoldi up to `limit` columns, the QR factors of the Hessenberg matrix kept by Givens rotations. */
  #cycle(
    apply: Operator,
    precondition: Operator,
    scale: Float64Array,
    norm: number,
    goal: number,
    limit: number,
  ): { columns: number; norm: number } {
    const h = this.#hessenberg;
    const g = this.#rhs;
    const v = this.#vector(this.#basis, 0);
    multiplyBy(v, 1 / norm);
    g.fill(0);
    g[0] = norm;
    let residual = norm;
    let j = 0;
    while (j < limit && residual > goal) {
      const z = this.#vector(this.#preconditioned, j);
      const w = this.#vector(this.#basis, j + 1);
      const from = this.#basis[j];
      for (let i = 0; i < from.length; i++) this.#scaled[i] = from[i] / scale[i];
      precondition(this.#scaled, z);
      apply(z, w);
      multiply(scale, w, w);
      for (let i = 0; i <= j; i++) {
        const projection = dot(w, this.#basis[i]);
        h[i * RESTART + j] = projection;
        subtract(w, projection, this.#basis[i]);
      }
      const rest = Math.sqrt(dot(w, w));
      if (rest > 0) multiplyBy(w, 1 / rest);
      for (let i = 0; i < j; i++)
        rotate(h, i * RESTART + j, (i + 1) * RESTART + j, this.#cosines[i], this.#sines[i]);
      const diagonal = h[j * RESTART + j];
      const length = Math.hypot(diagonal, rest);
      this.#cosines[j] = length > 0 ? diagonal / length : 1;
      this.#sines[j] = length > 0 ? rest / length : 0;
      h[j * RESTART + j] = length;
      g[j + 1] = -this.#sines[j] * g[j];
      g[j] *= this.#cosines[j];
      j++;
      residual = Math.abs(g[j]);
      if (rest === 0 || !Number.isFinite(rest)) {
        if (!Number.isFinite(rest)) residual = NaN;
        break;
      }
    }
    return { columns: j, norm: residual };
  }

  #addCorrection(x: Float64Array, columns: number): void {
    const h = this.#hessenberg;
    const g = this.#rhs;
    for (let i = columns - 1; i >= 0; i--) {
      let sum = g[i];
      for (let j = i + 1; j < columns; j++) sum -= h[i * RESTART + j] * g[j];
      g[i] = h[i * RESTART + i] === 0 ? 0 : sum / h[i * RESTART + i];
      subtract(x, -g[i], this.#preconditioned[i]);
    }
  }

  #vector(vectors: Float64Array[], index: number): Float64Array {
    while (vectors.length <= index) vectors.push(new Float64Array(this.#size));
    return vectors[index];
  }
}

/** a . b in four sums, of which none waits for the others. */
function dot(a: Float64Array, b: Float64Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const rest = a.length & ~3;
  for (let i = 0; i < rest; i += 4) {
    first += a[i] * b[i];
    second += a[i + 1] * b[i + 1];
    third += a[i + 2] * b[i + 2];
    fourth += a[i + 3] * b[i + 3];
  }
  for (let i = rest; i < a.length; i++) first += a[i] * b[i];
  return first + second + (third + fourth);
}

function multiply(a: Float64Array, b: Float64Array, result: Float64Array): void {
  for (let i = 0; i < result.length; i++) result[i] = a[i] * b[i];
}

function multiplyBy(a: Float64Array, s: number): void {
  for (let i = 0; i < a.length; i++) a[i] *= s;
}

/** a -= s b. */
function subtract(a: Float64Array, s: number, b: Float64Array): void {
  for (let i = 0; i < a.length; i++) a[i] -= s * b[i];
}

function rotate(h: Float64Array, upper: number, lower: number, cosine: number, sine: number): void {
  const a = h[upper];
  const b = h[lower];
  h[upper] = cosine * a + sine * b;
  h[lower] = -sine * a + cosine * b;
}
