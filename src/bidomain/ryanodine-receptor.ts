import type { MembraneKind } from "./membrane-kind.js";
import { MembraneValue, setExchange, setExchangeByState, type MembraneModel } from "./membrane-model.js";

/**
 * Ryanodine receptors after Keizer and Levine, with the share w of channels that have not adapted:
 *
 *   f = nu P (e - c),   P = w (1 + (c/Kb)^3) / S,   S = 1 + (Ka/c)^4 + (c/Kb)^3,
 *   dw/dt = kcMinus (1 - w / w_inf),   w_inf = S / (S + 1/Kc).
 *
 * This is the scheme C1 <-> O1 (ka+ c^4, ka-), O1 <-> O2 (kb+ c^3, kb-), O1 <-> C2 (kc+, kc-) with the first two in
 * equilibrium, w = 1 - C2, Ka^4 = ka- / ka+, Kb^3 = kb- / kb+, Kc = kc- / kc+. Evaluated with S c^4, which has no pole at
 * c = 0.
 *
 * @see Keizer and Levine, "Ryanodine receptor adaptation and Ca2+-induced Ca2+ release-dependent Ca2+ oscillations",
 *   Biophys. J. (1996), BioModels BIOMD0000000060: ka 28.8 and 1500, kb 385.9 and 1500, kc 0.1 and 1.75, in s and uM. Default
 *   values: table 1 of PMC2519179, a model of a whole smooth muscle cell, whose nu is to be fitted to the cell at hand (it
 *   prints uM as unit of Kc, a ratio of two rates)
 */
export const ryanodineReceptor: MembraneKind = {
  name: "ryanodine-receptor",
  formula: "nu w (1 + (c/Kb)^3) / (1 + (Ka/c)^4 + (c/Kb)^3) (e - c)",
  source:
    "Keizer and Levine 1996, parameters of PMC2519179, table 1, nu in 1/s of a whole cell: fit it to yours",
  basis: "cell",
  parameters: {
    nu: { default: 12, unit: "flux/uM", meaning: "permeability with all channels open" },
    Ka: { default: 0.3722, unit: "uM", meaning: "c of first opening", isPositive: true },
    Kb: { default: 0.636, unit: "uM", meaning: "c of further opening", isPositive: true },
    Kc: {
      default: 0.0571,
      unit: "1",
      meaning: "ratio of the rates out of and into adaptation",
      isPositive: true,
    },
    kcMinus: { default: 0.1, unit: "1/s", meaning: "rate out of adaptation" },
  },
  create: createRyanodineReceptor,
};

/** w_inf at rest, c = 0.1 uM, with the default values. */
const INITIAL_W = 0.92;

function createRyanodineReceptor({
  nu,
  Ka,
  Kb,
  Kc,
  kcMinus,
}: Readonly<Record<string, number>>): MembraneModel {
  const { c: C, e: E, firstState: W } = MembraneValue;
  return {
    name: ryanodineReceptor.name,
    states: [{ name: "w", initial: INITIAL_W, calcium: 0 }],
    usesIp3: false,
    evaluate(point) {
      const { values, stateRates, stateRateDerivatives } = point;
      const c = values[C];
      const w = values[W];
      const difference = values[E] - c;
      const cubed = c ** 3;
      const fourth = cubed * c;
      const ratio = cubed / Kb ** 3;
      // open = c^4 (1 + (c/Kb)^3), sum = c^4 S.
      const open = fourth * (1 + ratio);
      const openByC = cubed * (4 + 7 * ratio);
      const sum = open + Ka ** 4;
      const share = open / sum;
      const shareByC = (openByC * Ka ** 4) / (sum * sum);
      const byC = nu * w * (shareByC * difference - share);
      setExchange(point, nu * w * share * difference, byC, nu * w * share, 0);
      setExchangeByState(point, 0, nu * share * difference);

      // 1 / w_inf = 1 + c^4 / (Kc sum)
      const inverse = 1 + fourth / (Kc * sum);
      const inverseByC = (4 * cubed * sum - fourth * openByC) / (Kc * sum * sum);
      stateRates[0] = kcMinus * (1 - w * inverse);
      stateRateDerivatives[C] = -kcMinus * w * inverseByC;
      stateRateDerivatives[W] = -kcMinus * inverse;
    },
  };
}
