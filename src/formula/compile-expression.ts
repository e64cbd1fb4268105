import type { Expression, OperationExpression } from "./expression.js";
import { operations, type Evaluator } from "./operations.js";

/**
 * A function that evaluates the expression: one closure for each operation, no generated code. Shared nodes are compiled
 * once. Operands that are numbers or variables, and squares, have closures of their own.
 */
export function compileExpression(root: Expression): Evaluator {
  const compiled = new Map<Expression, Evaluator>();
  const compile = (expression: Expression): Evaluator => {
    const known = compiled.get(expression);
    if (known !== undefined) return known;
    const evaluate =
      expression.kind === "operation"
        ? (compileSpecial(expression, compile) ??
          operations[expression.operation].compile(expression.operands.map(compile)))
        : compileLeaf(expression);
    compiled.set(expression, evaluate);
    return evaluate;
  };
  return compile(root);
}

function compileLeaf(leaf: Exclude<Expression, OperationExpression>): Evaluator {
  if (leaf.kind === "number") {
    const { value } = leaf;
    return () => value;
  }
  const { index } = leaf;
  return (v) => v[index];
}

/** Closures that save a call for the most frequent operands; undefined where there is none. */
function compileSpecial(
  { operation, operands: [left, right] }: OperationExpression,
  compile: (expression: Expression) => Evaluator,
): Evaluator | undefined {
  if (operation === "power" && right.kind === "number" && right.value === 2) {
    const a = compile(left);
    return (v) => {
      const x = a(v);
      return x * x;
    };
  }
  if (operation !== "add" && operation !== "multiply") return undefined;
  const isSum = operation === "add";
  if (left.kind === "number") return combineNumber(isSum, left.value, right, compile);
  if (right.kind === "number") return combineNumber(isSum, right.value, left, compile);
  return undefined;
}

/** c + a or c a. */
function combineNumber(
  isSum: boolean,
  c: number,
  operand: Expression,
  compile: (expression: Expression) => Evaluator,
): Evaluator {
  if (operand.kind === "variable") {
    const { index } = operand;
    return isSum ? (v) => c + v[index] : (v) => c * v[index];
  }
  const a = compile(operand);
  return isSum ? (v) => c + a(v) : (v) => c * a(v);
}
