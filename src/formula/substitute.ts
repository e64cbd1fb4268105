import { createNumber, createVariable, type Expression } from "./expression.js";
import { foldNumbers } from "./fold-numbers.js";
import { formatExpression } from "./format-expression.js";
import { createFormula, type Formula } from "./formula.js";

/**
 * The formula with numbers for some of its variables, which are no variables of it any more; operations on numbers alone
 * are carried out. Its text is that of the new expression. The tree is changed, never the text: `K` for 2 does not touch `K2`.
 *
 * @param values finite, by the variable's name; names that are no variables are passed over
 */
export function substitute(formula: Formula, values: ReadonlyMap<string, number>): Formula {
  const variables = formula.variables.filter((name) => !values.has(name));
  const indexOf = new Map(variables.map((name, index) => [name, index]));
  const known = new Map<Expression, Expression>();
  const visit = (expression: Expression): Expression => {
    if (expression.kind === "number") return expression;
    if (expression.kind === "variable") {
      const { name } = expression;
      const value = values.get(name);
      return value === undefined ? createVariable(indexOf.get(name) ?? -1, name) : createNumber(value);
    }
    const found = known.get(expression);
    if (found !== undefined) return found;
    const replaced = foldNumbers(expression.operation, expression.operands.map(visit));
    known.set(expression, replaced);
    return replaced;
  };
  const expression = visit(formula.expression);
  return createFormula(formatExpression(expression), variables, expression);
}
