import type { Matrix3 } from "../../src/core/tensor.js";
import type { HomogenizationResult, LengthUnit, PhaseRecord } from "../../src/io/homogenization-result.js";

/** A multiple of diag(1, 2, 3). */
export function diagonal(a: number): Matrix3 {
  return [
    [a, 0, 0],
    [0, 2 * a, 0],
    [0, 0, 3 * a],
  ];
}

/** A phase whose homogenized tensor is diag(1, 2, 3) / 16. */
export function makePhase(volumeFraction: number, factor: Matrix3 | null): PhaseRecord {
  return {
    volumes: [],
    volumeFraction,
    cells: 1,
    nodes: 4,
    dofs: 4,
    components: [],
    diffusion: 0.25,
    homogenized: diagonal(0.0625),
    effective: diagonal(1),
    factor,
    principal: { values: [3, 2, 1], directions: diagonal(1) },
    tortuosity: null,
    correctorIntegral: [0, 0, 0],
    bounds: null,
    solver: { method: "", iterations: [], relativeResidual: [] },
  };
}

/** A unit cell with edges 2, 1, 1 and a membrane of area 3 between its two phases, in mesh units. */
export function makeResult(
  lengthUnit: LengthUnit = "cell",
  { cytosol = makePhase(0.75, diagonal(0.25)), er = makePhase(0.25, diagonal(0.125)) } = {},
): HomogenizationResult {
  return {
    schema: "erfem/homogenization@1",
    mesh: {
      file: null,
      sha256: null,
      format: null,
      nodes: 4,
      cells: 1,
      lengthUnit,
      unitCell: {
        origin: [0, 0, 0],
        vectors: [
          [2, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        source: "periodic",
      },
    },
    membrane: { area: 8, areaPerVolume: 4, pairs: { "ER|cytosol": 3, "ER|outside": 5 } },
    phases: { cytosol, ER: er },
    timings: {},
    warnings: [],
  };
}
