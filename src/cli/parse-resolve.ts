import { UsageError } from "../core/errors.js";
import type { MembraneParameters } from "../bidomain/membrane-kind.js";
import { parseNumber } from "./parse-options.js";

/** A built-in membrane model of the command line. */
export interface MembraneFlag {
  readonly name: string;
  readonly parameters: MembraneParameters;
}

/** A buffer of the command line. */
export interface BufferFlag {
  readonly name: string;
  readonly compartment: "cytosol" | "er";
  readonly total: number;
  readonly bindingRate: number;
  readonly unbindingRate: number;
  readonly isMobile: boolean;
  readonly diffusion?: number;
}

/**
 * `n1,n2,...`: whole numbers.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseCopies(text: string): number[] {
  return text.split(",").map((part) => parseNumber(part, "--cells"));
}

/**
 * `NAME` or `NAME:K=2,V=1`: a built-in model and its parameters.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseMembrane(text: string): MembraneFlag {
  const [name, ...rest] = text.split(":");
  if (name === "" || rest.length > 1) refuse("--membrane", text, "NAME or NAME:parameter=value,...");
  const parameters = Object.fromEntries(parsePairs(rest.join(""), "--membrane", text));
  return { name, parameters };
}

/**
 * `NAME:cytosol:total=50,on=5.5,off=2.6,D=30`: without D it does not move.
 *
 * @throws UsageError `invalid-option-value`
 */
export function parseBuffer(text: string): BufferFlag {
  const expected =
    "NAME:cytosol or NAME:er, then :total=uM,on=1/(uM s),off=1/s and, where it moves, D=um^2/s";
  const [name, compartment, pairs = "", ...rest] = text.split(":");
  if (name === "" || rest.length > 0 || (compartment !== "cytosol" && compartment !== "er")) {
    return refuse("--buffer", text, expected);
  }
  const values = parsePairs(pairs, "--buffer", text);
  const [total, on, off] = ["total", "on", "off"].map((key) => values.get(key));
  const diffusion = values.get("D");
  const numKnown = diffusion === undefined ? 3 : 4;
  if (total === undefined || on === undefined || off === undefined || values.size !== numKnown) {
    return refuse("--buffer", text, expected);
  }
  return {
    name,
    compartment,
    total,
    bindingRate: on,
    unbindingRate: off,
    isMobile: diffusion !== undefined,
    ...(diffusion !== undefined && { diffusion }),
  };
}

/** `a=1,b=2`. */
function parsePairs(text: string, option: string, whole: string): Map<string, number> {
  const pairs = text === "" ? [] : text.split(",");
  return new Map(
    pairs.map((pair): [string, number] => {
      const equals = pair.indexOf("=");
      if (equals <= 0) refuse(option, whole, "parameter=value for each parameter");
      const name = pair.slice(0, equals);
      return [name, parseNumber(pair.slice(equals + 1), `${option} ${name}`)];
    }),
  );
}

function refuse(option: string, value: string, expected: string): never {
  throw new UsageError("invalid-option-value", `${option} is "${value}"; expected ${expected}`, {
    details: { option, value, expected },
  });
}
