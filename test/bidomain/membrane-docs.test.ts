import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatMembraneModels, replaceModels } from "../../scripts/docs/membrane-table.js";
import { membraneKinds } from "../../src/bidomain/membrane-catalog.js";

const text = readFileSync(new URL("../../docs/membrane-models.md", import.meta.url), "utf8");

test("the documentation has the built-in models with the parameters that they have", () => {
  // Prettier pads the tables.
  const unpadded = (markdown: string): string => markdown.replace(/ +/g, " ").replace(/-+/g, "-");
  expect(unpadded(text)).toBe(unpadded(replaceModels(text, formatMembraneModels(membraneKinds))));
  for (const { name } of membraneKinds) expect(text).toContain(`### \`${name}\``);
});
