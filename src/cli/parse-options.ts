import { UsageError } from "../core/errors.js";
import type { Vector3 } from "../core/tensor.js";
import type { CoefficientSpec } from "../io/problem.js";
import type { PhaseSpec } from "../mesh/phases.js";
import type { GivenUnitCell } from "../mesh/unit-cell.js";

/** `name=value` of the command line. */
export interface NamedValue<T> {
  readonly name: string;
  readonly value: T;
}

/** Stands before the name of a view of the mesh file. */
const elementDataPrefix = "elementData:";

const decimalNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * A finite decimal number.
 *
 * @param what the option, for the message
 * @throws UsageError `invalid-option-value`
 */
export function parseNumber(text: string, what: string): number {
  const value = Number(text);
  if (!decimalNumber.test(text.trim()) || !Number.isFinite(value)) {
    throw invalidValue(what, text, "a finite number, such as 0.25 or 1e-8");
  }
  return value;
}

/** @throws UsageError `invalid-option-value` */
export function parsePositive(text: string, what: string): number {
  const value = parseNumber(text, what);
  if (value <= 0) throw invalidValue(what, text, "a positive number");
  return value;
}

/** @throws UsageError `invalid-option-value` */
export function parsePositiveInteger(text: string, what: string): number {
  const value = parsePositive(text, what);
  if (!Number.isSafeInteger(value)) throw invalidValue(what, text, "a whole number above 0");
  return value;
}

/**
 * A port, 1 to 65535.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parsePort(text: string): number {
  const value = parsePositiveInteger(text, "--port");
  if (value > 65535) throw invalidValue("--port", text, "a whole number from 1 to 65535");
  return value;
}

/**
 * The path of a file to write.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseOutput(text: string): string {
  return parsePath(text, "--output");
}

/**
 * A path, not empty.
 *
 * @param what the option, for the message
 * @throws UsageError `invalid-option-value`
 */
export function parsePath(text: string, what: string): string {
  if (text === "") throw invalidValue(what, text, "the path of a file");
  return text;
}

/**
 * `name=number`.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseSetting(text: string): NamedValue<number> {
  const { name, value } = splitNamedValue(text, "--set", "name=number, such as edge=0.1");
  return { name, value: parseNumber(value, `--set ${name}`) };
}

/**
 * `NAME`, a physical volume that is a phase of its own, or `NAME=volume1+volume2`.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parsePhase(text: string): PhaseSpec {
  const expected = "the name of a physical volume, or NAME=volume1+volume2";
  if (!text.includes("=")) {
    if (text === "") throw invalidValue("--phase", text, expected);
    return { name: text, volumes: [text] };
  }
  const equals = text.indexOf("=");
  const name = text.slice(0, equals);
  const volumes = text.slice(equals + 1).split("+");
  if (name === "" || volumes.includes("")) throw invalidValue("--phase", text, expected);
  return { name, volumes };
}

/**
 * `VOLUME=a` or `VOLUME=xx,yy,zz,yz,xz,xy`, numbers or formulas, or `VOLUME=elementData:VIEW`; VOLUME the name or physical
 * tag of a volume or the name of a phase. Formulas are not looked into.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseDiffusion(text: string): NamedValue<CoefficientSpec> {
  const expected = "VOLUME=value or VOLUME=xx,yy,zz,yz,xz,xy in um^2/ms, numbers or formulas";
  const { name, value } = splitNamedValue(text, "--diffusion", expected);
  if (value.startsWith(elementDataPrefix)) {
    return { name, value: { elementData: value.slice(elementDataPrefix.length) } };
  }
  const parts = splitAtCommas(value).map((part) => part.trim());
  if (parts.includes("")) throw invalidValue("--diffusion", text, expected);
  const isNumeric = parts.every((part) => decimalNumber.test(part));
  if (parts.length === 1) return { name, value: isNumeric ? toNumber(parts[0]) : { formula: parts[0] } };
  if (parts.length !== 6) throw invalidValue("--diffusion", text, expected);
  const [xx, yy, zz, yz, xz, xy] = parts;
  if (!isNumeric) return { name, value: { formulas: [xx, yy, zz, yz, xz, xy] } };
  return {
    name,
    value: [toNumber(xx), toNumber(yy), toNumber(zz), toNumber(yz), toNumber(xz), toNumber(xy)],
  };

  function toNumber(part: string): number {
    return parseNumber(part, `--diffusion ${name}`);
  }
}

/**
 * `L1,L2,L3` or `L1,L2,L3@x,y,z`: a box by its edges and, where given, its lowest corner.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseUnitCell(text: string): GivenUnitCell {
  const expected = "three positive lengths and, if wanted, the lowest corner: L1,L2,L3 or L1,L2,L3@x,y,z";
  const parts = text.split("@");
  const triples = parts.map((part) => part.split(",").map((entry) => parseNumber(entry, "--unit-cell")));
  if (parts.length > 2 || triples.some((triple) => triple.length !== 3) || triples[0].some((l) => l <= 0)) {
    throw invalidValue("--unit-cell", text, expected);
  }
  const [lengths, origin] = triples as [number[], number[]?];
  const vectors: [Vector3, Vector3, Vector3] = [
    [lengths[0], 0, 0],
    [0, lengths[1], 0],
    [0, 0, lengths[2]],
  ];
  return origin === undefined ? { vectors } : { vectors, origin: [origin[0], origin[1], origin[2]] };
}

/**
 * Named values as a record.
 *
 * @throws UsageError `repeated-option` for a name given twice
 */
export function toRecord<T>(values: readonly NamedValue<T>[], option: string): Readonly<Record<string, T>> {
  const names = new Set<string>();
  for (const { name } of values) {
    if (names.has(name)) {
      throw new UsageError("repeated-option", `${option} gives "${name}" twice; give it once`, {
        details: { option, name },
      });
    }
    names.add(name);
  }
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

/** A parser for commander that collects the values of an option that may be repeated. */
export function collect<T>(parse: (text: string) => T): (text: string, previous: T[] | undefined) => T[] {
  return (text, previous = []) => [...previous, parse(text)];
}

/** Splits at the last lone `=`: names of groups may hold one, values do not; `==`, `<=`, `>=`, `!=` are of formulas. */
function splitNamedValue(text: string, option: string, expected: string): NamedValue<string> {
  const lone = [...text.matchAll(/(?<![=<>!])=(?!=)/g)];
  const equals = lone.at(-1)?.index ?? -1;
  if (equals <= 0 || equals === text.length - 1) throw invalidValue(option, text, expected);
  return { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** The parts between commas that stand in no brackets. */
function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "(" || character === "[") depth++;
    if (character === ")" || character === "]") depth--;
    if (character === "," && depth <= 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function invalidValue(option: string, value: string, expected: string): UsageError {
  return new UsageError("invalid-option-value", `${option} is "${value}"; expected ${expected}`, {
    details: { option, value, expected },
  });
}
