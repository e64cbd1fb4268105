import { UsageError } from "../core/errors.js";
import { suggestName } from "../core/suggest-name.js";

/**
 * A unit as  10^power um^length s^time uM^concentration molecules^molecules.  Exponents are whole.
 */
export interface Unit {
  readonly power: number;
  readonly length: number;
  readonly time: number;
  readonly concentration: number;
  readonly molecules: number;
}

/** From one unit to another: x -> x 10^power N^molecules with N = {@link MOLECULES_PER_UM3}. */
export interface UnitScale {
  readonly power: number;
  readonly molecules: number;
}

/** Molecules in 1 um^3 at 1 uM: Avogadro's number times 1e-21, exact. */
export const MOLECULES_PER_UM3 = 602.214076;

const one: Unit = { power: 0, length: 0, time: 0, concentration: 0, molecules: 0 };

/** The units that there are, by name. */
const unitsByName: ReadonlyMap<string, Unit> = new Map([
  ["nm", { ...one, power: -3, length: 1 }],
  ["um", { ...one, length: 1 }],
  ["mm", { ...one, power: 3, length: 1 }],
  ["us", { ...one, power: -6, time: 1 }],
  ["ms", { ...one, power: -3, time: 1 }],
  ["s", { ...one, time: 1 }],
  ["nM", { ...one, power: -3, concentration: 1 }],
  ["uM", { ...one, concentration: 1 }],
  ["mM", { ...one, power: 3, concentration: 1 }],
  ["M", { ...one, power: 6, concentration: 1 }],
  ["molecule", { ...one, molecules: 1 }],
  ["molecules", { ...one, molecules: 1 }],
]);

const numberPattern = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*/;
const unitPattern = /(?<name>[A-Za-z]+)|(?<integer>[+-]?\d+)|(?<sign>[\^*/()])|\s+/y;

/** A number and what follows it, as in `220 um^2/s`; undefined where the text does not begin with a number. */
export function splitQuantity(text: string): { readonly number: string; readonly unit: string } | undefined {
  const match = numberPattern.exec(text);
  return match === null ? undefined : { number: match[1], unit: text.slice(match[0].length).trim() };
}

/**
 * Reads a unit such as `um^2/s`, `1/(uM s)`, `/s`, `molecules/um^2/s`, or `1` for a bare number. Names: nm um mm, us ms s,
 * nM uM mM M, molecules; a micro sign counts as u. Products stand side by side or have a `*`; behind a `/` they need
 * brackets.
 *
 * @throws UsageError `unit-unknown`, `unit-syntax`
 */
export function parseUnit(text: string): Unit {
  const tokens = scanUnit(text);
  let next = 0;
  const refuse = (): UsageError => {
    const found = next < tokens.length ? `"${tokens[next]}"` : "the end";
    return new UsageError(
      "unit-syntax",
      `found ${found} in the unit "${text}"; expected a unit such as um^2/s, 1/(uM s) or molecules/um^2/s`,
      { details: { unit: text } },
    );
  };
  const parseFactor = (): Unit => {
    const token = tokens.at(next);
    if (token === undefined) throw refuse();
    if (token !== "(" && token !== "1" && !unitsByName.has(token)) throw refuse();
    next++;
    if (token === "1") return one;
    let unit = unitsByName.get(token);
    if (unit === undefined) {
      unit = parseProduct(true);
      if (tokens.at(next) !== ")") throw refuse();
      next++;
    }
    if (tokens.at(next) !== "^") return unit;
    next++;
    const exponent = Number(tokens.at(next));
    if (!Number.isInteger(exponent) || Math.abs(exponent) > 9) throw refuse();
    next++;
    return raise(unit, exponent);
  };
  const parseProduct = (isInner: boolean): Unit => {
    let unit = tokens.at(next) === "/" && !isInner ? one : parseFactor();
    let isDivided = false;
    while (next < tokens.length && tokens[next] !== ")") {
      const divides = tokens[next] === "/";
      if (isDivided && !divides) throw refuse();
      if (divides || tokens[next] === "*") next++;
      isDivided ||= divides;
      unit = multiply(unit, raise(parseFactor(), divides ? -1 : 1));
    }
    return unit;
  };
  const unit = parseProduct(false);
  if (next < tokens.length) throw refuse();
  return unit;
}

/**
 * The scale by which a number in `from` becomes one in `to`; undefined where they measure different things. A molecule is
 * 1 / 602.214076 uM um^3.
 */
export function scaleBetween(from: Unit, to: Unit): UnitScale | undefined {
  const molecules = to.molecules - from.molecules;
  const isSame =
    from.time === to.time &&
    from.concentration - to.concentration === molecules &&
    from.length - to.length === 3 * molecules;
  return isSame ? { power: from.power - to.power, molecules } : undefined;
}

/**
 * number 10^power N^molecules, rounded once where no molecules are involved: the exponent of the decimal is shifted.
 *
 * @param number a decimal number
 */
export function scaleNumber(number: string, { power, molecules }: UnitScale): number {
  const [mantissa, exponent = "0"] = number.toLowerCase().split("e");
  const shifted = Number(`${mantissa}e${Number(exponent) + power}`);
  if (molecules === 0) return shifted;
  const factor = MOLECULES_PER_UM3 ** Math.abs(molecules);
  return molecules > 0 ? shifted * factor : shifted / factor;
}

/** The formula of the scaled value; the formula itself where nothing changes. */
export function scaleFormula(formula: string, { power, molecules }: UnitScale): string {
  const factors: readonly (readonly [number, number])[] = [
    [10 ** Math.abs(power), power],
    [MOLECULES_PER_UM3 ** Math.abs(molecules), molecules],
  ];
  return factors.reduce(
    (text, [factor, sign]) => (sign === 0 ? text : `(${text}) ${sign > 0 ? "*" : "/"} ${factor}`),
    formula,
  );
}

/** Names and signs, in order. */
function scanUnit(text: string): string[] {
  const plain = text.replace(/[\u00b5\u03bc]/g, "u").replace(/\u00b7/g, "*");
  const tokens: string[] = [];
  unitPattern.lastIndex = 0;
  while (unitPattern.lastIndex < plain.length) {
    const start = unitPattern.lastIndex;
    const match = unitPattern.exec(plain);
    if (match === null) {
      throw new UsageError("unit-syntax", `found "${plain.slice(start)}" in the unit "${text}"`, {
        details: { unit: text },
      });
    }
    const [token] = match;
    if (match.groups?.["name"] !== undefined && !unitsByName.has(token)) throw createUnknown(token, text);
    if (token.trim() !== "") tokens.push(token);
  }
  return tokens;
}

function createUnknown(name: string, text: string): UsageError {
  const known = [...unitsByName.keys()];
  const nearest = suggestName(name, known);
  return new UsageError(
    "unit-unknown",
    `there is no unit "${name}"${nearest === undefined ? "" : `, did you mean "${nearest}"?`}; there are ${known.join(", ")}`,
    { details: { unit: text, name } },
  );
}

function multiply(a: Unit, b: Unit): Unit {
  return {
    power: a.power + b.power,
    length: a.length + b.length,
    time: a.time + b.time,
    concentration: a.concentration + b.concentration,
    molecules: a.molecules + b.molecules,
  };
}

/** Zero without a sign. */
function raise(unit: Unit, exponent: number): Unit {
  return {
    power: unit.power * exponent + 0,
    length: unit.length * exponent + 0,
    time: unit.time * exponent + 0,
    concentration: unit.concentration * exponent + 0,
    molecules: unit.molecules * exponent + 0,
  };
}
