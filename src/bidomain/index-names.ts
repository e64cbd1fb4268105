import { UsageError } from "../core/errors.js";

/**
 * Index of a name in a list.
 *
 * @param what kind of name, for the code and the message
 * @throws UsageError `unknown-<what>`
 */
export function indexNames(names: readonly string[], name: string, what: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new UsageError(
    `unknown-${what}`,
    `there is no ${what} "${name}"; expected one of ${names.join(", ") || "(none)"}`,
    { details: { name, expected: names } },
  );
}
