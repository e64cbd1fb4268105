import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { parseModel } from "../../src/io/model-file.js";

test("any damage gives a model or a typed error", { timeout: 60_000 }, async () => {
  const text = readFileSync(new URL("./models/cleft.yaml", import.meta.url), "utf8");
  const lines = text.split("\n").filter((line) => line !== "" && !line.trimStart().startsWith("#"));
  const words = ["-1", "null", "1 um", "x", "[]", "{}", "sin(", "equilibrium", ".inf", "__proto__"];
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: lines.length - 1 }),
      fc.nat({ max: 12 }),
      fc.constantFrom("", ...words),
      async (line, place, word) => {
        const damaged = lines.map((content, i) => {
          if (i !== line) return content;
          const parts = content.split(/(?<=[ ,[{])/);
          parts[place % parts.length] = `${word} `;
          return parts.join("");
        });
        try {
          await parseModel(damaged.join("\n"), "any");
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      },
    ),
    { seed: 11, numRuns: 1000 },
  );
});
