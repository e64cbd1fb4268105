import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { membraneSignatures } from "../../src/io/membrane-parameters.js";
import { parseModel } from "../../src/io/model-file.js";
import { createModelJsonSchema, modelSchema } from "../../src/io/model-schema.js";
import { formatSchemaTable, replaceTable } from "../../scripts/docs/schema-table.js";

const text = readFileSync(new URL("../../docs/model-files.md", import.meta.url), "utf8");

test("the example of the documentation is a model", async () => {
  const [example] = Array.from(text.matchAll(/```yaml\n([^]*?)```/g), (match) => match[1]);
  const model = await parseModel(example, "example");
  expect(model.regions.map(({ kind }) => kind)).toEqual(["homogenized", "cytosol"]);
  expect(model.diffusion).toEqual({ c: 220, e: 220 });
});

test("the documentation names every built-in model with its parameters and states", () => {
  for (const [name, { parameters, states }] of membraneSignatures) {
    const line = text.split("\n").find((row) => row.startsWith(`| \`${name}\` |`));
    const [, , given, , own] = line?.split("|").map((cell) => cell.trim()) ?? [];
    expect(given, name).toBe(
      Object.entries(parameters)
        .map(
          ([parameter, { unit, isRequired = false }]) => `\`${parameter}\`${isRequired ? "" : "?"} ${unit}`,
        )
        .join(", "),
    );
    expect(own, name).toBe(states.map((state) => `\`${state}\``).join(", "));
  }
});

test("the table of fields is that of the schema", () => {
  const table = formatSchemaTable(createModelJsonSchema());
  for (const field of Object.keys(modelSchema.shape)) expect(table).toContain(`| \`${field}\` |`);
  expect(table).toContain("| `regions.NAME.period` | quantity |");
  expect(table).toContain("| `boundary[].flux` | value |");
  expect(replaceTable(text, table)).toBe(text);
});
