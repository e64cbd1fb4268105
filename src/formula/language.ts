import type { Expression } from "./expression.js";
import { foldNumbers } from "./fold-numbers.js";
import { operations, type PrimitiveName } from "./operations.js";

/** A function of the formula language. */
export interface LanguageFunction {
  readonly takes: (numArguments: number) => boolean;
  /** Its arguments as a message shows them. */
  readonly signature: string;
  /** @param operands as many as allowed */
  readonly build: (operands: readonly Expression[]) => Expression;
}

/** Numbers with a name. A variable of the same name goes before them. */
export const constants: ReadonlyMap<string, number> = new Map([
  ["pi", Math.PI],
  ["e", Math.E],
]);

/**
 * The functions of formulas. `log` is the natural logarithm; `mod(a, b)` = a - b floor(a/b); `step(x)` = 1 for x >= 0, else
 * 0; `hypot(a, b, ...)` = sqrt(a^2 + b^2 + ...); `piecewise(condition, value, ..., otherwise)` takes the value behind the
 * first condition that holds.
 */
export const functions: ReadonlyMap<string, LanguageFunction> = new Map<string, LanguageFunction>([
  ...(["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"] as const).map(ofOneArgument),
  ...(["exp", "log", "log10", "sqrt", "cbrt", "abs"] as const).map(ofOneArgument),
  ...(["sign", "floor", "ceil", "step"] as const).map(ofOneArgument),
  primitive("atan2", "y, x"),
  primitive("mod", "a, b"),
  ["min", variadic("min", (a) => a)],
  ["max", variadic("max", (a) => a)],
  ["hypot", variadic("hypot", (a) => foldNumbers("abs", [a]))],
  [
    "pow",
    {
      takes: (n) => n === 2,
      signature: "base, exponent",
      build: (operands) => foldNumbers("power", operands),
    },
  ],
  [
    "piecewise",
    {
      takes: (n) => n >= 3 && n % 2 === 1,
      signature: "condition, value, ..., otherwise",
      build: buildPiecewise,
    },
  ],
]);

/** What other languages call our functions and operators, with what to write instead. */
export const foreignNames: ReadonlyMap<string, string> = new Map([
  ["ln", "log(x)"],
  ["arcsin", "asin(x)"],
  ["arccos", "acos(x)"],
  ["arctan", "atan(x)"],
  ["arctan2", "atan2(y, x)"],
  ["fabs", "abs(x)"],
  ["sgn", "sign(x)"],
  ["signum", "sign(x)"],
  ["power", "pow(base, exponent)"],
  ["fmod", "mod(a, b)"],
  ["rem", "mod(a, b)"],
  ["heaviside", "step(x)"],
  ["norm", "hypot(a, b, ...)"],
  ["square", "x^2"],
  ["if", "condition ? a : b"],
  ["ifelse", "condition ? a : b"],
  ["where", "condition ? a : b"],
  ["true", "1"],
  ["false", "0"],
]);

/** Words that are operators, and so no names of variables. */
export const operatorWords: ReadonlySet<string> = new Set(["and", "or", "not", "mod"]);

function ofOneArgument(name: PrimitiveName): readonly [string, LanguageFunction] {
  return primitive(name, "x");
}

function primitive(name: PrimitiveName, signature: string): readonly [string, LanguageFunction] {
  const { numOperands } = operations[name];
  const build = (operands: readonly Expression[]): Expression => foldNumbers(name, operands);
  return [name, { takes: (n) => n === numOperands, signature, build }];
}

/** f(f(a, b), c) for f(a, b, c). */
function variadic(
  name: "min" | "max" | "hypot",
  ofOne: (operand: Expression) => Expression,
): LanguageFunction {
  return {
    takes: (n) => n >= 1,
    signature: "a, b, ...",
    build: ([first, ...others]) =>
      others.length === 0
        ? ofOne(first)
        : others.reduce((left, right) => foldNumbers(name, [left, right]), first),
  };
}

/** The conditional inside out: c1 ? a1 : (c2 ? a2 : otherwise). */
function buildPiecewise(operands: readonly Expression[]): Expression {
  let rest = operands[operands.length - 1];
  for (let i = operands.length - 3; i >= 0; i -= 2) {
    rest = foldNumbers("conditional", [operands[i], operands[i + 1], rest]);
  }
  return rest;
}
