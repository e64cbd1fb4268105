import { createNumber, createOperation, type Expression, type NumberExpression } from "./expression.js";
import { foldNumbers } from "./fold-numbers.js";
import type { OperationName } from "./operations.js";

/*
 * Operations that leave out what cancels: numbers are combined, 0 and 1 dropped, factors that are numbers moved to the
 * front. 0 times anything is 0, also where the other factor is not defined: these are for derivatives, never for the
 * formula that the user wrote.
 */

/** 0. */
export const zero: Expression = createNumber(0);

/** 1. */
export const one: Expression = createNumber(1);

const minusOne = createNumber(-1);

/** Whether the expression is this very number. */
export function isNumber(expression: Expression, value: number): boolean {
  return expression.kind === "number" && expression.value === value;
}

/** a + b. */
export function add(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  const negated = findOperands(b, "negate");
  return negated === undefined ? foldNumbers("add", [a, b]) : subtract(a, negated[0]);
}

/** a - b. */
export function subtract(a: Expression, b: Expression): Expression {
  if (isNumber(b, 0)) return a;
  if (isNumber(a, 0)) return negate(b);
  if (a === b) return zero;
  const negated = findOperands(b, "negate");
  return negated === undefined ? foldNumbers("subtract", [a, b]) : add(a, negated[0]);
}

/** -a. */
export function negate(a: Expression): Expression {
  if (a.kind === "number") return createNumber(0 - a.value);
  const negated = findOperands(a, "negate");
  if (negated !== undefined) return negated[0];
  const difference = findOperands(a, "subtract");
  if (difference !== undefined) return createOperation("subtract", [difference[1], difference[0]]);
  const [factor, rest] = splitFactor(a);
  return factor === undefined ? createOperation("negate", [a]) : multiply(negate(factor), rest);
}

/** a b. */
export function multiply(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0) || isNumber(b, 0)) return zero;
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  if (isNumber(a, -1)) return negate(b);
  if (b.kind === "number") return a.kind === "number" ? foldNumbers("multiply", [a, b]) : multiply(b, a);
  const [factorA, restA] = a.kind === "number" ? [a, one] : splitFactor(a);
  const [factorB, restB] = splitFactor(b);
  const rest = restA === one ? restB : createOperation("multiply", [restA, restB]);
  if (factorA === undefined) return factorB === undefined ? rest : multiply(factorB, rest);
  if (factorB === undefined)
    return isNumber(factorA, -1) ? negate(rest) : createOperation("multiply", [factorA, rest]);
  const factor = foldNumbers("multiply", [factorA, factorB]);
  return factor.kind === "number" ? multiply(factor, rest) : createOperation("multiply", [a, b]);
}

/** a / b. */
export function divide(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return zero;
  if (isNumber(b, 1)) return a;
  if (isNumber(b, -1)) return negate(a);
  const negated = findOperands(a, "negate");
  return negated === undefined ? foldNumbers("divide", [a, b]) : negate(divide(negated[0], b));
}

/** a^b. */
export function power(a: Expression, b: Expression): Expression {
  if (isNumber(b, 0)) return one;
  if (isNumber(b, 1)) return a;
  return foldNumbers("power", [a, b]);
}

/** condition ? a : b. */
export function choose(condition: Expression, a: Expression, b: Expression): Expression {
  if (a === b || (a.kind === "number" && isNumber(b, a.value))) return a;
  return foldNumbers("conditional", [condition, a, b]);
}

/** The operands, where the expression is this operation. */
function findOperands(expression: Expression, operation: OperationName): readonly Expression[] | undefined {
  return expression.kind === "operation" && expression.operation === operation
    ? expression.operands
    : undefined;
}

/** c and a of c a and, as -1 and a, of -a; else no factor. */
function splitFactor(expression: Expression): readonly [NumberExpression | undefined, Expression] {
  const negated = findOperands(expression, "negate");
  if (negated !== undefined) return [minusOne, negated[0]];
  const factors = findOperands(expression, "multiply");
  if (factors === undefined) return [undefined, expression];
  const [first, second] = factors;
  return first.kind === "number" ? [first, second] : [undefined, expression];
}
