import { expect } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { parseModel } from "../../src/io/model-file.js";

/** A model to which tests add what they need. */
export const smallModel = `mesh: cell.msh
lengthUnit: um
units: { length: um, time: s, concentration: uM }
regions:
  body: { kind: homogenized, result: r.json, cytosol: cyt, er: ER, tensors: factor x D }
  cleft: { kind: cytosol }
diffusion: { c: 220, e: 220 }
initial: { c: 0.1, e: 10 }
time: { end: 1 }
`;

/** Line of what tests add to the small model. */
export const addedLine = 10;

/** The error by which a model is refused. */
export async function refuseModel(text: string): Promise<ParseError> {
  const caught = await parseModel(text, "cell.yaml").then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught, text).toBeInstanceOf(ParseError);
  return caught as ParseError;
}
