import { z } from "zod";
import type { Adaptation } from "./adaptation.js";
import type { ConvergenceStudy } from "./convergence-study.js";
import { homogenizationSchema } from "./homogenization-schema.js";
import type { ResolvedStudy } from "./resolved-study.js";
import { count, matrix, number, tensorUnit, told } from "./result-fields.js";
import { inputsSchema } from "./sweep-files.js";

const warnings = told(z.array(z.string()), "What a reader of the numbers should know, each once");
const seconds = {
  meshSeconds: told(number, "Wall time of making the mesh", "s"),
  solveSeconds: told(number, "Wall time of homogenizing it", "s"),
};

const sequence = z.strictObject({
  values: told(z.array(number), "One for each level", tensorUnit),
  orders: told(
    z.array(number.nullable()),
    "p of f(h) = f(0) + C h^p from each level and the two before it; null for the first two, and where no p fits",
  ),
  exponent: told(number.nullable(), "p of the last three levels"),
  extrapolated: told(number.nullable(), "f(0) with that p: Richardson's extrapolation", tensorUnit),
});

const sequences = z.strictObject({
  mean: told(sequence, "A third of the trace"),
  "11": told(sequence, "Entry 11").meta({ title: "as `mean`" }),
  "22": told(sequence, "Entry 22").meta({ title: "as `mean`" }),
  "33": told(sequence, "Entry 33").meta({ title: "as `mean`" }),
});

const level = z.strictObject({
  label: told(z.string(), "What the mesher says of it: `h = 0.05`, `refined 2 times`"),
  nodes: told(count, "Nodes"),
  cells: told(count, "Tetrahedra"),
  phases: told(
    z.record(
      z.string(),
      z.strictObject({
        cells: told(count, "Tetrahedra of the phase"),
        dofs: told(count, "Its unknowns"),
        meshSize: told(number, "h = (|Omega| / cells)^(1/3), with which orders are computed", "mesh unit"),
        homogenized: told(matrix, "a~ from P1", tensorUnit),
        bounds: told(
          z
            .strictObject({
              lower: told(matrix, "L <= a~", tensorUnit),
              upper: told(matrix, "U >= a~", tensorUnit),
              relativeGap: told(number, "||U - L||_2 / ||U||_2"),
            })
            .nullable(),
          "With `--bounds`, else null",
        ),
      }),
    ),
    "By phase",
  ),
  ...seconds,
});

/** `convergence.json` of `erfem convergence`. */
export const convergenceSchema = z
  .strictObject({
    schema: told(z.literal("erfem/convergence@1"), "Kind and version of the file"),
    levels: told(z.array(level), "Meshes, coarse to fine"),
    phases: told(
      z.record(
        z.string(),
        z.strictObject({
          upper: told(sequences, "How a~ from P1 converges"),
          lower: told(sequences.nullable(), "How the lower bound does; null without bounds").meta({
            title: "as `upper`, or null",
          }),
          gap: told(
            z
              .strictObject({
                values: told(z.array(number), "Relative gap between the bounds, one for each level"),
                orders: told(z.array(number.nullable()), "Its order from each level and the one before"),
              })
              .nullable(),
            "The gap, whose limit is 0; null without bounds",
          ),
        }),
      ),
      "By phase",
    ),
    warnings,
  })
  .meta({ title: "erfem convergence study" }) satisfies z.ZodType<ConvergenceStudy>;

/** `adaptation.json` of `erfem adapt`. */
export const adaptationSchema = z
  .strictObject({
    schema: told(z.literal("erfem/adaptation@1"), "Kind and version of the file"),
    goal: told(number, "Relative gap that was asked for"),
    maxNodes: told(count, "Most nodes allowed"),
    isReached: told(z.boolean(), "Whether every phase of the last round has a gap of at most `goal`"),
    rounds: told(
      z.array(
        z.strictObject({
          round: told(count, "1, 2, ..."),
          file: told(z.string().nullable(), "Mesh file; null where the mesh did not come from a file"),
          nodes: told(count, "Nodes"),
          cells: told(count, "Tetrahedra"),
          predictedNodes: told(number.nullable(), "Nodes that were expected; null in the first round"),
          phases: told(
            z.record(
              z.string(),
              z.strictObject({
                nodes: told(count, "Nodes of the phase"),
                cells: told(count, "Its tetrahedra"),
                lower: told(matrix, "L <= a~ on the mesh of this round", tensorUnit),
                upper: told(matrix, "U >= a~", tensorUnit),
                relativeGap: told(number, "||U - L||_2 / ||U||_2"),
                predictedGap: told(
                  number.nullable(),
                  "What was expected of it before the mesh was made; null in the first round",
                ),
              }),
            ),
            "The phases that were asked for",
          ),
          ...seconds,
        }),
      ),
      "Meshes, and what was computed on them",
    ),
    warnings,
  })
  .meta({ title: "erfem adaptation" }) satisfies z.ZodType<Adaptation>;

/** Errors of a comparison, all of them or those of the homogenized solution itself. */
const twoErrors = {
  l2: told(number, "||u_eps - u0|| / ||u0||"),
  gradient: told(number, "||grad u_eps - grad u0|| / ||grad u0||"),
};

const errors = z.strictObject({
  ...twoErrors,
  l2Reconstructed: told(
    number.nullable(),
    "||u_eps - (u0 + epsilon chi_k du0/dx_k)|| / ||u0||; null in the slab",
  ),
  cellMeans: told(number.nullable(), "Of the means over each copy of the unit cell; null in the slab"),
  gradientReconstructed: told(number.nullable(), "As `l2Reconstructed`, of the gradients"),
});

const orders = z.strictObject({
  l2: number.nullable(),
  gradient: number.nullable(),
  l2Reconstructed: number.nullable(),
  cellMeans: number.nullable(),
  gradientReconstructed: number.nullable(),
});

/** `resolved.json` of `erfem resolve`. */
export const resolvedSchema = z
  .strictObject({
    schema: told(z.literal("erfem/resolved@1"), "Kind and version of the file"),
    settings: told(
      z.strictObject({
        length: told(number, "Length of the row of copies", "um"),
        slabLength: told(number, "Length of plain cytosol before the copies", "um"),
        isCube: told(z.boolean(), "n x n x n copies in place of a row"),
        end: told(number, "When the models are compared", "s"),
        steps: told(count, "Equal steps"),
        membraneFactor: told(number, "lambda~ / lambda, (2.26)"),
      }),
      "What was compared",
    ),
    targets: told(
      z.array(
        z.strictObject({
          name: told(z.string(), "`c`, or `c (slab)`"),
          field: told(z.string(), "Field"),
          domain: told(z.enum(["block", "slab"]), "Where it is compared"),
        }),
      ),
      "What is compared",
    ),
    levels: told(
      z.array(
        z.strictObject({
          copies: told(count, "n"),
          epsilon: told(number, "Period along x", "um"),
          nodes: told(count, "Nodes of the resolved mesh"),
          cells: told(count, "Its tetrahedra"),
          errors: told(z.array(errors), "For each target"),
          orders: told(
            z.array(orders),
            "Observed orders in epsilon from the level before; null on the first level, and where there is no error",
          )
            .meta({ title: "list of numbers by the names of `errors`" })
            .meta({ title: "list of numbers by the names of `errors`" }),
          calciumDrift: told(number, "Largest relative change of all calcium, which is conserved"),
          seconds: told(number, "Wall time", "s"),
        }),
      ),
      "Numbers of copies",
    ),
    macroscopic: told(
      z.strictObject({
        nodes: told(count, "Nodes of its mesh"),
        meshErrors: told(z.array(z.strictObject(twoErrors)), "Against a mesh twice as coarse, by target"),
        stepErrors: told(z.array(z.strictObject(twoErrors)), "Against half the step, by target"),
      }),
      "What the homogenized solution itself is off by",
    ),
    warnings,
  })
  .meta({ title: "erfem comparison with the resolved model" }) satisfies z.ZodType<ResolvedStudy>;

const parameters = told(z.record(z.string(), number), "Value of each varied parameter");

/** `results.json` of `erfem sweep`. */
export const sweepSchema = z
  .strictObject({
    schema: told(z.literal("erfem/sweep@1"), "Kind and version of the file"),
    inputs: told(inputsSchema, "As in `sweep.json`").meta({ title: "inputs of `sweep.json`" }),
    missing: told(count, "Points that have not been run, or not to their end"),
    points: told(
      z.array(
        z.union([
          z.strictObject({
            parameters,
            file: told(z.string(), "Result file of a point that was run, relative to the folder"),
            result: homogenizationSchema
              .pick({ mesh: true, membrane: true, phases: true, warnings: true })
              .meta({ title: "result", description: "`mesh`, `membrane`, `phases` and `warnings` of it" }),
          }),
          z.strictObject({
            parameters,
            error: told(
              z.strictObject({
                code: told(z.string(), "Code of the error"),
                message: told(z.string(), "Its message"),
              }),
              "Of a point that failed",
            ),
          }),
        ]),
      ),
      "Points that were run",
    ),
  })
  .meta({ title: "erfem sweep" });
