import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileFormula } from "../../src/formula/formula.js";
import { functions } from "../../src/formula/language.js";
import { parseProblem } from "../../src/io/problem-file.js";
import { createProblemJsonSchema, problemSchema } from "../../src/io/problem-schema.js";
import { formatSchemaTable, replaceTable } from "../../scripts/docs/schema-table.js";

const text = readFileSync(new URL("../../docs/problem-files.md", import.meta.url), "utf8");

test("the examples of the documentation are problems", async () => {
  const examples = Array.from(text.matchAll(/```yaml\n([^]*?)```/g), (match) => match[1]);
  expect(examples).toHaveLength(2);
  const [given, made] = await Promise.all(examples.map((example) => parseProblem(example, "example")));
  expect(given.phases?.[0].volumes).toEqual(["tubes", "sheets"]);
  expect(given.diffusion["sheets"]).toEqual([0.3, 0.3, 0.1, 0, 0, 0]);
  expect(made.diffusion["cytosol"]).toEqual({ elementData: "D" });
});

test("the documentation names every field and every function, and no other function", async () => {
  for (const field of Object.keys(problemSchema.shape)) expect(text).toContain(`\`${field}\``);
  for (const name of functions.keys()) expect(text).toMatch(new RegExp(`[\` ]${name}[\`( ]`));
  const listed = /`(sin cos [a-z0-9 ]+)`/.exec(text)?.[1].split(" ") ?? [];
  for (const name of listed) await compileFormula(`${name}(1)`, []);
  expect(listed).toHaveLength(19);
});

test("the table of fields is that of the schema", () => {
  const table = formatSchemaTable(createProblemJsonSchema());
  expect(table).toContain("| `phases.NAME.diffusion` | coefficient |");
  expect(replaceTable(text, table)).toBe(text);
});
