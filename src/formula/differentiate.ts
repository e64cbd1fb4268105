import { UsageError } from "../core/errors.js";
import { derivativeRules } from "./derivative-rules.js";
import type { Expression } from "./expression.js";
import { formatExpression } from "./format-expression.js";
import { createFormula, type Formula } from "./formula.js";
import { isNumber, one, zero } from "./simplify.js";

/** Deepest derivative: evaluation recurses, and takes half of a usual stack, 1 MB, at this depth. */
const maxDerivativeDepth = 1000;

/** Most operations that one evaluation of a derivative may take. */
const maxDerivativeSize = 100_000;

/**
 * The partial derivative df/dv of a formula, with the same variables, by symbolic rules: exact where f is differentiable.
 * Where it is not (abs at 0, jumps, switches of min, max and conditions) see `derivativeRules`: the derivative is
 * that of one side. Parts that are not defined at a point stay so: sqrt'(0) is infinite.
 *
 * @param variable one of `formula.variables`
 * @throws UsageError `formula-unknown-variable`, `formula-too-deep` where a higher derivative grows beyond all use
 */
export function differentiate(formula: Formula, variable: string): Formula {
  const index = formula.variables.indexOf(variable);
  if (index < 0) {
    throw new UsageError(
      "formula-unknown-variable",
      `cannot differentiate with respect to "${variable}"; the formula's variables are ${formula.variables.join(", ")}`,
      { details: { variable, variables: formula.variables } },
    );
  }
  const derivative = derive(formula.expression, index);
  if (derivative.depth > maxDerivativeDepth || derivative.size > maxDerivativeSize) {
    throw new UsageError(
      "formula-too-deep",
      `the derivative by ${variable} has ${derivative.size} operations in ${derivative.depth} levels; expected at most ` +
        `${maxDerivativeSize} in ${maxDerivativeDepth}: simplify the formula`,
      { details: { variable, size: derivative.size, depth: derivative.depth } },
    );
  }
  return createFormula(formatExpression(derivative), formula.variables, derivative);
}

function derive(root: Expression, index: number): Expression {
  const known = new Map<Expression, Expression>();
  const visit = (expression: Expression): Expression => {
    if (expression.kind === "number") return zero;
    if (expression.kind === "variable") return expression.index === index ? one : zero;
    const found = known.get(expression);
    if (found !== undefined) return found;
    const derivatives = expression.operands.map(visit);
    const isConstant = derivatives.every((entry) => isNumber(entry, 0));
    const derivative = isConstant
      ? zero
      : derivativeRules[expression.operation](expression.operands, derivatives, expression);
    known.set(expression, derivative);
    return derivative;
  };
  return visit(root);
}
