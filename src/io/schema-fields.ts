import { z } from "zod";
import { suggestName } from "../core/suggest-name.js";

/** An object with these fields and no others. The message has a line for each unknown one, in their order. */
export function fields<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape);
  const describe = (name: string): string => {
    const nearest = suggestName(name, known);
    return `unknown field${nearest === undefined ? "" : `, did you mean "${nearest}"?`}; there are ${known.join(", ")}`;
  };
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? issue.keys.map(describe).join("\n") : undefined),
  });
}
