import { createFormulaError } from "./formula-error.js";
import { endsOperand, type Token } from "./tokens.js";

/** Most brackets open at a time. With {@link maxOpenOperators} the parser takes less than half of a usual stack, 1 MB. */
export const maxOpenBrackets = 100;

/** Most signs, powers, negations and cases that wait for their operand at a time. */
export const maxOpenOperators = 300;

/** What stands in one pair of brackets, so far. */
interface Level {
  /** Place of the opening bracket. */
  readonly start: number;
  /** Signs, powers and negations whose operand is not complete. */
  prefixes: number;
  /** Cases whose last part is not complete. */
  cases: number;
}

/**
 * Makes sure that brackets have partners and that the parser, which recurses, does not go too deep: an overflow of the
 * stack is no error that one could rely on to catch.
 *
 * @throws UsageError `formula-too-deep`, `formula-syntax`
 */
export function checkNesting(text: string, tokens: readonly Token[]): void {
  const outermost: Level = { start: -1, prefixes: 0, cases: 0 };
  const levels = [outermost];
  let numOpen = 0;
  const set = (level: Level, prefixes: number, cases: number): void => {
    numOpen += prefixes - level.prefixes + cases - level.cases;
    level.prefixes = prefixes;
    level.cases = cases;
  };
  tokens.forEach((token, i) => {
    const level = levels[levels.length - 1];
    const { text: sign, start } = token;
    if (sign === "(") {
      levels.push({ start, prefixes: 0, cases: 0 });
    } else if (sign === ")") {
      if (level === outermost) {
        throw createFormulaError("formula-syntax", 'this ")" closes no bracket', { text, start });
      }
      set(level, 0, 0);
      levels.pop();
    } else if (sign === ",") {
      set(level, 0, 0);
    } else if (sign === "?") {
      set(level, 0, level.cases + 1);
    } else if (sign === "^" || sign === "not" || isPrefix(sign, tokens[i - 1])) {
      set(level, level.prefixes + 1, level.cases);
    } else if (token.kind === "sign" || sign === "and" || sign === "or" || sign === "mod") {
      set(level, 0, level.cases);
    }
    if (levels.length - 1 > maxOpenBrackets || numOpen > maxOpenOperators) {
      throw createFormulaError(
        "formula-too-deep",
        `more than ${maxOpenBrackets} brackets or ${maxOpenOperators} operators are open here; simplify the formula`,
        { text, start },
        { maxOpenBrackets, maxOpenOperators },
      );
    }
  });
  const last = levels[levels.length - 1];
  if (last !== outermost) {
    throw createFormulaError("formula-syntax", 'this "(" is not closed', { text, start: last.start });
  }
}

/** Whether a sign stands before its only operand. */
function isPrefix(sign: string, previous: Token | undefined): boolean {
  return (sign === "-" || sign === "+") && !endsOperand(previous);
}
