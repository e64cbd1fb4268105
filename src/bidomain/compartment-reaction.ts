import { checkBuffer, type CalciumBuffer } from "./calcium-buffer.js";
import type { CellReaction } from "./cell-reaction.js";
import {
  createEvaluation,
  createImmobileBufferTerm,
  createMobileBufferTerm,
  type ReactionLayout,
  type ReactionTerm,
} from "./reaction-term.js";

/**
 * What happens in a volume that is one compartment alone, cytosol or ER: calcium binds to its buffers, (3.1) - (3.4). The
 * fields are calcium and the mobile buffers by name, the states the immobile ones.
 *
 * @param calcium name of the field of calcium
 * @param buffers of this compartment
 * @throws UsageError `buffer-parameter-invalid`
 */
export function createCompartmentReaction(
  calcium: string,
  buffers: readonly CalciumBuffer[],
): Pick<CellReaction, "fields" | "states" | "evaluate" | "calciumWeights" | "weighStates"> {
  buffers.forEach(checkBuffer);
  const mobile = buffers.filter(({ isMobile = true }) => isMobile);
  const immobile = buffers.filter(({ isMobile = true }) => !isMobile);
  const fields = [calcium, ...mobile.map(({ name }) => name)];
  const states = immobile.map(({ name }) => name);
  const layout: ReactionLayout = {
    numFields: fields.length,
    numStates: states.length,
    c: 0,
    e: -1,
    ip3: -1,
  };
  const terms: readonly ReactionTerm[] = [
    ...mobile.map((buffer, i) => createMobileBufferTerm(layout, buffer, 0, i + 1, 1)),
    ...immobile.map((buffer, i) => createImmobileBufferTerm(layout, buffer, 0, i, 1)),
  ];
  return {
    fields,
    states,
    calciumWeights: new Float64Array(fields.length).fill(1),
    weighStates: (_x, _y, _z, weights) => weights.fill(1),
    evaluate: createEvaluation(terms),
  };
}
