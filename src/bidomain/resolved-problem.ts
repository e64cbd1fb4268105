import type { Kernel } from "../kernel/kernel.js";
import { CalciumTotal, type CalciumWeights } from "./calcium-total.js";
import { createCellReaction } from "./cell-reaction.js";
import { createCompartmentReaction } from "./compartment-reaction.js";
import { createMacroscopicProblem, type MacroscopicProblem } from "./macroscopic-problem.js";
import type { RegionOptions } from "./problem-options.js";
import type { ResolvedModel } from "./resolve-options.js";
import type { ResolvedBlock } from "./resolved-block.js";
import {
  isotropic,
  listSlabFields,
  mobileBuffers,
  requireDiffusion,
  scaleMembranes,
} from "./resolved-model.js";
import type { ResolvedPhase, ResolvedUnitCell } from "./resolved-unit-cell.js";

/** The resolved model on a block. */
export interface ResolvedProblem {
  readonly problem: MacroscopicProblem;
  readonly calcium: CalciumTotal;
}

/**
 * The resolved model: c in the cytosol and the slab, e in the ER, buffers in theirs, and epsilon lambda f on the membrane.
 *
 * @throws UsageError of {@link createMacroscopicProblem}, {@link createCellReaction}, {@link listSlabFields}
 * @see Goel, Sneyd and Friedman (2006), equations (2.1), (2.2), (3.1) - (3.6), (4.1)
 */
export async function createResolvedProblem(
  kernel: Kernel,
  unit: ResolvedUnitCell,
  block: ResolvedBlock,
  model: ResolvedModel,
): Promise<ResolvedProblem> {
  const { buffers = [] } = model;
  const reactionOf = (compartment: "cytosol" | "er") =>
    createCompartmentReaction(
      compartment === "er" ? "e" : "c",
      buffers.filter((buffer) => buffer.compartment === compartment),
    );
  const inCytosol = reactionOf("cytosol");
  const inEr = reactionOf("er");
  const hasBuffer = (compartment: string): boolean =>
    buffers.some((buffer) => buffer.compartment === compartment);
  const regionsOf = ({ volumes, tensor }: ResolvedPhase, compartment: "cytosol" | "er"): RegionOptions[] =>
    volumes.map((volume) => ({
      volume,
      fields: [
        {
          name: compartment === "er" ? "e" : "c",
          capacity: 1,
          tensor: typeof tensor === "function" ? (cell: number) => tensor(block.unitCellOf[cell]) : tensor,
        },
        ...mobileBuffers(model, compartment).map((buffer) => ({
          name: buffer.name,
          capacity: 1,
          tensor: isotropic(requireDiffusion(buffer)),
        })),
      ],
      ...(hasBuffer(compartment) && { reaction: compartment === "er" ? inEr : inCytosol }),
    }));
  const regions = [...regionsOf(unit.cytosol, "cytosol"), ...regionsOf(unit.er, "er")];
  const reactions: CalciumWeights[] = [
    ...unit.cytosol.volumes.map(() => inCytosol),
    ...unit.er.volumes.map(() => inEr),
  ];
  if (block.slabVolume !== null) {
    regions.push({
      volume: block.slabVolume,
      fields: listSlabFields(unit, model),
      ...(hasBuffer("cytosol") && { reaction: inCytosol }),
    });
    reactions.push(inCytosol);
  }
  // Fractions do not matter: fluxes and states count per thickness of the membrane.
  const membrane = await createCellReaction({
    cytosolFraction: 0.5,
    erFraction: 0.5,
    membranes: scaleMembranes(model, 1),
    ...(model.ip3 !== undefined && { ip3: { concentration: model.ip3 } }),
  });
  const { mesh, nodeOf, membraneFacets: facets, epsilon } = block;
  const problem = createMacroscopicProblem(kernel, {
    mesh,
    nodeOf,
    regions,
    membranes: [{ name: "membrane", facets, thickness: epsilon, reaction: membrane }],
  });
  return { problem, calcium: new CalciumTotal(problem, [...reactions, membrane]) };
}
