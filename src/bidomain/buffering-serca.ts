import type { MembraneKind } from "./membrane-kind.js";
import { MembraneValue, type MembraneModel } from "./membrane-model.js";

/**
 * SERCA pumps that hold calcium between binding and release. With the density P of pumps, n = 2 ions each, and the share X
 * of pumps that are loaded, in the two steps  n c + empty <-> loaded <-> empty + n e:
 *
 *   f1 = -n P (kBind c^2 (1 - X) - kUnbind X),   f2 = -n P (kRelease X - kRebind e^2 (1 - X)),
 *   dX/dt = kBind c^2 (1 - X) - kUnbind X - kRelease X + kRebind e^2 (1 - X).
 *
 * So c, e and n P X together are conserved, n P X being calcium per area or volume as the fluxes. In the steady state both
 * fluxes are  -n P (kBind kRelease c^2 - kUnbind kRebind e^2) / (kBind c^2 + kUnbind + kRelease + kRebind e^2): where the
 * last term is small, those of `serca-bidirectional` with V = n P kRelease, Ks^2 = (kUnbind + kRelease) / kBind and
 * Kbar = kUnbind kRebind / (kBind kRelease).
 *
 * Nothing has a default: published rates belong to schemes with more states, and V, Ks, Kbar leave P open.
 *
 * @see Higgins, Cannell and Sneyd, "A buffering SERCA pump in models of calcium dynamics", Biophys. J. 91 (2006) 151, of
 *   whose four states the two with and the two without calcium are one here; (5.6)
 */
export const bufferingSerca: MembraneKind = {
  name: "serca-buffering",
  formula:
    "into the cytosol -2 P (kBind c^2 (1 - X) - kUnbind X), out of the ER -2 P (kRelease X - kRebind e^2 (1 - X))",
  source: "two-state form of Higgins et al. 2006; no defaults",
  basis: null,
  parameters: {
    P: { unit: "flux s", meaning: "pumps, molecules/um^2 or uM" },
    kBind: { unit: "1/(uM^2 s)", meaning: "binding from the cytosol" },
    kUnbind: { unit: "1/s", meaning: "return to the cytosol" },
    kRelease: { unit: "1/s", meaning: "release into the ER" },
    kRebind: { unit: "1/(uM^2 s)", meaning: "binding from the ER" },
  },
  create: createBufferingSerca,
};

/** Calcium ions that one pump holds. */
const IONS = 2;

function createBufferingSerca({
  P,
  kBind,
  kUnbind,
  kRelease,
  kRebind,
}: Readonly<Record<string, number>>): MembraneModel {
  const { c: C, e: E, firstState: X } = MembraneValue;
  const numColumns = MembraneValue.firstState + 1;
  const amount = IONS * P;
  return {
    name: bufferingSerca.name,
    states: [{ name: "X", initial: 0, calcium: amount }],
    usesIp3: false,
    evaluate({ values, fluxes, fluxDerivatives, stateRates, stateRateDerivatives }) {
      const c = values[C];
      const e = values[E];
      const X1 = values[X];
      const empty = 1 - X1;
      const loading = kBind * c * c * empty - kUnbind * X1;
      const release = kRelease * X1 - kRebind * e * e * empty;
      const loadingByC = 2 * kBind * c * empty;
      const loadingByX = -kBind * c * c - kUnbind;
      const releaseByE = -2 * kRebind * e * empty;
      const releaseByX = kRelease + kRebind * e * e;
      fluxes[0] = -amount * loading;
      fluxes[1] = -amount * release;
      fluxDerivatives[C] = -amount * loadingByC;
      fluxDerivatives[X] = -amount * loadingByX;
      fluxDerivatives[numColumns + E] = -amount * releaseByE;
      fluxDerivatives[numColumns + X] = -amount * releaseByX;
      stateRates[0] = loading - release;
      stateRateDerivatives[C] = loadingByC;
      stateRateDerivatives[E] = -releaseByE;
      stateRateDerivatives[X] = loadingByX - releaseByX;
    },
  };
}
