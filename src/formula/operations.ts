/** Values of the variables, in the order in which they were declared. */
export type VariableValues = Float64Array | readonly number[];

/** A compiled expression. */
export type Evaluator = (values: VariableValues) => number;

/** Signs and words that stand between or before operands, in the tree's names. */
export type OperatorName =
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "power"
  | "negate"
  | "less"
  | "lessOrEqual"
  | "greater"
  | "greaterOrEqual"
  | "equal"
  | "notEqual"
  | "and"
  | "or"
  | "not"
  | "conditional";

/** Functions of one or two operands, with the names that they have in formulas. */
export type PrimitiveName =
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "exp"
  | "log"
  | "log10"
  | "sqrt"
  | "cbrt"
  | "abs"
  | "min"
  | "max"
  | "sign"
  | "floor"
  | "ceil"
  | "mod"
  | "hypot"
  | "step";

/** Every operation that a tree can hold. */
export type OperationName = OperatorName | PrimitiveName;

/** An operation by its number of operands, and how to evaluate it given the evaluators of its operands. */
export interface Operation {
  readonly numOperands: 1 | 2 | 3;
  readonly compile: (operands: readonly Evaluator[]) => Evaluator;
}

/**
 * What every operation computes. Truth is 1 or 0, and any number but 0 is true. Where a value that decides is NaN, the
 * result is NaN, comparisons and conditions included, so that an undefined point shows. Of a conditional only the part
 * chosen is evaluated; of `and` and `or` the second operand only where the first does not decide.
 */
export const operations: Readonly<Record<OperationName, Operation>> = {
  add: binary((a, b) => (v) => a(v) + b(v)),
  subtract: binary((a, b) => (v) => a(v) - b(v)),
  multiply: binary((a, b) => (v) => a(v) * b(v)),
  divide: binary((a, b) => (v) => a(v) / b(v)),
  power: binary((a, b) => (v) => Math.pow(a(v), b(v))),
  negate: unary((a) => (v) => -a(v)),

  less: compare((x, y) => x < y),
  lessOrEqual: compare((x, y) => x <= y),
  greater: compare((x, y) => x > y),
  greaterOrEqual: compare((x, y) => x >= y),
  equal: compare((x, y) => x === y),
  notEqual: compare((x, y) => x !== y),
  and: binary((a, b) => (v) => {
    const x = toTruth(a(v));
    if (x === 0) return 0;
    const y = toTruth(b(v));
    return y === 0 ? 0 : x * y;
  }),
  or: binary((a, b) => (v) => {
    const x = toTruth(a(v));
    return x === 0 ? toTruth(b(v)) : x;
  }),
  not: unary((a) => (v) => 1 - toTruth(a(v))),
  conditional: {
    numOperands: 3,
    compile:
      ([condition, a, b]) =>
      (v) => {
        const x = condition(v);
        if (x === 0) return b(v);
        return Number.isNaN(x) ? x : a(v);
      },
  },

  sin: unary((a) => (v) => Math.sin(a(v))),
  cos: unary((a) => (v) => Math.cos(a(v))),
  tan: unary((a) => (v) => Math.tan(a(v))),
  asin: unary((a) => (v) => Math.asin(a(v))),
  acos: unary((a) => (v) => Math.acos(a(v))),
  atan: unary((a) => (v) => Math.atan(a(v))),
  atan2: binary((a, b) => (v) => Math.atan2(a(v), b(v))),
  sinh: unary((a) => (v) => Math.sinh(a(v))),
  cosh: unary((a) => (v) => Math.cosh(a(v))),
  tanh: unary((a) => (v) => Math.tanh(a(v))),
  exp: unary((a) => (v) => Math.exp(a(v))),
  log: unary((a) => (v) => Math.log(a(v))),
  log10: unary((a) => (v) => Math.log10(a(v))),
  sqrt: unary((a) => (v) => Math.sqrt(a(v))),
  cbrt: unary((a) => (v) => Math.cbrt(a(v))),
  abs: unary((a) => (v) => Math.abs(a(v))),
  min: binary((a, b) => (v) => Math.min(a(v), b(v))),
  max: binary((a, b) => (v) => Math.max(a(v), b(v))),
  sign: unary((a) => (v) => Math.sign(a(v))),
  floor: unary((a) => (v) => Math.floor(a(v))),
  ceil: unary((a) => (v) => Math.ceil(a(v))),
  mod: binary((a, b) => (v) => floorRemainder(a(v), b(v))),
  hypot: binary((a, b) => (v) => Math.hypot(a(v), b(v))),
  step: unary((a) => (v) => {
    const x = a(v);
    if (x >= 0) return 1;
    return x < 0 ? 0 : x;
  }),
};

function unary(compile: (a: Evaluator) => Evaluator): Operation {
  return { numOperands: 1, compile: ([a]) => compile(a) };
}

function binary(compile: (a: Evaluator, b: Evaluator) => Evaluator): Operation {
  return { numOperands: 2, compile: ([a, b]) => compile(a, b) };
}

function compare(holds: (x: number, y: number) => boolean): Operation {
  return binary((a, b) => (v) => {
    const x = a(v);
    const y = b(v);
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    return holds(x, y) ? 1 : 0;
  });
}

/** 1 for every number but 0, which stays; NaN stays. */
function toTruth(x: number): number {
  if (x === 0) return 0;
  return Number.isNaN(x) ? x : 1;
}

/** a - b floor(a / b), in [0, b) for b > 0 and in (b, 0] for b < 0. */
function floorRemainder(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}
