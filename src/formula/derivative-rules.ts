import { createNumber, createOperation, type Expression } from "./expression.js";
import type { OperationName } from "./operations.js";
import { add, choose, divide, isNumber, multiply, negate, one, power, subtract, zero } from "./simplify.js";

/**
 * Derivative of an operation.
 *
 * @param operands u, v, ...
 * @param derivatives u', v', ..., of which at least one is not 0
 * @param self the operation itself
 */
type DerivativeRule = (
  operands: readonly Expression[],
  derivatives: readonly Expression[],
  self: Expression,
) => Expression;

const two = createNumber(2);

/**
 * The rules of differentiation. Where an operation has no derivative at a point, the rule gives the value of one side or
 * 0: abs'(0) = 0; min and max take the first operand where both are equal; sign, floor, ceil, step and comparisons have
 * derivative 0 everywhere, mod that of a - b floor(a/b) with a constant floor; a conditional, the derivative of the part
 * that it chooses. Jumps contribute nothing.
 * @see Abramowitz and Stegun, Handbook of Mathematical Functions, sections 3.3, 4.2 to 4.6
 */
export const derivativeRules: Readonly<Record<OperationName, DerivativeRule>> = {
  add: (_, [du, dv]) => add(du, dv),
  subtract: (_, [du, dv]) => subtract(du, dv),
  multiply: ([u, v], [du, dv]) => add(multiply(du, v), multiply(u, dv)),
  divide: ([u, v], [du, dv]) =>
    isNumber(dv, 0) ? divide(du, v) : divide(subtract(multiply(du, v), multiply(u, dv)), power(v, two)),
  power: derivePower,
  negate: (_, [du]) => negate(du),

  less: () => zero,
  lessOrEqual: () => zero,
  greater: () => zero,
  greaterOrEqual: () => zero,
  equal: () => zero,
  notEqual: () => zero,
  and: () => zero,
  or: () => zero,
  not: () => zero,
  conditional: ([condition], [, da, db]) => choose(condition, da, db),

  sin: ([u], [du]) => multiply(call("cos", u), du),
  cos: ([u], [du]) => negate(multiply(call("sin", u), du)),
  tan: (_, [du], self) => multiply(add(one, power(self, two)), du),
  asin: ([u], [du]) => divide(du, call("sqrt", oneMinusSquare(u))),
  acos: ([u], [du]) => negate(divide(du, call("sqrt", oneMinusSquare(u)))),
  atan: ([u], [du]) => divide(du, add(one, power(u, two))),
  atan2: ([u, v], [du, dv]) =>
    divide(subtract(multiply(v, du), multiply(u, dv)), add(power(u, two), power(v, two))),
  sinh: ([u], [du]) => multiply(call("cosh", u), du),
  cosh: ([u], [du]) => multiply(call("sinh", u), du),
  tanh: (_, [du], self) => multiply(oneMinusSquare(self), du),
  exp: (_, [du], self) => multiply(self, du),
  log: ([u], [du]) => divide(du, u),
  log10: ([u], [du]) => divide(du, multiply(createNumber(Math.LN10), u)),
  sqrt: (_, [du], self) => divide(du, multiply(two, self)),
  cbrt: (_, [du], self) => divide(du, multiply(createNumber(3), power(self, two))),
  abs: ([u], [du]) => multiply(call("sign", u), du),
  min: ([u, v], [du, dv]) => choose(createOperation("lessOrEqual", [u, v]), du, dv),
  max: ([u, v], [du, dv]) => choose(createOperation("greaterOrEqual", [u, v]), du, dv),
  sign: () => zero,
  floor: () => zero,
  ceil: () => zero,
  step: () => zero,
  mod: ([u, v], [du, dv]) => subtract(du, multiply(dv, call("floor", divide(u, v)))),
  hypot: ([u, v], [du, dv], self) => divide(add(multiply(u, du), multiply(v, dv)), self),
};

/** v u^(v-1) u' where v is constant; u^v log(u) v' where u is; else u^v (v' log(u) + v u' / u). */
function derivePower(
  [u, v]: readonly Expression[],
  [du, dv]: readonly Expression[],
  self: Expression,
): Expression {
  if (isNumber(dv, 0)) return multiply(multiply(v, power(u, subtract(v, one))), du);
  const byExponent = multiply(self, multiply(call("log", u), dv));
  if (isNumber(du, 0)) return byExponent;
  return add(multiply(multiply(v, power(u, subtract(v, one))), du), byExponent);
}

function call(operation: OperationName, u: Expression): Expression {
  return createOperation(operation, [u]);
}

function oneMinusSquare(u: Expression): Expression {
  return subtract(one, power(u, two));
}
