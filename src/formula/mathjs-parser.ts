import { create, parseDependencies } from "mathjs/number";

/**
 * The nodes of mathjs's trees that formulas may have, with the fields that are used. There are more at run time.
 * @see https://mathjs.org/docs/expressions/expression_trees.html
 */
export type ParsedNode =
  | { readonly type: "ConstantNode"; readonly value: unknown }
  | { readonly type: "SymbolNode"; readonly name: string }
  | { readonly type: "ParenthesisNode"; readonly content: ParsedNode }
  | ParsedOperator
  | { readonly type: "FunctionNode"; readonly fn: ParsedNode; readonly args: readonly ParsedNode[] }
  | {
      readonly type: "ConditionalNode";
      readonly condition: ParsedNode;
      readonly trueExpr: ParsedNode;
      readonly falseExpr: ParsedNode;
    }
  | ParsedChain;

/** An operator by mathjs's name `fn` and its sign `op`; `implicit` is a product without a sign. */
export interface ParsedOperator {
  readonly type: "OperatorNode";
  readonly fn: string;
  readonly op: string;
  readonly implicit: boolean;
  readonly args: readonly ParsedNode[];
}

/** Several comparisons in a row: their names stand between the params. */
export interface ParsedChain {
  readonly type: "RelationalNode";
  readonly conditionals: readonly string[];
  readonly params: readonly ParsedNode[];
}

/**
 * The parser of mathjs and nothing else of it: trees are made, never evaluated by it. Loading takes most of a second, so
 * that this file is imported only where a formula is met.
 */
export function createMathjsParser(): (text: string) => ParsedNode {
  const { parse } = create(parseDependencies);
  return (text) => parse(text) as unknown as ParsedNode;
}
