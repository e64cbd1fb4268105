import { UsageError } from "../core/errors.js";

/**
 * A buffer in one compartment: calcium u (c or e) binds to sites of total concentration B, of which b are bound,
 *
 *   du/dt = ... - k+ u (B - b) + k- b,   db/dt = div(D grad b) + k+ u (B - b) - k- b,
 *
 * per volume of the compartment; the macroscopic equations have these terms times its volume fraction.
 *
 * @see (3.12) - (3.15)
 */
export interface CalciumBuffer {
  readonly name: string;
  readonly compartment: "cytosol" | "er";
  /** B, uM. */
  readonly total: number;
  /** k+, 1/(uM s). */
  readonly bindingRate: number;
  /** k-, 1/s. */
  readonly unbindingRate: number;
  /** Whether b diffuses and so is a field; else it is a state. True where absent. */
  readonly isMobile?: boolean | undefined;
}

/**
 * Bound concentration in equilibrium with calcium:  b = B u / (u + k-/k+),  uM; 0 where nothing binds.
 *
 * @param calcium u, uM
 */
export function equilibriumBound(
  { total, bindingRate, unbindingRate }: CalciumBuffer,
  calcium: number,
): number {
  const binding = bindingRate * calcium;
  return binding === 0 ? 0 : (total * binding) / (binding + unbindingRate);
}

/**
 * Refuses a buffer with a parameter that is negative or not finite.
 *
 * @throws UsageError `buffer-parameter-invalid`
 */
export function checkBuffer(buffer: CalciumBuffer): void {
  for (const [key, unit] of [
    ["total", "uM"],
    ["bindingRate", "1/(uM s)"],
    ["unbindingRate", "1/s"],
  ] as const) {
    const value = buffer[key];
    if (value >= 0 && Number.isFinite(value)) continue;
    throw new UsageError(
      "buffer-parameter-invalid",
      `the buffer "${buffer.name}" has ${key} = ${value} ${unit}; expected a finite number >= 0`,
      { details: { buffer: buffer.name, parameter: key, value } },
    );
  }
}
