import { isPositiveDefinite, type SymmetricTensor } from "../core/tensor.js";
import type { FieldFault } from "./field-faults.js";
import type { CoefficientSpec } from "./problem.js";
import type { CoefficientInput } from "./problem-schema.js";
import type { PathStep } from "./yaml-text.js";

/** What comes up while a problem is read, for later: all faults are told together. */
export interface ReadNotes {
  readonly faults: FieldFault[];
  readonly formulas: PlacedFormula[];
}

/** A formula and the field that it stands in. */
export interface PlacedFormula {
  readonly path: readonly PathStep[];
  readonly text: string;
}

/** Names of the six entries of a symmetric tensor, in their order, with row and column. */
const entries = [
  ["xx", 0, 0],
  ["yy", 1, 1],
  ["zz", 2, 2],
  ["yz", 1, 2],
  ["xz", 0, 2],
  ["xy", 0, 1],
] as const;

type TensorInput = Exclude<CoefficientInput, number | string | { elementData: string }>;
type Entry = number | string;
type SixEntries = readonly [Entry, Entry, Entry, Entry, Entry, Entry];

/**
 * A coefficient in one of its notations: tensors by rows or by entries become six entries.
 * @param notes gets the formulas, and faults of tensors that are not symmetric or not positive definite
 */
export function readCoefficient(
  input: CoefficientInput,
  path: readonly PathStep[],
  notes: ReadNotes,
): CoefficientSpec {
  if (typeof input === "number") return input;
  if (typeof input === "string") {
    notes.formulas.push({ path, text: input });
    return { formula: input };
  }
  if ("elementData" in input) return input;
  const six = readEntries(input, path, notes);
  const numbers = six.filter((entry) => typeof entry === "number");
  if (numbers.length === six.length) {
    const [xx, yy, zz, yz, xz, xy] = numbers;
    const tensor: SymmetricTensor = [xx, yy, zz, yz, xz, xy];
    if (!isPositiveDefinite(tensor)) {
      const values = entries.map(([name], i) => `${name} ${tensor[i]}`).join(", ");
      notes.faults.push({ path, message: `expected a positive definite tensor, found ${values}` });
    }
    return tensor;
  }
  const [xx, yy, zz, yz, xz, xy] = six.map(String);
  return { formulas: [xx, yy, zz, yz, xz, xy] };
}

function readEntries(
  input: TensorInput,
  path: readonly PathStep[],
  { faults, formulas }: ReadNotes,
): SixEntries {
  const at = (step: readonly PathStep[], entry: Entry): Entry => {
    if (typeof entry === "string") formulas.push({ path: [...path, ...step], text: entry });
    return entry;
  };
  if (!Array.isArray(input)) {
    const [xx, yy, zz, yz, xz, xy] = entries.map(([name]) => at([name], input[name] ?? 0));
    return [xx, yy, zz, yz, xz, xy];
  }
  for (const [, k, l] of entries) {
    if (input[k][l] === input[l][k]) continue;
    faults.push({
      path: [...path, l, k],
      message: `expected a symmetric tensor, found ${input[l][k]} in row ${l + 1}, column ${k + 1} and ${input[k][l]} in row ${k + 1}, column ${l + 1}`,
    });
  }
  const [xx, yy, zz, yz, xz, xy] = entries.map(([, k, l]) => at([k, l], input[k][l]));
  return [xx, yy, zz, yz, xz, xy];
}
