import { z } from "zod";
import { showValue } from "./field-faults.js";
import { fields } from "./schema-fields.js";

const text = z.string().min(1);

/** What a table of fields says of a number with its unit: what it is, and a unit that it may have. */
function describe(description: string, unit?: string): { description: string; unit?: string } {
  return unit === undefined ? { description } : { description: `${description}, as ${unit}`, unit };
}

/** A number with its unit. */
function quantity(description: string, unit?: string) {
  return z
    .union([z.number(), text], {
      error: ({ input }) => `${describeFound(input)}expected a finite number with its unit`,
    })
    .meta({ title: "quantity", ...describe(description, unit) });
}

/** A formula, which may be a number alone. */
const formula = z
  .union([z.number(), text], { error: ({ input }) => `${describeFound(input)}expected a formula` })
  .meta({ title: "formula" });

/** Where a state begins. */
const stateStart = z.union(
  [
    z.number(),
    z.literal("equilibrium", {
      error: ({ input }) => `${describeFound(input)}expected a number or equilibrium`,
    }),
  ],
  { error: ({ input }) => `${describeFound(input)}expected a number or equilibrium` },
);

/** A number with its unit, or a formula. */
function value(description: string, unit?: string) {
  return z
    .union([z.number(), text, fields({ formula, unit: text })], {
      error: ({ input }) =>
        `${describeFound(input)}expected a finite number with its unit, or formula: and unit:`,
    })
    .meta({ title: "value", ...describe(description, unit) });
}

function describeFound(input: unknown): string {
  return input === undefined ? "is missing; " : `found ${showValue(input)}; `;
}

const volumes = z
  .array(z.union([text, z.int().positive()], { error: "expected the name or tag of a physical volume" }))
  .min(1)
  .optional()
  .meta({ description: "Physical volumes by name or tag; by default the volume of the region's name" });

const row = z.tuple([z.number(), z.number(), z.number()]);

const homogenizedRegion = fields({
  kind: z.literal("homogenized").meta({
    description: "Cytosol and ER in every point (`homogenized`), or cytosol alone (`cytosol`)",
  }),
  volumes,
  result: text.meta({ description: "Result file of `erfem homogenize`, relative to the model file" }),
  cytosol: text.meta({ description: "Phase of the result that is cytosol" }),
  er: text.meta({ description: "Phase of the result that is ER" }),
  tensors: z.enum(["factor x D", "homogenized um^2/ms", "homogenized um^2/s"]).meta({
    description:
      "Tensors of calcium: the result's `factor` times the free diffusion coefficient, or its `homogenized` as given, whose " +
      "unit this states",
  }),
  period: quantity(
    "Real length of the first lattice vector of the unit cell; needed for fluxes per membrane area where the result has no " +
      "length unit",
  ).optional(),
  rotation: z
    .tuple([row, row, row])
    .optional()
    .meta({ description: "R by rows, from the axes of the unit cell to those of the cell: a~ -> R a~ R^T" }),
  direction: fields({
    axis: z.enum(["x", "y", "z"]).meta({ description: "Axis of the unit cell that is turned" }),
    along: z.tuple([formula, formula, formula]).optional().meta({
      description: "Direction, three formulas in x, y, z, at the centre of every mesh cell; of any length",
    }),
    data: text.optional().meta({
      description: "Instead of `along`: $ElementData view of the mesh with 3 components",
    }),
  })
    .optional()
    .meta({
      description: "Instead of `rotation`: the smallest rotation that takes the axis onto a direction",
    }),
});

const cytosolRegion = fields({
  kind: z.literal("cytosol"),
  volumes,
  diffusion: quantity("Diffusion of calcium there (default: `diffusion.c`)", "um^2/s").optional(),
});

const ownResult = {
  result: z
    .union([text, z.record(text, text)], { error: "expected a file, or files by homogenized region" })
    .optional()
    .meta({
      description:
        "Result file of its own, for all homogenized regions or by region, instead of D x the region's `factor`",
    }),
  tensors: z.enum(["homogenized um^2/ms", "homogenized um^2/s"]).optional().meta({
    description: "With `result`: its `homogenized` is the tensor, in this unit",
  }),
};

const buffer = fields({
  in: z.enum(["cytosol", "er"]).meta({ description: "Compartment" }),
  total: quantity("Concentration of binding sites", "uM"),
  kOn: quantity("Binding", "1/(uM s)"),
  kOff: quantity("Release", "1/s"),
  diffusion: quantity("Diffusion, 0 for a buffer that does not move", "um^2/s"),
  ...ownResult,
});

const ip3 = z
  .union(
    [
      value("IP3"),
      fields({
        diffusion: quantity("Diffusion", "um^2/s"),
        ...ownResult,
        production: value("A value of c, e, p, x, y, z, t", "uM/s"),
        decay: quantity("Decay", "1/s"),
      }),
    ],
    { error: "expected a concentration, a formula, or diffusion:, production: and decay:" },
  )
  .meta({
    description: "IP3: a concentration, in x, y, z, t; or a field `p` of the cytosol with its fields",
  });

const state = fields({
  rate: value("dX/dt: a formula of c, e, p, the states, x, y, z, t", "1/s"),
  initial: stateStart.meta({ description: "Value at the beginning, or `equilibrium`" }),
  calcium: quantity(
    "Calcium that the membrane holds where X = 1, in the flux's unit times s: molecules/um^2, uM, or molecules of one pump " +
      "(default: 0)",
  ).optional(),
});

const flux = fields({
  model: text.optional().meta({ description: "A built-in model" }),
  parameters: z
    .record(text, quantity("Value"))
    .optional()
    .meta({ description: "Parameters of the built-in model" }),
  initial: z
    .record(text, stateStart)
    .optional()
    .meta({ description: "States of the built-in model at the beginning (default: `equilibrium`)" }),
  flux: formula.optional().meta({
    description:
      "Instead of a model: a formula of c, e, p, dcdt, dedt, the states, x, y, z, t; positive into the cytosol",
  }),
  fluxFromEr: formula.optional().meta({ description: "Formula of the flux out of the ER (default: `flux`)" }),
  unit: text.optional().meta({ description: "Unit of `flux` and `fluxFromEr`" }),
  states: z.record(text, state).optional().meta({ description: "States of the formulas" }),
  per: z
    .enum(["membrane-area", "cytosol-volume", "er-volume", "cell-volume"])
    .meta({ description: "What the flux counts per: molecules/um^2/s for `membrane-area`, else uM/s" }),
  density: value(
    "lambda: a factor, in x, y, z, t; or, per membrane area, the density of pumps as 1/um^2 of membrane or 1/um^3 of the " +
      "cell, and fluxes are molecules/s",
  ).optional(),
  shape: z.number().positive().optional().meta({
    description:
      "With a density as 1/um^3: membrane area of a unit cell / period^2 (default: that of the result file)",
  }),
  regions: z
    .array(text)
    .min(1)
    .optional()
    .meta({ description: "Homogenized regions where it acts (default: all)" }),
});

const surfaceName = z.union([text, z.int().positive()], {
  error: "expected the name or tag of a physical surface",
});

const condition = fields({
  surface: z
    .union([surfaceName, z.array(surfaceName).min(1)], {
      error: "expected the name or tag of a physical surface, or a list of them",
    })
    .meta({ description: "Physical surface or surfaces by name or tag" }),
  field: text.meta({ description: "c, e, p, or a mobile buffer" }),
  flux: value("Flux into the region, in c, e, p, x, y, z, t", "molecules/um^2/s or uM um/s").optional(),
  concentration: value("Concentration, in x, y, z, t", "uM").optional(),
});

const point = z.tuple([quantity("x"), quantity("y"), quantity("z")]);

/** What a model file holds, as it is written. */
export const modelSchema = fields({
  mesh: text.meta({ description: "Path of the cell's .msh file, relative to the model file" }),
  lengthUnit: z.enum(["um", "nm"]).meta({ description: "Unit of the mesh's coordinates" }),
  units: fields({
    length: z.enum(["um", "nm"]).optional().meta({ description: "Length" }),
    time: z.enum(["s", "ms"]).optional().meta({ description: "Time" }),
    concentration: z.enum(["uM", "nM", "mM"]).optional().meta({ description: "Concentration" }),
  })
    .optional()
    .meta({ description: "Units of numbers and formulas that stand without one" }),
  constants: z
    .record(text, quantity("Value"))
    .optional()
    .meta({ description: "Numbers that every formula may use by name; a number without unit is a pure one" }),
  regions: z
    .record(
      text,
      z.discriminatedUnion("kind", [homogenizedRegion, cytosolRegion], {
        error: "expected kind: homogenized or kind: cytosol",
      }),
    )
    .meta({ description: "Regions of the cell; every physical volume of the mesh belongs to one" }),
  diffusion: fields({
    c: quantity("Of calcium in the cytosol", "um^2/s").optional(),
    e: quantity("Of calcium in the ER", "um^2/s").optional(),
  })
    .optional()
    .meta({ description: "Free diffusion coefficients" }),
  buffers: z.record(text, buffer).optional().meta({ description: "Buffers by name" }),
  ip3: ip3.optional(),
  fluxes: z
    .record(text, flux)
    .optional()
    .meta({ description: "Fluxes through the ER membrane by name; they add up" }),
  boundary: z
    .array(condition)
    .optional()
    .meta({ description: "Conditions on surfaces; where there is none, nothing passes" }),
  initial: z
    .record(text, value("Value"), {
      error: ({ input }) =>
        input === "equilibrium"
          ? "expected named fields: at least one of c and e needs a concentration, for the sum of calcium is free"
          : `${describeFound(input)}expected named fields`,
    })
    .meta({
      description:
        "Fields at the beginning, in x, y, z, or `equilibrium`: c and e, at least one of them a value; p, where it is a " +
        "field; buffers, their bound concentration (default: `equilibrium`)",
    }),
  time: fields({
    end: quantity("End; the beginning is 0", "s"),
    initialStep: quantity("First step", "s").optional(),
    maxStep: quantity("Longest step", "s").optional(),
    tolerances: z
      .record(
        text,
        fields({
          absolute: quantity("Absolute, in the field's unit").optional(),
          relative: z.number().positive().optional().meta({ description: "Relative" }),
        }),
      )
      .optional()
      .meta({ description: "Tolerances by field, buffer, or FLUX.STATE" }),
  }).meta({ description: "Time" }),
  probes: z
    .record(text, point)
    .optional()
    .meta({ description: "Points by name, [x, y, z]: values are written at every step" }),
  output: fields({
    every: quantity("Interval", "s").optional(),
    times: z
      .array(quantity("Time", "s"))
      .min(1)
      .optional()
      .meta({ description: "Times, instead of an interval" }),
    fields: z.array(text).optional().meta({ description: "Fields, buffers, FLUX.STATE (default: all)" }),
  })
    .optional()
    .meta({ description: "What is written (default: everything at the end)" }),
}).meta({ title: "erfem model" });

/** A model file as it is written, with the right fields and types. */
export type ModelInput = z.infer<typeof modelSchema>;

/** A number with its unit, as it is written. */
export type QuantityInput = number | string;

/** A value as it is written. */
export type ValueInput = QuantityInput | { formula: QuantityInput; unit: string };

/** The JSON Schema of model files, for editors and documentation: plain data. */
export function createModelJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(modelSchema);
}
