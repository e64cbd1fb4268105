import { createFormulaError } from "./formula-error.js";
import { operatorWords } from "./language.js";

/** A number, a name or a sign of a formula. */
export interface Token {
  readonly kind: "number" | "name" | "sign";
  readonly text: string;
  /** First character in the formula, from 0. */
  readonly start: number;
}

/** Everything that a formula may be made of; what matches none of them is refused. */
const tokenPattern =
  /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>[<>=!]=|[-+*/^(),?:<>])|\s+/y;

/** What to write instead of a sign that formulas do not have. */
const signHints: readonly (readonly [string, string])[] = [
  ["&", 'write "and"'],
  ["|", 'write "or"'],
  ["!", 'write "not"'],
  ["~", 'write "not"'],
  ["=", 'there are no assignments; to compare write "=="'],
  ["%", "write mod(a, b), and percentages as numbers"],
  ["#", "comments belong outside of the formula"],
  [";", "a formula is one expression"],
  ["[", "a formula gives one number"],
  ["{", "a formula gives one number"],
  ['"', "there is no text in formulas"],
  ["'", "there is no text in formulas"],
  [".", "there are no fields and no operators for arrays"],
  ["\u2212", 'write "-"'],
  ["\u00d7", 'write "*"'],
  ["\u00b7", 'write "*"'],
  ["\u00b2", 'write "^2"'],
  ["\u00b3", 'write "^3"'],
];

/**
 * Cuts a formula into tokens, white space left out.
 *
 * @throws UsageError `formula-syntax` for a character that no formula has
 */
export function scanTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < text.length; start = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = start;
    const match = tokenPattern.exec(text);
    if (match === null) throw refuseCharacter(text, start);
    const kind = (["number", "name", "sign"] as const).find((name) => match.groups?.[name] !== undefined);
    if (kind === undefined) continue;
    const last = tokens.at(-1);
    if (match[0] === "*" && last?.text === "*" && last.start === start - 1) {
      throw createFormulaError("formula-syntax", '"**" is no operator; for powers write "^"', {
        text,
        start: start - 1,
      });
    }
    if (kind === "number" && !Number.isFinite(Number(match[0]))) {
      throw createFormulaError("formula-syntax", `the number ${match[0]} is too large for double precision`, {
        text,
        start,
      });
    }
    if (kind === "name" && last?.text === "0" && last.start === start - 1 && /^[box]/i.test(match[0])) {
      throw createFormulaError("formula-syntax", "numbers are decimal; to multiply write 0 * ...", {
        text,
        start: start - 1,
      });
    }
    tokens.push({ kind, text: match[0], start });
  }
  return tokens;
}

/** Whether an operand ends with this token, so that what follows stands behind an operand. */
export function endsOperand(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "name") return !operatorWords.has(token.text);
  return token.kind === "number" || token.text === ")";
}

function refuseCharacter(text: string, start: number): Error {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const hint = signHints.find(([sign]) => sign === character)?.[1];
  const advice =
    hint ?? "expected numbers, names of letters a to z, digits and _, and + - * / ^ ( ) , ? : < >";
  return createFormulaError("formula-syntax", `unexpected ${JSON.stringify(character)}; ${advice}`, {
    text,
    start,
  });
}
