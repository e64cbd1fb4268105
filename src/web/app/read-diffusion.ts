import { UsageError } from "../../core/errors.js";
import type { CoefficientSpec } from "../../io/problem.js";

/** A number, a formula, or six of either. @throws UsageError `diffusion-unreadable` */
export function readDiffusion(text: string): CoefficientSpec {
  const parts = splitAtCommas(text);
  const numbers = parts.map(Number);
  const isNumeric = parts.every((part, i) => part !== "" && Number.isFinite(numbers[i]));
  if (parts.length === 1) return isNumeric ? numbers[0] : { formula: parts[0] };
  if (parts.length === 6) {
    const [xx, yy, zz, yz, xz, xy] = parts;
    if (!isNumeric) return { formulas: [xx, yy, zz, yz, xz, xy] };
    return [numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]];
  }
  throw new UsageError(
    "diffusion-unreadable",
    `the diffusion "${text}" has ${parts.length} parts; give one number or formula, or six: xx, yy, zz, yz, xz, xy`,
    { details: { text } },
  );
}

/** The parts between commas that stand in no brackets. */
function splitAtCommas(text: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("([".includes(character)) depth++;
    if (")]".includes(character)) depth--;
    if (character === "," && depth <= 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim());
}
