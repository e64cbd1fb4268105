import { createNumber, createOperation, type Expression } from "./expression.js";
import { operations, type OperationName } from "./operations.js";

/** The operation, or its result where all operands are numbers and the result is finite. */
export function foldNumbers(operation: OperationName, operands: readonly Expression[]): Expression {
  const expression = createOperation(operation, operands);
  const values: number[] = [];
  for (const operand of operands) {
    if (operand.kind !== "number") return expression;
    values.push(operand.value);
  }
  const result = operations[operation].compile(values.map((value) => () => value))([]);
  return Number.isFinite(result) ? createNumber(result) : expression;
}
