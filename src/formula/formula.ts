import { UsageError } from "../core/errors.js";
import { checkNames } from "./check-names.js";
import { checkNesting } from "./check-nesting.js";
import { compileExpression } from "./compile-expression.js";
import { convertTree, createDepthError } from "./convert-tree.js";
import { findVariables, type Expression } from "./expression.js";
import { createFormulaError } from "./formula-error.js";
import { operatorWords } from "./language.js";
import type { ParsedNode } from "./mathjs-parser.js";
import type { Evaluator } from "./operations.js";
import { scanTokens } from "./tokens.js";

/** A formula that a user gave, ready to be evaluated. */
export interface Formula {
  /** As given; of a derivative, as printed. */
  readonly text: string;
  /** Names of the variables: their order is that of the values. */
  readonly variables: readonly string[];
  /** Those variables that the value can depend on, in the same order; none for a constant. */
  readonly usedVariables: readonly string[];
  readonly expression: Expression;
  /**
   * f(values), of any size: NaN where the formula is not defined, infinite at poles.
   * @param values numVariables, see `variables`
   */
  readonly evaluate: Evaluator;
}

/** Longest text of a formula. */
export const maxFormulaLength = 10_000;

/** Words that mathjs's parser reads in its own way wherever they stand. */
const parserWords: ReadonlySet<string> = new Set([
  ...operatorWords,
  ...["xor", "to", "in", "true", "false", "null", "undefined", "NaN", "Infinity"],
]);

let mathjsParser: Promise<(text: string) => ParsedNode> | undefined;

/**
 * Makes a formula of a text such as `2 + cos(2 pi y1)` or `x < 0.5 ? 1 : 3`. The language: numbers, the variables given,
 * `pi` and `e`, the functions of docs/problem-files.md, `+ - * / ^`, `mod`, comparisons (also `a < b <= c`), `and or not`,
 * `condition ? a : b` and brackets. Nothing is evaluated as code: mathjs parses, and its tree is translated by an
 * allow-list. The parser is loaded with the first formula.
 *
 * @param variables names that the formula may use; one called `e` or `pi` hides the constant
 * @throws UsageError with `details.formula` and, where one place is at fault, `details.column` (from 1):
 *   `formula-unknown-name`, `formula-unknown-function`, `formula-arity`, `formula-syntax`, `formula-ambiguous`,
 *   `formula-too-long`, `formula-too-deep`; `formula-variable-name` for names that no variable can have
 */
export async function compileFormula(text: string, variables: readonly string[]): Promise<Formula> {
  return (await loadFormulaCompiler())(text, variables);
}

/** {@link compileFormula} for many formulas: what it throws is thrown, and nothing waits. */
export type FormulaCompiler = (text: string, variables: readonly string[]) => Formula;

/** Loads the parser. */
export async function loadFormulaCompiler(): Promise<FormulaCompiler> {
  mathjsParser ??= import("./mathjs-parser.js").then(({ createMathjsParser }) => createMathjsParser());
  const parser = await mathjsParser;
  return (text, variables) => compileWith(parser, text, variables);
}

/** Whether a variable of a formula can have this name. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name) && !parserWords.has(name);
}

function compileWith(
  parser: (text: string) => ParsedNode,
  text: string,
  variables: readonly string[],
): Formula {
  checkVariableNames(variables);
  if (text.length > maxFormulaLength) {
    throw createFormulaError(
      "formula-too-long",
      `the formula has ${text.length} characters; expected at most ${maxFormulaLength}`,
      { text },
      { length: text.length, limit: maxFormulaLength },
    );
  }
  const tokens = scanTokens(text);
  if (tokens.length === 0) {
    throw createFormulaError("formula-syntax", "the formula is empty; expected an expression", { text });
  }
  checkNesting(text, tokens);
  checkNames(text, tokens, variables);
  const tree = parse(parser, text);
  return createFormula(text, variables, convertTree(tree, text, variables));
}

/** The formula of an expression. */
export function createFormula(text: string, variables: readonly string[], expression: Expression): Formula {
  const used = findVariables(expression);
  return {
    text,
    variables: [...variables],
    usedVariables: variables.filter((_, index) => used.has(index)),
    expression,
    evaluate: compileExpression(expression),
  };
}

function checkVariableNames(variables: readonly string[]): void {
  variables.forEach((name, index) => {
    if (isVariableName(name) && variables.indexOf(name) === index) return;
    throw new UsageError(
      "formula-variable-name",
      `a variable of a formula cannot be called ${JSON.stringify(name)}; expected a name of letters a to z, digits and ` +
        "_, none of the operators' words, each name once",
      { details: { name } },
    );
  });
}

/** White space of every kind counts as blanks: a formula in a file may go over several lines. */
function parse(parser: (text: string) => ParsedNode, text: string): ParsedNode {
  try {
    return parser(text.replace(/\s/g, " "));
  } catch (cause) {
    if (cause instanceof RangeError) throw createDepthError(text);
    const message = cause instanceof Error ? cause.message : String(cause);
    const column = /\(char (\d+)\)$/.exec(message)?.[1];
    const start = column === undefined ? undefined : Math.min(Number(column) - 1, text.trimEnd().length);
    const fault = message.replace(/\s*\(char \d+\)$/, "");
    throw createFormulaError(
      "formula-syntax",
      `${fault.charAt(0).toLowerCase()}${fault.slice(1)}`,
      { text, start },
      { fault },
    );
  }
}
