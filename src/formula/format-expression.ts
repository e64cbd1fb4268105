import type { Expression } from "./expression.js";
import type { OperationName } from "./operations.js";

/** How an operator is written, and how strongly it binds: higher before lower. */
interface Notation {
  readonly sign: string;
  readonly strength: number;
}

const conditionalStrength = 1;
const prefixStrength = 7;
const wholeStrength = 9;

const infixes: ReadonlyMap<OperationName, Notation> = new Map<OperationName, Notation>([
  ["or", { sign: " or ", strength: 2 }],
  ["and", { sign: " and ", strength: 3 }],
  ["less", { sign: " < ", strength: 4 }],
  ["lessOrEqual", { sign: " <= ", strength: 4 }],
  ["greater", { sign: " > ", strength: 4 }],
  ["greaterOrEqual", { sign: " >= ", strength: 4 }],
  ["equal", { sign: " == ", strength: 4 }],
  ["notEqual", { sign: " != ", strength: 4 }],
  ["add", { sign: " + ", strength: 5 }],
  ["subtract", { sign: " - ", strength: 5 }],
  ["multiply", { sign: " * ", strength: 6 }],
  ["divide", { sign: " / ", strength: 6 }],
  ["power", { sign: "^", strength: 8 }],
]);

/** The operations whose left operand may be the same operation without brackets. */
const leftAssociative: ReadonlySet<OperationName> = new Set<OperationName>([
  "add",
  "subtract",
  "multiply",
  "divide",
]);

/** The expression in the formula language: {@link compileFormula} makes the same tree of it. */
export function formatExpression(expression: Expression): string {
  if (expression.kind === "variable") return expression.name;
  if (expression.kind === "number") return String(expression.value);
  const { operation, operands } = expression;
  const notation = infixes.get(operation);
  if (notation !== undefined) {
    const { sign, strength } = notation;
    const [left, right] = operands;
    const leftText = bracket(left, leftAssociative.has(operation) ? strength : strength + 1);
    return `${leftText}${sign}${bracket(right, strength + 1)}`;
  }
  if (operation === "negate") return `-${bracket(operands[0], prefixStrength + 1)}`;
  if (operation === "not") return `not (${formatExpression(operands[0])})`;
  if (operation === "conditional") {
    const [condition, a, b] = operands.map((operand) => bracket(operand, conditionalStrength + 1));
    return `${condition} ? ${a} : ${b}`;
  }
  return `${operation}(${operands.map(formatExpression).join(", ")})`;
}

/** The operand, in brackets where it binds less than asked for. */
function bracket(operand: Expression, strength: number): string {
  const text = formatExpression(operand);
  return getStrength(operand) < strength ? `(${text})` : text;
}

function getStrength(expression: Expression): number {
  if (expression.kind === "number") return expression.value < 0 ? prefixStrength : wholeStrength;
  if (expression.kind === "variable") return wholeStrength;
  const { operation } = expression;
  const notation = infixes.get(operation);
  if (notation !== undefined) return notation.strength;
  if (operation === "negate") return prefixStrength;
  if (operation === "conditional") return conditionalStrength;
  return operation === "not" ? conditionalStrength : wholeStrength;
}
