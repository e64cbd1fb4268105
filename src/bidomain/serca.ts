import type { MembraneKind } from "./membrane-kind.js";
import { MembraneValue, setExchange, type MembraneModel } from "./membrane-model.js";

/**
 * SERCA pumps without states, uptake of Hill form:  f = -V c^n / (K^n + c^n).
 *
 * Default V and K: v_ER and K_ER of De Pitta et al. for the model of Li and Rinzel, per volume of cytosol.
 *
 * @see Li and Rinzel, J. Theor. Biol. 166 (1994) 461; De Pitta et al. (2008), arXiv:0806.2373
 */
export const sercaHill: MembraneKind = {
  name: "serca-hill",
  formula: "-V c^n / (K^n + c^n)",
  source:
    "Li and Rinzel 1994, parameters of De Pitta et al., arXiv:0806.2373, V in uM/s per volume of cytosol",
  basis: "cytosol",
  parameters: {
    V: { default: 0.9, unit: "flux", meaning: "largest uptake" },
    K: { default: 0.1, unit: "uM", meaning: "c of half the largest uptake", isPositive: true },
    n: { default: 2, unit: "1", meaning: "Hill coefficient", isPositive: true },
  },
  create: ({ V, K, n }) => createSercaHill(V, K, n),
};

/**
 * SERCA pumps without states that run backwards where the ER is full:
 *
 *   f = -V (c^2 - Kbar e^2) / (c^2 + Ks^2),   zero where c / e = sqrt(Kbar).
 *
 * @see Higgins, Cannell and Sneyd, Biophys. J. 91 (2006) 151; Sneyd et al., PNAS 114 (2017) 1456, from whose published
 *   programs the defaults are, per volume of cytosol
 */
export const sercaBidirectional: MembraneKind = {
  name: "serca-bidirectional",
  formula: "-V (c^2 - Kbar e^2) / (c^2 + Ks^2)",
  source:
    "Higgins et al. 2006, parameters of programs that follow Sneyd et al. 2017, V in uM/s per volume of cytosol",
  basis: "cytosol",
  parameters: {
    V: { default: 0.9, unit: "flux", meaning: "largest uptake" },
    Kbar: { default: 1.5e-5, unit: "1", meaning: "(c/e)^2 where the pump stands still" },
    Ks: { default: 0.2, unit: "uM", meaning: "c of half the largest uptake", isPositive: true },
  },
  create: ({ V, Kbar, Ks }) => createSercaBidirectional(V, Kbar, Ks),
};

function createSercaHill(V: number, K: number, n: number): MembraneModel {
  const threshold = K ** n;
  return {
    name: sercaHill.name,
    states: [],
    usesIp3: false,
    evaluate(point) {
      const c = point.values[MembraneValue.c];
      const power = c ** n;
      const sum = threshold + power;
      // c^n and its derivative n c^(n-1): written so that c = 0 needs no quotient 0/0.
      setExchange(point, (-V * power) / sum, (-V * threshold * n * c ** (n - 1)) / (sum * sum), 0, 0);
    },
  };
}

function createSercaBidirectional(V: number, Kbar: number, Ks: number): MembraneModel {
  return {
    name: sercaBidirectional.name,
    states: [],
    usesIp3: false,
    evaluate(point) {
      const c = point.values[MembraneValue.c];
      const e = point.values[MembraneValue.e];
      const sum = c * c + Ks * Ks;
      const byC = (-2 * V * c * (Ks * Ks + Kbar * e * e)) / (sum * sum);
      setExchange(point, (-V * (c * c - Kbar * e * e)) / sum, byC, (2 * V * Kbar * e) / sum, 0);
    },
  };
}
