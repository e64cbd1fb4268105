import { createNumber, createVariable, type Expression } from "./expression.js";
import { foldNumbers } from "./fold-numbers.js";
import { createFormulaError } from "./formula-error.js";
import { constants, functions } from "./language.js";
import type { ParsedChain, ParsedNode, ParsedOperator } from "./mathjs-parser.js";
import { operations, type OperationName, type OperatorName } from "./operations.js";

/** Deepest tree that a formula may have: evaluation and differentiation recurse. */
export const maxFormulaDepth = 500;

/** Operators by mathjs's names for them, for both numbers of operands. All others are refused. */
const operatorOfName: ReadonlyMap<string, OperationName> = new Map<string, OperatorName | "mod">([
  ["add", "add"],
  ["subtract", "subtract"],
  ["multiply", "multiply"],
  ["divide", "divide"],
  ["pow", "power"],
  ["unaryMinus", "negate"],
  ["smaller", "less"],
  ["smallerEq", "lessOrEqual"],
  ["larger", "greater"],
  ["largerEq", "greaterOrEqual"],
  ["equal", "equal"],
  ["unequal", "notEqual"],
  ["and", "and"],
  ["or", "or"],
  ["not", "not"],
  ["mod", "mod"],
]);

/** Comparisons by mathjs's names. */
const comparisons: ReadonlySet<string> = new Set([
  "smaller",
  "smallerEq",
  "larger",
  "largerEq",
  "equal",
  "unequal",
]);

/**
 * Turns mathjs's tree into ours, by an allow-list of node types, operators, functions and names. Operations on numbers
 * alone are carried out.
 *
 * @param text the formula, for messages
 * @throws UsageError `formula-syntax`, `formula-ambiguous`, `formula-too-deep`
 */
export function convertTree(root: ParsedNode, text: string, variables: readonly string[]): Expression {
  const indexOfVariable = new Map(variables.map((name, index) => [name, index]));

  const convert = (node: ParsedNode, depth: number): Expression => {
    if (depth > maxFormulaDepth) throw createDepthError(text);
    const convertAll = (nodes: readonly ParsedNode[]): Expression[] =>
      nodes.map((child) => convert(child, depth + 1));
    switch (node.type) {
      case "ConstantNode":
        if (typeof node.value === "number" && Number.isFinite(node.value)) return createNumber(node.value);
        break;
      case "SymbolNode":
        return convertName(node.name);
      case "ParenthesisNode":
        return convert(node.content, depth);
      case "OperatorNode":
        checkDivision(node, text);
        if (comparisons.has(node.fn)) checkComparison(node.args, text);
        return convertOperator(node, convertAll(node.args));
      case "FunctionNode":
        return convertCall(node.fn, convertAll(node.args));
      case "ConditionalNode":
        return foldNumbers("conditional", convertAll([node.condition, node.trueExpr, node.falseExpr]));
      case "RelationalNode":
        checkComparison(node.params, text);
        return convertChain(node, convertAll(node.params));
    }
    throw refuse("");
  };

  const convertName = (name: string): Expression => {
    const index = indexOfVariable.get(name);
    if (index !== undefined) return createVariable(index, name);
    const value = constants.get(name);
    if (value === undefined) throw refuse(name);
    return createNumber(value);
  };

  const convertOperator = ({ fn, op }: ParsedOperator, operands: readonly Expression[]): Expression => {
    if (fn === "unaryPlus") return operands[0];
    const operation = operatorOfName.get(fn);
    if (operation === undefined || operations[operation].numOperands !== operands.length) throw refuse(op);
    return foldNumbers(operation, operands);
  };

  const convertCall = (fn: ParsedNode, operands: readonly Expression[]): Expression => {
    const name = fn.type === "SymbolNode" ? fn.name : "";
    const called = functions.get(name);
    if (called?.takes(operands.length) !== true) throw refuse(name);
    return called.build(operands);
  };

  /** a < b <= c means a < b and b <= c. */
  const convertChain = ({ conditionals }: ParsedChain, operands: readonly Expression[]): Expression => {
    const links = conditionals.map((name, i) => {
      const operation = operatorOfName.get(name);
      if (operation === undefined) throw refuse(name);
      return foldNumbers(operation, [operands[i], operands[i + 1]]);
    });
    return links.reduce((left, right) => foldNumbers("and", [left, right]));
  };

  const refuse = (found: string): Error =>
    createFormulaError(
      "formula-syntax",
      found === "" ? "expected one expression that gives a number" : `"${found}" has no meaning in a formula`,
      { text },
    );

  const expression = convert(root, 1);
  if (expression.depth > maxFormulaDepth) throw createDepthError(text);
  return expression;
}

/** The error for a tree that is too deep to recurse into. */
export function createDepthError(text: string): Error {
  return createFormulaError(
    "formula-too-deep",
    `the formula is nested more than ${maxFormulaDepth} levels deep (a sum of n terms is n levels deep without ` +
      "brackets); simplify it, or bracket sums in halves",
    { text },
    { limit: maxFormulaDepth },
  );
}

/** Refuses a / 2 b: whether the product without a sign belongs to the denominator differs from program to program. */
function checkDivision(node: ParsedOperator, text: string): void {
  const [left, right] = node.args.map((operand) => (operand.type === "OperatorNode" ? operand : undefined));
  const isProductBelow = node.fn === "divide" && right?.implicit === true;
  const isProductBehind = node.implicit && left?.fn === "divide";
  if (!isProductBelow && !isProductBehind) return;
  throw createFormulaError(
    "formula-ambiguous",
    'a product without "*" stands beside "/", and could be above or below the fraction bar; write "*" and brackets',
    { text },
  );
}

/** Refuses not a < b: whether `not` takes a alone or the comparison differs from program to program. */
function checkComparison(operands: readonly ParsedNode[], text: string): void {
  if (!operands.some((operand) => operand.type === "OperatorNode" && operand.fn === "not")) return;
  throw createFormulaError(
    "formula-ambiguous",
    '"not" could take the first operand of the comparison or all of it; write not (a < b)',
    { text },
  );
}
