import type { FieldFault } from "./field-faults.js";
import {
  placeVariables,
  type Ip3Model,
  type MembraneFlux,
  type ModelBuffer,
  type ModelRegion,
  type SurfaceCondition,
} from "./model.js";
import { readOwnResult } from "./model-own-results.js";
import type { ModelInput } from "./model-schema.js";
import { readQuantity, readValue, refuseName, type ModelNotes } from "./model-values.js";
import { formatPath } from "./field-error.js";

/** Names of what a model computes. */
export interface ModelNames {
  /** c, e where there is ER, p where IP3 is a field. */
  readonly free: readonly string[];
  readonly mobileBuffers: readonly string[];
  readonly immobileBuffers: readonly string[];
  /** `flux.state`. */
  readonly states: readonly string[];
}

/** Names that no buffer can have. */
const reservedNames: ReadonlySet<string> = new Set(["c", "e", "p"]);

/** The names of what the parts of a model compute. */
export function listNames(
  regions: readonly ModelRegion[],
  buffers: readonly ModelBuffer[],
  ip3: Ip3Model | undefined,
  fluxes: readonly MembraneFlux[],
): ModelNames {
  const hasEr = regions.some(({ kind }) => kind === "homogenized");
  const isMobile = ({ diffusion }: ModelBuffer): boolean => diffusion !== 0;
  return {
    free: ["c", ...(hasEr ? ["e"] : []), ...(ip3?.kind === "field" ? ["p"] : [])],
    mobileBuffers: buffers.filter(isMobile).map(({ name }) => name),
    immobileBuffers: buffers.filter((buffer) => !isMobile(buffer)).map(({ name }) => name),
    states: fluxes.flatMap((flux) =>
      (flux.kind === "built-in" ? Object.keys(flux.initial) : flux.states.map((state) => state.name)).map(
        (state) => `${flux.name}.${state}`,
      ),
    ),
  };
}

/**
 * The buffers, in the order of the file.
 * @param homogenized names of the homogenized regions
 */
export function readBuffers(
  { buffers = {} }: ModelInput,
  homogenized: readonly string[],
  notes: ModelNotes,
): readonly ModelBuffer[] {
  return Object.entries(buffers).map(([name, input]) => {
    const path = ["buffers", name];
    if (reservedNames.has(name)) {
      const message = `a buffer cannot have the name of a field: ${[...reservedNames].join(", ")}`;
      notes.faults.push({ path, message, isName: true });
    }
    if (input.in === "er" && homogenized.length === 0) {
      const message = "needs a homogenized region; there is none with ER";
      notes.faults.push({ path: [...path, "in"], message });
    }
    const read = (field: "total" | "kOn" | "kOff" | "diffusion", unit: string): number =>
      readQuantity(input[field], [...path, field], { unit, sign: "non-negative" }, notes);
    const diffusion = read("diffusion", "um^2/s");
    const result = readOwnResult(input, homogenized, diffusion, path, notes);
    return {
      name,
      compartment: input.in,
      total: read("total", "uM"),
      bindingRate: read("kOn", "1/(uM s)"),
      unbindingRate: read("kOff", "1/s"),
      diffusion,
      ...(result === undefined ? {} : { result }),
    };
  });
}

/**
 * IP3, undefined where there is none.
 * @param homogenized names of the homogenized regions
 */
export function readIp3(
  { ip3 }: ModelInput,
  homogenized: readonly string[],
  notes: ModelNotes,
): Ip3Model | undefined {
  if (ip3 === undefined) return undefined;
  if (typeof ip3 !== "object" || "formula" in ip3) {
    const spec = { unit: "uM", sign: "non-negative", variables: placeVariables } as const;
    return { kind: "given", concentration: readValue(ip3, ["ip3"], spec, notes) };
  }
  const variables = ["c", ...(homogenized.length > 0 ? ["e"] : []), "p", ...placeVariables];
  const spec = { unit: "um^2/s", sign: "positive" } as const;
  const diffusion = readQuantity(ip3.diffusion, ["ip3", "diffusion"], spec, notes);
  const result = readOwnResult(ip3, homogenized, diffusion, ["ip3"], notes);
  return {
    kind: "field",
    diffusion,
    ...(result === undefined ? {} : { result }),
    production: readValue(
      ip3.production,
      ["ip3", "production"],
      { unit: "uM/s", sign: "non-negative", variables },
      notes,
    ),
    decayRate: readQuantity(ip3.decay, ["ip3", "decay"], { unit: "1/s", sign: "non-negative" }, notes),
  };
}

/** One condition for every surface that is named. */
export function readConditions(
  { boundary = [] }: ModelInput,
  names: ModelNames,
  hasIp3: boolean,
  notes: ModelNotes,
): readonly SurfaceCondition[] {
  const fluxVariables = [...names.free, ...placeVariables];
  if (hasIp3 && !names.free.includes("p")) fluxVariables.unshift("p");
  const known = [...names.free, ...names.mobileBuffers];
  const first = new Map<string, string>();
  return boundary.flatMap((input, i): SurfaceCondition[] => {
    const { surface, field, flux, concentration } = input;
    const path = ["boundary", i];
    if (!known.includes(field)) {
      refuseName(field, known, "field that diffuses", { path: [...path, "field"] }, notes.faults);
    }
    if ((flux === undefined) === (concentration === undefined)) {
      const message = `expected flux: or concentration:, found ${flux === undefined ? "neither" : "both"}`;
      notes.faults.push({ path, message });
      return [];
    }
    const value =
      flux === undefined
        ? readValue(
            concentration ?? 0,
            [...path, "concentration"],
            { unit: "uM", sign: "non-negative", variables: placeVariables },
            notes,
          )
        : readValue(
            flux,
            [...path, "flux"],
            // Bare numbers could be either of the two units.
            { unit: "uM um/s", needsUnit: true, variables: fluxVariables },
            notes,
          );
    const kind = flux === undefined ? "concentration" : "flux";
    return [surface].flat().map((given, place) => {
      const name = String(given);
      const at = Array.isArray(surface) ? [...path, "surface", place] : [...path, "surface"];
      const key = `${name}\n${field}`;
      const before = first.get(key);
      if (before !== undefined) {
        const message = `"${name}" has a condition for ${field} in ${before}; expected one for a surface and a field`;
        notes.faults.push({ path: at, message });
      }
      first.set(key, formatPath(path));
      return { surface: name, field, kind, value, path: formatPath(at) };
    });
  });
}

/** Refuses a name that the model does not compute. */
export function checkComputed(
  name: string,
  { free, mobileBuffers, immobileBuffers, states }: ModelNames,
  fault: Pick<FieldFault, "path"> & { readonly isName?: boolean },
  faults: FieldFault[],
): void {
  const known = [...free, ...mobileBuffers, ...immobileBuffers, ...states];
  if (!known.includes(name)) refuseName(name, known, "field or state", fault, faults);
}
