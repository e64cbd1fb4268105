import { z } from "zod";
import { ParseError } from "../core/errors.js";
import type { Adaptation } from "./adaptation.js";
import type { ConvergenceStudy } from "./convergence-study.js";
import type { ResolvedStudy } from "./resolved-study.js";
import type { SimulationResult } from "./simulation-result.js";

/** The JSON in a file, and the schema that it says it follows. @throws ParseError `result-syntax` */
export function parseJsonFile(text: string, file: string): { schema: string; content: unknown } {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new ParseError("result-syntax", `${file} is not JSON; expected a result of erfem`, {
      cause,
      details: { file },
    });
  }
  const schema = (content as { schema?: unknown } | null)?.schema;
  return { schema: typeof schema === "string" ? schema : "", content };
}

const number = z.number();
const sequence = z.looseObject({
  values: z.array(number),
  orders: z.array(number.nullable()),
  exponent: number.nullable(),
  extrapolated: number.nullable(),
});
const sequences = z.looseObject({ mean: sequence });
const convergence = z.looseObject({
  levels: z.array(z.looseObject({ phases: z.record(z.string(), z.looseObject({ meshSize: number })) })),
  phases: z.record(
    z.string(),
    z.looseObject({
      upper: sequences,
      lower: sequences.nullable(),
      gap: z.looseObject({ values: z.array(number), orders: z.array(number.nullable()) }).nullable(),
    }),
  ),
});

/** `convergence.json`. @throws ParseError `result-field` */
export function checkConvergence(content: unknown, file: string): ConvergenceStudy {
  return checkContent(convergence, content, file, "a convergence study") as unknown as ConvergenceStudy;
}

const errors = z.looseObject({ l2: number, gradient: number });
const resolved = z.looseObject({
  targets: z.array(z.looseObject({ name: z.string(), domain: z.string() })),
  levels: z.array(
    z.looseObject({ epsilon: number, errors: z.array(errors), orders: z.array(z.looseObject({})) }),
  ),
});

/** `resolved.json`. @throws ParseError `result-field` */
export function checkResolved(content: unknown, file: string): ResolvedStudy {
  return checkContent(
    resolved,
    content,
    file,
    "a comparison with the resolved model",
  ) as unknown as ResolvedStudy;
}

const simulation = z.looseObject({
  model: z.looseObject({ file: z.string() }),
  mesh: z.looseObject({ nodes: number, cells: number }),
  end: number,
  values: z.record(z.string(), z.looseObject({ unit: z.string() })),
  calcium: z.looseObject({ initial: number, final: number, balance: number }),
  steps: z.looseObject({ accepted: number }),
  snapshots: z.array(z.looseObject({ time: number, file: z.string() })),
  seconds: number,
  warnings: z.array(z.string()),
});

/** `summary.json` of a simulation. @throws ParseError `result-field` */
export function checkSimulation(content: unknown, file: string): SimulationResult {
  return checkContent(
    simulation,
    content,
    file,
    "the summary of a simulation",
  ) as unknown as SimulationResult;
}

const adaptation = z.looseObject({
  goal: number,
  rounds: z.array(
    z.looseObject({
      nodes: number,
      phases: z.record(
        z.string(),
        z.looseObject({ nodes: number, relativeGap: number, predictedGap: number.nullable() }),
      ),
    }),
  ),
});

/** `adaptation.json`. @throws ParseError `result-field` */
export function checkAdaptation(content: unknown, file: string): Adaptation {
  return checkContent(adaptation, content, file, "an adaptation") as unknown as Adaptation;
}

/**
 * Content of a file as a schema has it.
 *
 * @param what it should be, for the message
 * @throws ParseError `result-field`
 */
export function checkContent<T>(schema: z.ZodType<T>, content: unknown, file: string, what: string): T {
  const checked = schema.safeParse(content);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0];
  const field = path.join(".");
  throw new ParseError(
    "result-field",
    `${file} is not ${what} (${field === "" ? "its content" : field}: ${message}); expected a file as erfem writes it`,
    { details: { file, field } },
  );
}
