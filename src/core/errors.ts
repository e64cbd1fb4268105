/** Facts about a failure, as plain data: what a program needs to react to it without reading the message. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** Cause and facts of an {@link ErfemError}. */
export interface ErfemErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
}

/**
 * Every failure of erfem. `code` is a stable kebab-case string; the message holds the offending value, what was
 * expected and the remedy; `details` holds the same facts as data.
 */
export class ErfemError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, options: ErfemErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** A mesh that cannot be used: empty, degenerate, without the phase asked for, or that Gmsh could not make. */
export class MeshError extends ErfemError {}

/** A file that does not follow its format; `details` names the section and the line or byte offset. */
export class ParseError extends ErfemError {}

/** A mesh whose opposite faces, or whose $Periodic section, do not make it a periodic unit cell. */
export class PeriodicityError extends ErfemError {}

/** An iteration that ended without reaching its tolerance. */
export class ConvergenceError extends ErfemError {}

/** The WebAssembly kernel could not be loaded, ran out of memory or met a number it cannot work with. */
export class KernelError extends ErfemError {}

/** A call or a command line that asks for something that does not exist or contradicts itself. */
export class UsageError extends ErfemError {}
