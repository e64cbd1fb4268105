import { z } from "zod";
import { count, matrix, number, tensorUnit, told, vector } from "./result-fields.js";

/** Tensors of boundary conditions that leave entries undefined have null there. */
const looseVector = z.tuple([number.nullable(), number.nullable(), number.nullable()]);
const looseMatrix = z.tuple([looseVector, looseVector, looseVector]);

const interval = z.tuple([number, number]);
const intervalRow = z.tuple([interval, interval, interval]);

const solver = z.strictObject({
  method: told(z.string(), "Linear solver"),
  iterations: told(z.array(count), "Iterations for each of the three right-hand sides"),
  relativeResidual: told(
    z.array(number),
    "||B_k - K chi_k|| / ||B_k|| for each of them, recomputed from the solution",
  ),
});

const mesh = z.strictObject({
  file: told(z.string().nullable(), "File name; null where the mesh did not come from a file"),
  sha256: told(z.string().nullable(), "SHA-256 of the file as stored, hexadecimal"),
  format: told(z.string().nullable(), "`msh 4.1 binary` and the like"),
  nodes: told(count, "Nodes"),
  cells: told(count, "Tetrahedra"),
  lengthUnit: told(
    z.enum(["cell", "nm", "um"]),
    "Unit of the coordinates; `cell` where they have none and only ratios count",
  ),
  unitCell: told(
    z.strictObject({
      origin: told(vector, "Lowest corner", "mesh unit"),
      vectors: told(matrix, "Lattice vectors by rows", "mesh unit"),
      source: told(z.enum(["periodic", "bounding-box", "given"]), "Where it comes from"),
    }),
    "The unit cell Y",
  ),
});

const membrane = z.strictObject({
  area: told(number, "int_Gamma dG per unit cell", "mesh unit^2"),
  areaPerVolume: told(number, "area / |Y|", "1/mesh unit"),
  pairs: told(
    z.record(z.string(), number),
    "Area for each pair of phases, `ER|cytosol`; `X|void` where one phase only is meshed (a single phase may therefore not be " +
      "called `void`); `|` and `\\` inside a name are written `\\|` and `\\\\`",
    "mesh unit^2",
  ),
});

const boundary = z.strictObject({
  kind: told(z.enum(["dirichlet", "flux", "mixed", "mirror"]), "Condition on the outer faces"),
  quantity: told(z.string(), "What the tensors are, in words"),
  certified: told(z.literal(false), "Tensors of such a cell are no bounds of the periodic one's"),
});

const tied = z.strictObject({
  kind: told(z.literal("tie"), "Faces coupled where they overlap"),
  mismatch: told(
    z.record(z.string(), number),
    "For each phase the share of its area on a face of Y that has another phase, or nothing, opposite to it: the largest " +
      "of the three directions",
  ),
  certified: told(z.literal(false), "Correctors of tied faces are no bounds"),
});

const bounds = z.strictObject({
  lower: told(matrix, "L <= a~ as quadratic forms", tensorUnit),
  upper: told(matrix, "U >= a~ as quadratic forms", tensorUnit),
  relativeGap: told(number, "||U - L||_2 / ||U||_2, 0 for a zero tensor"),
  entries: told(
    z.tuple([intervalRow, intervalRow, intervalRow]),
    "3x3 intervals [smallest, largest] of the entries of a~",
    tensorUnit,
  ),
  gap: told(
    matrix,
    "U - L before room for quadrature and round-off: the sum of the cell indicators as a form",
    tensorUnit,
  ),
  quadratureChange: told(
    number,
    "Relative uncertainty of the cell means of a coefficient that varies, included in L and U",
  ),
  classical: told(
    z.strictObject({
      voigt: told(matrix, "1/|Y| int a dy >= a~", tensorUnit),
      reuss: told(matrix, "(1/|Y| int a^-1 dy)^-1 <= a~ for a phase that fills Y, else zero", tensorUnit),
      hashinShtrikman: told(
        number.nullable(),
        "2 gamma / (3 - gamma) a >= tr(a~) / 3 for one scalar a, else null",
        tensorUnit,
      ),
    }),
    "Bounds that need no solution",
  ),
  facets: told(count, "Unknowns of the lower bound: facets, periodic images once"),
  solver: told(solver, "How the systems of the lower bound were solved"),
});

const diffusion = z.union([number, matrix, z.string()]);

const component = z.strictObject({
  cells: told(count, "Tetrahedra"),
  volumeFraction: told(number, "Volume / |Y|"),
  percolates: told(z.tuple([z.boolean(), z.boolean(), z.boolean()]), "Lattice directions that it spans"),
});

const phase = z.strictObject({
  volumes: told(z.array(z.string()), "Physical volumes of the phase"),
  volumeFraction: told(number, "gamma = |Omega| / |Y|"),
  cells: told(count, "Tetrahedra"),
  nodes: told(count, "Nodes"),
  dofs: told(count, "Unknowns: nodes, periodic images once"),
  components: told(z.array(component), "Facet-connected components, largest first"),
  diffusion: told(
    z.union([diffusion, z.record(z.string(), diffusion)]),
    "a: a number, a tensor, the formula of one that varies, or one of these for each volume",
    tensorUnit,
  ).meta({ title: "number, 3x3, text, or one of these by volume" }),
  homogenized: told(
    looseMatrix,
    "a~ of (2.25) from P1, an upper bound of the exact tensor on the mesh",
    tensorUnit,
  ),
  effective: told(looseMatrix, "Effective diffusion coefficient a~ / gamma", tensorUnit),
  factor: told(looseMatrix.nullable(), "a~ / a for one scalar a, else null"),
  principal: told(
    z.strictObject({
      values: told(looseVector, "Principal values of a~, descending", tensorUnit),
      directions: told(looseMatrix, "Their directions, by rows"),
    }),
    "Principal axes of a~",
  ),
  tortuosity: told(
    z.array(number.nullable()).nullable(),
    "gamma a / a~_kk for one scalar a, null in directions that do not conduct; else null",
  ),
  correctorIntegral: told(looseVector, "1/|Y| int chi_k dy; zeros for symmetric cells", "mesh unit"),
  bounds: told(bounds.nullable(), "With `--bounds`, else null"),
  solver: told(solver, "How the cell problems were solved"),
});

/** The result file of `erfem homogenize`. */
export const homogenizationSchema = z
  .strictObject({
    schema: told(z.literal("erfem/homogenization@1"), "Kind and version of the file"),
    parameters: told(
      z.record(z.string(), number),
      "In the folder of a sweep: value of each varied parameter",
    ).optional(),
    mesh: told(mesh, "The mesh"),
    membrane: told(membrane, "The membrane Gamma between the phases"),
    boundary: told(
      boundary,
      "Absent for periodic faces; tensors that are not defined have null entries",
    ).optional(),
    periodic: told(tied, "Absent where opposite faces match node by node").optional(),
    phases: told(z.record(z.string(), phase), "What was computed, by phase"),
    timings: told(z.record(z.string(), number), "Wall time by step", "s"),
    warnings: told(z.array(z.string()), "What a reader of the numbers should know"),
  })
  .meta({ title: "erfem result" });
