import { z } from "zod";
import type { LengthUnit } from "./homogenization-result.js";
import { fields } from "./schema-fields.js";

const lengthUnits: readonly [LengthUnit, ...LengthUnit[]] = ["cell", "nm", "um"];

/** The solvers, by the names that the command line has for them. */
export const problemSolvers = ["auto", "wasm-mgcg", "wasm-ldlt", "wasm-cg", "cholesky"] as const;

const positive = z.number().positive();
const text = z.string().min(1);
const vector = z.tuple([z.number(), z.number(), z.number()]);

/** A number or a formula. */
const entry = z.union([z.number(), text], {
  error: ({ input }) => `${input === undefined ? "is missing; " : ""}expected a number or a formula`,
});
const row = z.tuple([entry, entry, entry]);
/** A flat list would leave open which entries it has in which order. */
const rows = z.tuple([row, row, row], {
  error: ({ code, input }) =>
    (code === "too_big" || code === "too_small") && Array.isArray(input)
      ? `expected three rows, or the entries by name, { xx: .., yy: .., zz: .., yz: .., xz: .., xy: .. }, found a list of ${input.length}`
      : undefined,
});

const coefficient = z
  .union(
    [
      positive,
      text,
      rows.meta({ description: "Symmetric tensor by its rows" }),
      fields({
        xx: entry,
        yy: entry,
        zz: entry,
        yz: entry.optional(),
        xz: entry.optional(),
        xy: entry.optional(),
      }).meta({ description: "Symmetric tensor by its entries; those off the diagonal are 0 by default" }),
      fields({ elementData: text.meta({ description: "Name of a view ($ElementData) of the mesh file" }) }),
    ],
    {
      error:
        "expected a positive number, a formula, a tensor (three rows, or xx, yy, zz, yz, xz, xy), or elementData",
    },
  )
  .meta({
    description:
      "Diffusion in um^2/ms: a number, a formula in x, y, z (mesh coordinates) and y1, y2, y3 (fractional coordinates of " +
      "the unit cell), a symmetric tensor of numbers or formulas, or the name of cell data in the mesh file",
  });

const unitCell = z.union(
  [
    fields({
      lengths: z.tuple([positive, positive, positive]).meta({ description: "Edges of a box along x, y, z" }),
      origin: vector.optional().meta({ description: "Lowest corner" }),
    }),
    fields({
      vectors: z.tuple([vector, vector, vector]).meta({ description: "Lattice vectors L1, L2, L3" }),
      origin: vector.optional().meta({ description: "Corner of the cell" }),
    }),
  ],
  { error: "expected lengths: [L1, L2, L3] or vectors: [[..], [..], [..]], and if wanted origin: [x, y, z]" },
);

const phase = fields({
  volumes: z
    .array(z.union([text, z.int().positive()], { error: "expected the name or tag of a physical volume" }))
    .min(1)
    .optional()
    .meta({ description: "Physical volumes by name or tag; by default the volume of the phase's name" }),
  diffusion: coefficient.optional(),
});

const geometry = fields({
  name: text.meta({ description: "A built-in geometry, or the path of a .geo file" }),
  set: z
    .record(z.string(), z.number())
    .optional()
    .meta({ description: "Values of the geometry's parameters" }),
  size: positive.optional().meta({ description: "Mesh size on the membrane, in the geometry's unit" }),
});

/** What a problem file holds, as it is written. */
export const problemSchema = fields({
  mesh: text.optional().meta({ description: "Path of a .msh file, relative to the problem file" }),
  geometry: geometry.optional().meta({ description: "A geometry to mesh, instead of a mesh" }),
  unitCell: unitCell.optional().meta({ description: "The unit cell, in mesh units (default: found)" }),
  homogeneous: z
    .boolean()
    .optional()
    .meta({ description: "Whether a single phase really fills its bounding box" }),
  periodicTolerance: positive
    .optional()
    .meta({ description: "Tolerance on opposite faces, relative to the unit cell (default: 1e-6)" }),
  periodic: z
    .enum(["match", "tie"])
    .optional()
    .meta({ description: "Whether opposite faces match, or are tied where they do not (default: match)" }),
  boundary: z
    .enum(["periodic", "dirichlet", "flux", "mixed", "mirror"])
    .optional()
    .meta({ description: "Condition on the outer faces (default: periodic)" }),
  lengthUnit: z
    .enum(lengthUnits)
    .optional()
    .meta({ description: "Unit of the mesh's coordinates (default: nm for built-in families, else cell)" }),
  phases: z
    .record(text, phase)
    .optional()
    .meta({ description: "Phases by name (default: every physical volume is one)" }),
  diffusion: z.record(text, coefficient).optional().meta({
    description: "Diffusion by volume or phase; a volume's own goes before its phase's (default: 1)",
  }),
  bounds: z.boolean().optional().meta({ description: "Whether to compute lower bounds, too" }),
  tolerance: positive
    .optional()
    .meta({ description: "Relative residual of the linear systems (default: 1e-10)" }),
  maxIterations: z.int().positive().optional().meta({ description: "Limit on iterations (default: 10000)" }),
  solver: z.enum(problemSolvers).optional().meta({ description: "Linear solver (default: auto)" }),
  jobs: z.int().positive().optional().meta({ description: "Phases solved at a time" }),
}).meta({ title: "erfem problem" });

/** A problem file as it is written, with the right fields and types. */
export type ProblemInput = z.infer<typeof problemSchema>;

/** A coefficient as it is written. */
export type CoefficientInput = z.infer<typeof coefficient>;

/** The JSON Schema of problem files, for editors and documentation: plain data. */
export function createProblemJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(problemSchema);
}
