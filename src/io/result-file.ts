import { ParseError } from "../core/errors.js";
import type { HomogenizationResult } from "./homogenization-result.js";

/**
 * Reads a result file of `erfem homogenize`, as far as others use it: lengths, areas, fractions and tensors are there and
 * finite.
 *
 * @param file for messages
 * @throws ParseError `result-syntax` for what is no JSON; `result-field` for a missing or wrong field, or another kind of file
 */
export async function parseResult(text: string, file: string): Promise<HomogenizationResult> {
  const { z } = await import("zod");
  const vector = z.tuple([z.number(), z.number(), z.number()]);
  const matrix = z.tuple([vector, vector, vector]);
  const schema = z.looseObject({
    schema: z.literal("erfem/homogenization@1"),
    mesh: z.looseObject({
      lengthUnit: z.enum(["cell", "nm", "um"]),
      unitCell: z.looseObject({ vectors: matrix }),
    }),
    membrane: z.looseObject({ pairs: z.record(z.string(), z.number().nonnegative()) }),
    phases: z.record(
      z.string(),
      z.looseObject({ volumeFraction: z.number(), homogenized: matrix, factor: matrix.nullable() }),
    ),
  });
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ParseError("result-syntax", `${file} is not JSON; expected a result of erfem homogenize`, {
      cause,
      details: { file },
    });
  }
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data as unknown as HomogenizationResult;
  const { path, message } = checked.error.issues[0];
  const field = path.join(".");
  throw new ParseError(
    "result-field",
    `${file} is not a result of erfem homogenize (${field === "" ? "" : `${field}: `}${message}); expected a file that ` +
      "`erfem homogenize -o` wrote",
    { details: { file, field } },
  );
}
