import { z } from "zod";
import { formatFileReference } from "./file-reference.js";
import { formatSchemaTable, replaceTable } from "./schema-table.js";

/**
 * Everything that is made of the schemas, by its path from the root of the repository.
 *
 * @param {Readonly<Record<string, import("zod").ZodType>>} schemas by the name of their file
 * @param {(path: string) => string} read the text of a file that has a part made of a schema
 * @returns {ReadonlyMap<string, string>}
 */
export function formatReferenceFiles(schemas, read) {
  const jsonSchemas = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema)]),
  );
  const kind = (name, file, meaning) => ({ name, file, meaning, schema: jsonSchemas[name] });
  const fill = (path, name) => [path, replaceTable(read(path), formatSchemaTable(jsonSchemas[name]))];
  return new Map([
    ...Object.entries(jsonSchemas).map(([name, schema]) => [
      `docs/reference/schemas/${name}.schema.json`,
      `${JSON.stringify(schema, null, 2)}\n`,
    ]),
    fill("docs/problem-files.md", "problem"),
    fill("docs/model-files.md", "model"),
    fill("docs/sweeps.md", "image-cell"),
    [
      "docs/reference/result-file.md",
      formatFileReference("The result file", resultIntroduction, [
        kind("homogenization", "erfem homogenize -o result.json", "What was computed of one mesh."),
      ]),
    ],
    [
      "docs/reference/study-files.md",
      formatFileReference("Files of studies and simulations", studyIntroduction, [
        kind("convergence", "convergence.json", "Written by `erfem convergence`."),
        kind("adaptation", "adaptation.json", "Written by `erfem adapt`."),
        kind("sweep-manifest", "sweep.json", "What a folder of `erfem sweep` belongs to."),
        kind("sweep", "results.json", "All results of `erfem sweep` in one object."),
        kind("resolved", "resolved.json", "Written by `erfem resolve`."),
        kind("simulation", "simulation.json", "The summary of `erfem simulate`."),
      ]),
    ],
  ]);
}

const conventions =
  "`NAME` stands for the names in a map, `[]` for the entries of a list; 3x3 are the rows of a tensor. Numbers keep all 17 " +
  "digits. A file is written under a temporary name and renamed, so that it is there whole or not at all.";

const resultIntroduction =
  "`erfem homogenize -o` writes one JSON object; `--json` prints the same. In TypeScript it is `HomogenizationResult`. " +
  conventions;

const studyIntroduction = `What stands in the folder that a study or a simulation was written to. ${conventions}`;
