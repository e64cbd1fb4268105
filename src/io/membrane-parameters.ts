/** What a model file must know of a built-in membrane model; its equations are in `src/bidomain`. */
export interface MembraneSignature {
  /** Unit of every parameter, where `flux` stands for the unit of the flux, and whether it must be above 0. */
  readonly parameters: Readonly<
    Record<string, { readonly unit: string; readonly isPositive?: boolean; readonly isRequired?: boolean }>
  >;
  readonly states: readonly string[];
  readonly usesIp3: boolean;
}

/**
 * The built-in membrane models by name. Parameters whose unit has `flux` must be given: a published value holds for one
 * basis, per area or per a volume, and is wrong by orders of magnitude for another.
 */
export const membraneSignatures: ReadonlyMap<string, MembraneSignature> = new Map<string, MembraneSignature>([
  [
    "serca-hill",
    {
      parameters: {
        V: { unit: "flux", isRequired: true },
        K: { unit: "uM", isPositive: true },
        n: { unit: "1", isPositive: true },
      },
      states: [],
      usesIp3: false,
    },
  ],
  [
    "serca-bidirectional",
    {
      parameters: {
        V: { unit: "flux", isRequired: true },
        Kbar: { unit: "1" },
        Ks: { unit: "uM", isPositive: true },
      },
      states: [],
      usesIp3: false,
    },
  ],
  [
    "serca-buffering",
    {
      parameters: {
        P: { unit: "flux s", isRequired: true },
        kBind: { unit: "1/(uM^2 s)", isRequired: true },
        kUnbind: { unit: "1/s", isRequired: true },
        kRelease: { unit: "1/s", isRequired: true },
        kRebind: { unit: "1/(uM^2 s)", isRequired: true },
      },
      states: ["X"],
      usesIp3: false,
    },
  ],
  ["leak", { parameters: { L: { unit: "flux/uM", isRequired: true } }, states: [], usesIp3: false }],
  [
    "ip3-receptor",
    {
      parameters: {
        kf: { unit: "flux/uM", isRequired: true },
        d1: { unit: "uM", isPositive: true },
        d2: { unit: "uM" },
        d3: { unit: "uM", isPositive: true },
        d5: { unit: "uM", isPositive: true },
        a2: { unit: "1/(uM s)" },
      },
      states: ["h"],
      usesIp3: true,
    },
  ],
  [
    "ryanodine-receptor",
    {
      parameters: {
        nu: { unit: "flux/uM", isRequired: true },
        Ka: { unit: "uM", isPositive: true },
        Kb: { unit: "uM", isPositive: true },
        Kc: { unit: "1", isPositive: true },
        kcMinus: { unit: "1/s" },
      },
      states: ["w"],
      usesIp3: false,
    },
  ],
]);
