import { suggestName } from "../core/suggest-name.js";
import { createFormulaError } from "./formula-error.js";
import { constants, foreignNames, functions, operatorWords } from "./language.js";
import { endsOperand, type Token } from "./tokens.js";

/**
 * Makes sure that every name of a formula is known and that every function has as many arguments as it takes.
 *
 * @param text the formula, for messages
 * @throws UsageError `formula-unknown-name`, `formula-unknown-function`, `formula-arity`
 */
export function checkNames(text: string, tokens: readonly Token[], variables: readonly string[]): void {
  const variableNames = new Set(variables);
  tokens.forEach((token, i) => {
    if (token.kind !== "name") return;
    const isCall = tokens.at(i + 1)?.text === "(";
    if (operatorWords.has(token.text) && !(isCall && token.text === "mod" && !endsOperand(tokens[i - 1])))
      return;
    if (isCall) checkCall(text, tokens, i, variableNames);
    else if (!variableNames.has(token.text) && !constants.has(token.text))
      throw refuseName(text, token, variables);
  });
}

function checkCall(text: string, tokens: readonly Token[], at: number, variables: ReadonlySet<string>): void {
  const { text: name, start } = tokens[at];
  const called = functions.get(name);
  if (called === undefined) throw refuseFunction(text, tokens[at], variables);
  const count = countArguments(tokens, at + 1);
  if (count === undefined || called.takes(count)) return;
  throw createFormulaError(
    "formula-arity",
    `${name} has ${count} argument${count === 1 ? "" : "s"}; expected ${name}(${called.signature})`,
    { text, start },
    { name, numArguments: count, signature: called.signature },
  );
}

function refuseName(text: string, { text: name, start }: Token, variables: readonly string[]): Error {
  const known = [...new Set([...variables, ...constants.keys()])];
  const called = functions.get(name);
  const constantNames = [...constants.keys()].filter((constant) => !variables.includes(constant));
  const message =
    called === undefined
      ? `unknown name "${name}"${didYouMean(name, known)}; ${listVariables(variables)} and the constants ${constantNames.join(", ")}`
      : `"${name}" is a function; write ${name}(${called.signature})`;
  return createFormulaError("formula-unknown-name", message, { text, start }, { name, known });
}

function refuseFunction(text: string, { text: name, start }: Token, variables: ReadonlySet<string>): Error {
  const known = [...functions.keys()];
  const isNumber = variables.has(name) || constants.has(name);
  const message = isNumber
    ? `"${name}" is a number and no function; to multiply write ${name} * (...)`
    : `unknown function "${name}"${didYouMean(name, known)}; there are ${known.join(", ")}`;
  return createFormulaError("formula-unknown-function", message, { text, start }, { name, known });
}

function listVariables(variables: readonly string[]): string {
  return variables.length === 0
    ? "there are no variables here"
    : `there are the variables ${variables.join(", ")}`;
}

function didYouMean(name: string, known: readonly string[]): string {
  const foreign = foreignNames.get(name.toLowerCase());
  if (foreign !== undefined) return ` (write ${foreign})`;
  const nearest = suggestName(name, known);
  return nearest === undefined ? "" : `, did you mean "${nearest}"?`;
}

/** Arguments between the bracket at `open` and its partner; undefined where it has none. */
function countArguments(tokens: readonly Token[], open: number): number | undefined {
  let depth = 0;
  let numCommas = 0;
  for (let at = open; at < tokens.length; at++) {
    const { text } = tokens[at];
    if (text === "(") depth++;
    if (text === ")" && --depth === 0) return at === open + 1 ? 0 : numCommas + 1;
    if (text === "," && depth === 1) numCommas++;
  }
  return undefined;
}
