import type { MembraneKind } from "./membrane-kind.js";
import { MembraneValue, setExchange, setExchangeByState, type MembraneModel } from "./membrane-model.js";

/**
 * IP3 receptors after Li and Rinzel, with the concentration p of IP3 and the share h of subunits that calcium does not
 * inactivate:
 *
 *   f = kf (m n h)^3 (e - c),   m = p / (p + d1),   n = c / (c + d5),
 *   dh/dt = a2 (d2 (p + d1) / (p + d3) (1 - h) - c h).
 *
 * Default kf: r_C of De Pitta et al., per volume of ER.
 *
 * @see Li and Rinzel, J. Theor. Biol. 166 (1994) 461; De Pitta et al. (2008), arXiv:0806.2373
 */
export const ip3Receptor: MembraneKind = {
  name: "ip3-receptor",
  formula: "kf (m n h)^3 (e - c), m = p / (p + d1), n = c / (c + d5)",
  source: "Li and Rinzel 1994, parameters of De Pitta et al., arXiv:0806.2373, kf in 1/s per volume of ER",
  basis: "er",
  parameters: {
    kf: { default: 6, unit: "flux/uM", meaning: "permeability with all channels open" },
    d1: { default: 0.13, unit: "uM", meaning: "dissociation of IP3", isPositive: true },
    d2: { default: 1.049, unit: "uM", meaning: "dissociation of inactivating calcium" },
    d3: { default: 0.9434, unit: "uM", meaning: "dissociation of IP3, inactivated", isPositive: true },
    d5: { default: 0.08234, unit: "uM", meaning: "dissociation of activating calcium", isPositive: true },
    a2: { default: 0.2, unit: "1/(uM s)", meaning: "binding of inactivating calcium" },
  },
  create: createIp3Receptor,
};

/** h at rest without IP3: d2 d1 / d3 / (d2 d1 / d3 + c) at c = 0.1 uM with the default values. */
const INITIAL_H = 0.59;

function createIp3Receptor({ kf, d1, d2, d3, d5, a2 }: Readonly<Record<string, number>>): MembraneModel {
  const { c: C, p: P, firstState: H } = MembraneValue;
  return {
    name: ip3Receptor.name,
    states: [{ name: "h", initial: INITIAL_H, calcium: 0 }],
    usesIp3: true,
    evaluate(point) {
      const { values, stateRates, stateRateDerivatives } = point;
      const c = values[C];
      const p = values[P];
      const h = values[H];
      const difference = values[MembraneValue.e] - c;
      const m = p / (p + d1);
      const n = c / (c + d5);
      const mByP = d1 / (p + d1) ** 2;
      const nByC = d5 / (c + d5) ** 2;
      const share = m * n * h;
      const open = kf * share ** 3;
      const openByShare = 3 * kf * share * share * difference;
      setExchange(
        point,
        open * difference,
        openByShare * m * nByC * h - open,
        open,
        openByShare * mByP * n * h,
      );
      setExchangeByState(point, 0, openByShare * m * n);

      const threshold = (d2 * (p + d1)) / (p + d3);
      const thresholdByP = (d2 * (d3 - d1)) / (p + d3) ** 2;
      stateRates[0] = a2 * (threshold * (1 - h) - c * h);
      stateRateDerivatives[C] = -a2 * h;
      stateRateDerivatives[P] = a2 * thresholdByP * (1 - h);
      stateRateDerivatives[H] = -a2 * (threshold + c);
    },
  };
}
