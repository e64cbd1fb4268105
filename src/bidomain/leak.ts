import type { MembraneKind } from "./membrane-kind.js";
import { MembraneValue, setExchange } from "./membrane-model.js";

/**
 * Passive leak:  f = L (e - c).
 *
 * Default L: r_L of De Pitta et al. for the model of Li and Rinzel, per volume of ER.
 *
 * @see Li and Rinzel, J. Theor. Biol. 166 (1994) 461; De Pitta et al. (2008), arXiv:0806.2373
 */
export const leak: MembraneKind = {
  name: "leak",
  formula: "L (e - c)",
  source: "Li and Rinzel 1994, parameter of De Pitta et al., arXiv:0806.2373, L in 1/s per volume of ER",
  basis: "er",
  parameters: { L: { default: 0.11, unit: "flux/uM", meaning: "permeability" } },
  create: ({ L }) => ({
    name: leak.name,
    states: [],
    usesIp3: false,
    evaluate(point) {
      const difference = point.values[MembraneValue.e] - point.values[MembraneValue.c];
      setExchange(point, L * difference, -L, L, 0);
    },
  }),
};
