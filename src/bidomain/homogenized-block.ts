import { UsageError } from "../core/errors.js";
import type { Matrix3 } from "../core/tensor.js";
import type { Kernel } from "../kernel/kernel.js";
import { createBoxGrid, type BoxGrid } from "../mesh/box-grid.js";
import { createCellReaction } from "./cell-reaction.js";
import { createMacroscopicProblem, type MacroscopicProblem } from "./macroscopic-problem.js";
import type { RegionField, RegionOptions } from "./problem-options.js";
import type { ResolvedModel } from "./resolve-options.js";
import { listSlabFields, mobileBuffers, requireDiffusion, scaleMembranes } from "./resolved-model.js";
import type { ResolvedPhase, ResolvedUnitCell } from "./resolved-unit-cell.js";

/** The grid of the macroscopic model of a block. */
export interface HomogenizedBlockOptions {
  /** n x n x n copies; else the solution depends on x only, and y and z are periodic. */
  readonly isCube: boolean;
  /** um. */
  readonly length: number;
  /** um. */
  readonly slabLength: number;
  /** Along the block. */
  readonly cells: number;
}

/** The macroscopic model of a block. */
export interface HomogenizedBlock {
  readonly problem: MacroscopicProblem;
  readonly grid: BoxGrid;
  /** Node of the problem of each node of the grid. */
  readonly nodeOf: Int32Array;
  /** Intervals of the first axis in the slab. */
  readonly numSlabCells: number;
}

const BLOCK = "block";
const SLAB = "slab";

/**
 * The macroscopic model with the tensors of the unit cell's mesh: (2.27) and (2.28) in the block, plain diffusion in the slab,
 * (4.3) and (4.4) between them.
 *
 * @throws UsageError of {@link createMacroscopicProblem}, {@link createCellReaction}, {@link listSlabFields};
 *   `buffer-needs-constant-diffusion` for a buffer that moves where the factor of its phase is not known
 */
export async function createHomogenizedBlock(
  kernel: Kernel,
  unit: ResolvedUnitCell,
  model: ResolvedModel,
  options: HomogenizedBlockOptions,
): Promise<HomogenizedBlock> {
  const { isCube, length, slabLength, cells } = options;
  const step = length / cells;
  const numSlabCells = slabLength > 0 ? Math.max(2, Math.ceil(slabLength / step)) : 0;
  const along = Float64Array.from({ length: numSlabCells + cells + 1 }, (_, i) =>
    i < numSlabCells ? slabLength * (i / numSlabCells - 1) : ((i - numSlabCells) / cells) * length,
  );
  const { vectors } = unit.periodic.unitCell;
  const across = [1, 2].map((k) => {
    const width = (length * vectors[k][k]) / vectors[0][0];
    const count = isCube ? cells : 1;
    return Float64Array.from({ length: count + 1 }, (_, i) => (width * i) / count);
  });
  const volumes = slabLength > 0 ? [BLOCK, SLAB] : [BLOCK];
  const grid = createBoxGrid([along, across[0], across[1]], volumes, (i) => (i < numSlabCells ? 1 : 0));
  const { numNodes } = grid.mesh;
  const nodeOf = Int32Array.from({ length: numNodes }, (_, node) => (isCube ? node : node % along.length));
  const { cytosol, er } = unit;
  const fieldsOf = (phase: ResolvedPhase, compartment: "cytosol" | "er"): RegionField[] => [
    {
      name: compartment === "er" ? "e" : "c",
      capacity: phase.volumeFraction,
      tensor: phase.homogenized,
    },
    ...mobileBuffers(model, compartment).map((buffer) => ({
      name: buffer.name,
      capacity: phase.volumeFraction,
      tensor: scale(requireFactor(phase, buffer.name), requireDiffusion(buffer)),
    })),
  ];
  const regions: RegionOptions[] = [
    {
      volume: BLOCK,
      fields: [...fieldsOf(cytosol, "cytosol"), ...fieldsOf(er, "er")],
      reaction: await createCellReaction({
        cytosolFraction: cytosol.volumeFraction,
        erFraction: er.volumeFraction,
        membranes: scaleMembranes(model, unit.membraneFactor),
        buffers: model.buffers,
        ...(model.ip3 !== undefined && { ip3: { concentration: model.ip3 } }),
      }),
    },
  ];
  if (slabLength > 0) {
    const buffers = (model.buffers ?? []).filter(({ compartment }) => compartment === "cytosol");
    regions.push({
      volume: SLAB,
      fields: listSlabFields(unit, model),
      reaction: await createCellReaction({ cytosolFraction: 1, buffers }),
    });
  }
  const problem = createMacroscopicProblem(kernel, { mesh: grid.mesh, nodeOf, regions });
  return { problem, grid, nodeOf, numSlabCells };
}

function requireFactor({ name, factor }: ResolvedPhase, buffer: string): Matrix3 {
  if (factor !== null) return factor;
  throw new UsageError(
    "buffer-needs-constant-diffusion",
    `the buffer "${buffer}" moves in "${name}", whose diffusion is not one constant number: the tensor of the buffer is not ` +
      "known from that of calcium; give one number for the phase, or a buffer that does not move",
    { details: { buffer, phase: name } },
  );
}

function scale(a: Matrix3, factor: number): Matrix3 {
  const row = (i: number): [number, number, number] => [factor * a[i][0], factor * a[i][1], factor * a[i][2]];
  return [row(0), row(1), row(2)];
}
