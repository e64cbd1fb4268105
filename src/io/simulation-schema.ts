import { z } from "zod";
import { count, matrix, number, told } from "./result-fields.js";
import type { SimulationResult } from "./simulation-result.js";

const file = {
  file: told(z.string(), "File name"),
  sha256: told(z.string(), "SHA-256, hexadecimal"),
};

const compartment = z.strictObject({
  volumeFraction: told(number, "gamma"),
  tensor: told(
    matrix.nullable(),
    "a~ or b~ of calcium in the axes of the cell; null where it differs from cell to cell",
    "um^2/s",
  ),
});

const region = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: told(z.literal("homogenized"), "Cytosol and ER in every point, or `cytosol` alone"),
    volume: told(number, "Volume", "um^3"),
    cytosol: told(compartment, "Cytosol of a homogenized region"),
    er: told(compartment, "ER of a homogenized region, as `cytosol`"),
    areaPerVolume: told(
      number.nullable(),
      "Membrane area per volume of the cell; null where no flux needs it",
      "1/um",
    ),
  }),
  z.strictObject({
    kind: z.literal("cytosol"),
    volume: told(number, "Volume", "um^3"),
    diffusion: told(number, "Of calcium in a region of plain cytosol", "um^2/s"),
  }),
]);

const spread = z.strictObject({
  mean: told(number, "Mean over the cell"),
  min: told(number, "Least"),
  max: told(number, "Largest"),
});

const calciumUnit = "uM um^3";

/** `simulation.json` of `erfem simulate`. */
export const simulationSchema = z
  .strictObject({
    schema: told(z.literal("erfem/simulation@1"), "Kind and version of the file"),
    model: told(z.strictObject(file), "Model file"),
    mesh: told(
      z.strictObject({ ...file, nodes: told(count, "Nodes"), cells: told(count, "Tetrahedra") }),
      "Mesh of the cell",
    ),
    results: told(z.array(z.strictObject(file)), "Result files of `erfem homogenize` that the model names"),
    regions: told(z.record(z.string(), region), "Regions of the cell"),
    end: told(number, "End", "s"),
    values: told(
      z.record(
        z.string(),
        z.strictObject({
          unit: told(z.string(), "Unit of the numbers"),
          initial: told(spread, "At the beginning"),
          final: told(spread, "At the end, as `initial`"),
        }),
      ),
      "Fields and states",
    ),
    calcium: told(
      z.strictObject({
        initial: told(number, "At the beginning", calciumUnit),
        final: told(number, "At the end", calciumUnit),
        inflow: told(number, "What came in through surfaces", calciumUnit),
        balance: told(number, "(final - initial - inflow) / initial"),
        worstBalance: told(number, "Largest |balance| after a step"),
      }),
      "Calcium in all forms",
    ),
    inflow: told(
      z.record(z.string(), number),
      "What came in through each boundary condition, `surface.field`",
      calciumUnit,
    ),
    steps: told(
      z.strictObject({
        accepted: told(count, "Accepted"),
        rejectedForError: told(count, "Rejected because the error was too large"),
        rejectedForNewton: told(count, "Rejected because Newton's method did not converge"),
        rejectedForSign: told(count, "Rejected because a concentration became negative"),
        undershoots: told(count, "Accepted with a concentration below minus its tolerance"),
      }),
      "Steps in time",
    ),
    solver: told(
      z.strictObject({
        newtonMedian: told(number, "Newton iterations of a stage, median"),
        newtonMost: told(number, "Most of them"),
        krylovMedian: told(number, "Krylov iterations of a linear system, median"),
        krylovMost: told(number, "Most of them"),
        linearSystems: told(count, "Linear systems"),
        krylovTotal: told(count, "Krylov iterations of all of them"),
        setups: told(count, "Preconditioners made"),
      }),
      "Cost",
    ),
    positiveStiffness: told(
      z.record(z.string(), count),
      "Pairs of nodes with a positive stiffness entry, by field: without any, diffusion keeps concentrations positive",
    ),
    snapshots: told(
      z.array(z.strictObject({ time: told(number, "Time", "s"), file: told(z.string(), "VTU file") })),
      "Snapshots",
    ),
    seconds: told(number, "Wall time of all sessions", "s"),
    warnings: told(z.array(z.string()), "What a reader of the numbers should know"),
  })
  .meta({ title: "erfem simulation" }) satisfies z.ZodType<SimulationResult>;
