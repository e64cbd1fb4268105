import type { ZodType } from "zod";

/** Everything that is made of the schemas, by its path from the root of the repository. */
export function formatReferenceFiles(
  schemas: Readonly<Record<string, ZodType>>,
  read: (path: string) => string,
): ReadonlyMap<string, string>;
