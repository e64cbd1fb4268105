import type { OperationName } from "./operations.js";

/** A formula as a tree, by which it is evaluated, differentiated and printed. Nodes are immutable and may be shared. */
export type Expression = NumberExpression | VariableExpression | OperationExpression;

/** A finite number. */
export interface NumberExpression extends ExpressionSize {
  readonly kind: "number";
  readonly value: number;
}

/** The value at place `index` of the evaluation's arguments. */
export interface VariableExpression extends ExpressionSize {
  readonly kind: "variable";
  readonly index: number;
  readonly name: string;
}

/** An operator or a function with its operands. */
export interface OperationExpression extends ExpressionSize {
  readonly kind: "operation";
  readonly operation: OperationName;
  readonly operands: readonly Expression[];
}

/** What limits are put on. */
export interface ExpressionSize {
  /** Nodes on the longest way down from here, this one included. */
  readonly depth: number;
  /** Nodes that an evaluation may visit; a shared one counts as often as it is met. */
  readonly size: number;
}

/** @param value finite */
export function createNumber(value: number): NumberExpression {
  return { kind: "number", value, depth: 1, size: 1 };
}

/** The value at place `index` of the evaluation's arguments. */
export function createVariable(index: number, name: string): VariableExpression {
  return { kind: "variable", index, name, depth: 1, size: 1 };
}

/** The operation as it is: nothing is simplified. */
export function createOperation(
  operation: OperationName,
  operands: readonly Expression[],
): OperationExpression {
  let depth = 0;
  let size = 1;
  for (const operand of operands) {
    depth = Math.max(depth, operand.depth);
    size += operand.size;
  }
  return { kind: "operation", operation, operands, depth: depth + 1, size };
}

/** Indices of the variables that occur in an expression. */
export function findVariables(root: Expression): ReadonlySet<number> {
  const found = new Set<number>();
  const seen = new Set<Expression>([root]);
  for (const expression of seen) {
    if (expression.kind === "variable") found.add(expression.index);
    if (expression.kind === "operation") for (const operand of expression.operands) seen.add(operand);
  }
  return found;
}
