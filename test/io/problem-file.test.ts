import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParseError } from "../../src/core/errors.js";
import { parseProblem } from "../../src/io/problem-file.js";
import { createProblemJsonSchema, problemSolvers } from "../../src/io/problem-schema.js";
import { solverNames } from "../../src/solver/choose-solver.js";

const whole = `
# Two phases of a given mesh
mesh: meshes/cell.msh
unitCell: { lengths: [2, 1, 1], origin: [0, -0.5, 0] }
periodicTolerance: 1e-5
homogeneous: false
lengthUnit: um
phases:
  ER:
    volumes: [tubes, 7]
    diffusion: 0.25
  cytosol:
    diffusion: 0.22 * (1 + 0.5 * cos(2 * pi * y1))
diffusion:
  tubes: [[2, 0.5, 0], [0.5, 2, 0], [0, 0, 1]]
  7: { xx: 1, yy: "y1 < 0.5 ? 1 : 2", zz: 3, xy: 0.1 }
  sheets: { elementData: D in sheets }
bounds: true
tolerance: 1e-9
maxIterations: 500
solver: cholesky
jobs: 2
`;

async function refuse(text: string): Promise<ParseError> {
  const caught = await parseProblem(text, "cell.yaml").then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(caught, text).toBeInstanceOf(ParseError);
  return caught as ParseError;
}

describe("parseProblem", () => {
  test("reads every field", async () => {
    expect(await parseProblem(whole, "cell.yaml")).toEqual({
      mesh: { file: "meshes/cell.msh" },
      unitCell: {
        vectors: [
          [2, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        origin: [0, -0.5, 0],
      },
      periodicTolerance: 1e-5,
      homogeneous: false,
      lengthUnit: "um",
      phases: [
        { name: "ER", volumes: ["tubes", "7"] },
        { name: "cytosol", volumes: ["cytosol"] },
      ],
      diffusion: {
        ER: 0.25,
        cytosol: { formula: "0.22 * (1 + 0.5 * cos(2 * pi * y1))" },
        tubes: [2, 2, 1, 0, 0, 0.5],
        7: { formulas: ["1", "y1 < 0.5 ? 1 : 2", "3", "0", "0", "0.1"] },
        sheets: { elementData: "D in sheets" },
      },
      bounds: true,
      tolerance: 1e-9,
      maxIterations: 500,
      solver: "cholesky",
      jobs: 2,
    });
  });

  test("needs a mesh and nothing else", async () => {
    expect(await parseProblem("mesh: a.msh", "")).toEqual({
      mesh: { file: "a.msh" },
      diffusion: {},
      bounds: false,
    });
  });

  test("takes JSON, indented with tabs too", async () => {
    const json = { geometry: { name: "three-pipe", set: { edge: 0.1 }, size: 0.05 }, phases: { ER: {} } };
    expect(await parseProblem(JSON.stringify(json, null, "\t"), "cell.json")).toEqual({
      mesh: { geometry: "three-pipe", set: { edge: 0.1 }, size: 0.05 },
      phases: [{ name: "ER", volumes: ["ER"] }],
      diffusion: {},
      bounds: false,
    });
  });

  test("takes lattice vectors", async () => {
    const text = "geometry: { name: cell.geo }\nunitCell: { vectors: [[1, 0, 0], [0.5, 1, 0], [0, 0, 1]] }";
    expect(await parseProblem(text, "")).toMatchObject({
      mesh: { geometry: "cell.geo", set: {} },
      unitCell: {
        vectors: [
          [1, 0, 0],
          [0.5, 1, 0],
          [0, 0, 1],
        ],
      },
    });
  });

  test("takes a tensor of formulas by rows, anchors, and a formula over several lines", async () => {
    const text = [
      "mesh: a.msh",
      "diffusion:",
      "  A: &a",
      '    - [2 + sin(x), "0.1*y", 0]',
      '    - ["0.1*y", 2, 0]',
      "    - [0, 0, 2]",
      "  B: *a",
      "  C: >",
      "    2 +",
      "    cos(2*pi*y1)",
    ].join("\n");
    const { diffusion } = await parseProblem(text, "");
    expect(diffusion["A"]).toEqual({ formulas: ["2 + sin(x)", "2", "2", "0", "0", "0.1*y"] });
    expect(diffusion["B"]).toEqual(diffusion["A"]);
    expect(diffusion["C"]).toEqual({ formula: "2 + cos(2*pi*y1)\n" });
  });
});

describe("wrong fields", () => {
  test.each([
    [
      "mesh: a.msh\nphase: {}",
      "phase",
      2,
      1,
      /unknown field, did you mean "phases"\?; there are mesh, geometry/,
    ],
    ["mesh: a.msh\nphases:\n  ER: { volume: [a] }", "phases.ER.volume", 3, 9, /did you mean "volumes"/],
    [
      "mesh: a.msh\nphases:\n  ER:\n    volumes: []",
      "phases.ER.volumes",
      4,
      14,
      /at least 1 entries, found a list of 0/,
    ],
    ["mesh: a.msh\nphases:\n  ER:\n    volumes: [a, -1]", "phases.ER.volumes[1]", 4, 18, /above 0, found -1/],
    ["mesh: a.msh\nphases:\n  ER:\n    volumes: [a, {}]", "phases.ER.volumes[1]", 4, 18, /name or tag/],
    ["mesh: a.msh\nphases:\n  ER:", "phases.ER", 3, 6, /expected named fields, found nothing/],
    [
      "mesh: a.msh\ndiffusion:\n  ER: [1, 1, 1, 0, 0, 0]",
      "diffusion.ER",
      3,
      7,
      /expected three rows, or the entries by name, \{ xx: \.\., .* found a list of 6/,
    ],
    ["mesh: 3", "mesh", 1, 7, /expected text, found 3/],
    ['mesh: ""', "mesh", 1, 7, /found an empty one/],
    ["tolerance: 1e-8", "", 1, 1, /expected mesh: .* or geometry:, found neither/],
    ["", "", 1, 1, /expected named fields, found nothing/],
    ["- a", "", 1, 1, /expected named fields, found a list of 1/],
    ["mesh: a\ngeometry: { name: b }", "geometry", 2, 1, /beside mesh/],
    ["geometry: three-pipe", "geometry", 1, 11, /expected named fields, found "three-pipe"/],
    ["geometry: { set: { edge: 0.1 } }", "geometry.name", 1, 11, /is missing; expected text/],
    [
      "geometry: { name: a, set: { edge: wide } }",
      "geometry.set.edge",
      1,
      35,
      /expected a finite number, found "wide"/,
    ],
    ["mesh: a\ntolerance: .inf", "tolerance", 2, 12, /expected a finite number, found Infinity/],
    ["mesh: a\ntolerance: 0", "tolerance", 2, 12, /above 0, found 0/],
    ["mesh: a\njobs: 1.5", "jobs", 2, 7, /expected a whole number, found 1.5/],
    ["mesh: a\nbounds: yes", "bounds", 2, 9, /expected true or false, found "yes"/],
    [
      "mesh: a\nlengthUnit: mu",
      "lengthUnit",
      2,
      13,
      /one of cell, nm, um, found "mu" \(did you mean "um"\?\)/,
    ],
    ["mesh: a\nsolver: amg", "solver", 2, 9, /one of auto, wasm-mgcg/],
    ["mesh: a\nunitCell: [1, 1, 1]", "unitCell", 2, 11, /expected lengths: .* or vectors:/],
    ["mesh: a\nunitCell: { lengths: [1, 1] }", "unitCell.lengths", 2, 22, /at least 3 entries/],
    ["mesh: a\nunitCell: { lengths: [1, 1, 0] }", "unitCell.lengths[2]", 2, 29, /above 0/],
    ["mesh: a\nunitCell: { length: [1, 1, 1] }", "unitCell.lengths", 2, 11, /is missing/],
    ["mesh: a\ndiffusion: 0.25", "diffusion", 2, 12, /expected named fields, found 0.25/],
    ["mesh: a\ndiffusion: { ER: -1 }", "diffusion.ER", 2, 18, /above 0, found -1/],
    ["mesh: a\ndiffusion: { ER: true }", "diffusion.ER", 2, 18, /a positive number, a formula, a tensor/],
    ["mesh: a\ndiffusion: { ER: [1, 2, 3] }", "diffusion.ER[0]", 2, 19, /expected a list, found 1/],
    ["mesh: a\ndiffusion: { ER: { xx: 1 } }", "diffusion.ER.yy", 2, 18, /is missing/],
    ["mesh: a\ndiffusion: { ER: { xx: 1, yy: 1 } }", "diffusion.ER.zz", 2, 18, /is missing/],
    [
      "mesh: a\ndiffusion: { ER: { xx: 1, yy: 1, zz: 1, yx: 1 } }",
      "diffusion.ER.yx",
      2,
      41,
      /did you mean "yy"|"xx"/,
    ],
    ["mesh: a\ndiffusion: { ER: { elementdata: D } }", "diffusion.ER.elementData", 2, 18, /is missing/],
    [
      "mesh: a\ndiffusion: { ER: { xx: 1, yy: 1, zz: 1, xy: 2 } }",
      "diffusion.ER",
      2,
      18,
      /positive definite.*xy 2/,
    ],
    [
      "mesh: a\ndiffusion: { ER: [[1, 0, 2], [0, 1, 0], [3, 0, 9]] }",
      "diffusion.ER[2][0]",
      2,
      42,
      /symmetric.*3 in row 3/,
    ],
    [
      "mesh: a\nphases: { ER: { diffusion: 1 } }\ndiffusion: { ER: 2 }",
      "diffusion.ER",
      3,
      14,
      /phases.ER.diffusion/,
    ],
  ] as const)("%j: %s", async (text, path, line, column, message) => {
    const error = await refuse(text);
    expect(error.code).toBe("problem-field");
    expect(error.message).toMatch(message);
    const [{ faults, ...details }] = [error.details];
    expect(details).toEqual({ file: "cell.yaml", path, line, column });
    expect(faults).toContainEqual(expect.objectContaining({ path, line, column }));
    expect(error.message.startsWith(`cell.yaml:${line}:${column}: ${path === "" ? "" : `${path}: `}`)).toBe(
      true,
    );
  });

  test("a formula keeps its code, and the place in the formula", async () => {
    const error = await refuse('mesh: a\nphases:\n  ER:\n    diffusion: "2 + cos(2*pi*y4)"\n');
    expect(error.code).toBe("formula-unknown-name");
    expect(error.details).toMatchObject({ path: "phases.ER.diffusion", line: 4, column: 16 });
    expect(error.message).toBe(
      'cell.yaml:4:16: phases.ER.diffusion: unknown name "y4", did you mean "y1"?; there are the variables ' +
        "x, y, z, y1, y2, y3 and the constants pi, e (column 14 of the formula)\n" +
        "  2 + cos(2*pi*y4)\n               ^",
    );
    const entry = await refuse("mesh: a\ndiffusion:\n  A: { xx: 1, yy: sin(q), zz: 1 }");
    expect(entry.code).toBe("formula-unknown-name");
    expect(entry.details).toMatchObject({ path: "diffusion.A.yy", line: 3, column: 19 });
    const row = await refuse("mesh: a\ndiffusion:\n  A: [[1, 0, 0], [0, 1 +, 0], [0, 0, 1]]");
    expect(row.code).toBe("formula-syntax");
    expect(row.details).toMatchObject({ path: "diffusion.A[1][1]", line: 3, column: 22 });
  });

  test("all faults are told, in the order of the text", async () => {
    const error = await refuse("jobs: 0\nmesh: 1\nbonds: true\ntolerance: x\nsize: 1\nset: 2\nname: 3");
    expect(error.message.split("\n").map((line) => line.split(" ")[0])).toEqual([
      "cell.yaml:1:7:",
      "cell.yaml:2:7:",
      "cell.yaml:3:1:",
      "cell.yaml:4:12:",
      "cell.yaml:5:1:",
      "and",
    ]);
    expect(error.message).toContain('did you mean "bounds"?');
    expect(error.details["faults"]).toHaveLength(7);
  });

  test("names of every object's own fields are names like any other", async () => {
    const { diffusion } = await parseProblem("mesh: a\ndiffusion: { constructor: 2, toString: 3 }", "");
    expect(Object.entries(diffusion)).toEqual([
      ["constructor", 2],
      ["toString", 3],
    ]);
    expect((await refuse("mesh: a\nconstructor: 2")).message).toContain("unknown field");
  });
});

describe("what is no YAML", () => {
  test.each([
    ["mesh: [1, 2", 1, 12, /\]/],
    ["mesh: a\nmesh: b", 2, 1, /unique/],
    ['{ "mesh": "a", "mesh": "b" }', 1, 16, /unique/],
    ["mesh:\n\t- a", 2, 1, /Tabs/],
    ["mesh: 'a", 1, 9, /quote/],
    ["mesh: a\ndiffusion:\n  ER: y1 < 0.5 ? 1 : 3", 3, 7, /quotation marks/],
    ["mesh: a\ndiffusion: { ER: y1 < 0.5 ? 1 : 3 }", 2, 18, /quotation marks/],
    ["mesh: a\n---\nmesh: b", 2, 1, /second document/],
    ["mesh: *a", 1, 7, /no anchor "&a"/],
    ["mesh: &a [*a]", 1, 11, /contains itself/],
    ["? [a]\n: b", 1, 3, /name of a field/],
    ["__proto__: 1", 1, 1, /__proto__/],
    ["mesh: a\ndiffusion: { __proto__: 1 }", 2, 14, /__proto__/],
    ["mesh: !!python/object a", 1, 7, /tag/],
  ] as const)("%j", async (text, line, column, message) => {
    const error = await refuse(text);
    expect(error.code).toBe("problem-syntax");
    expect(error.message).toMatch(message);
    expect(error.details).toEqual({ file: "cell.yaml", line, column });
  });

  test("nesting, aliases and length without end", async () => {
    for (const opening of ["[", "{a: ", "- ", "? ", "a:\n"]) {
      const deep = await refuse(
        Array.from({ length: 1000 }, (_, i) => (opening === "a:\n" ? " ".repeat(i) : "") + opening).join(""),
      );
      expect(deep.code).toBe("problem-syntax");
      expect(deep.message).toContain("50 levels");
    }
    const levels = Array.from({ length: 12 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(10)}]`);
    expect((await refuse(`l0: &l0 x\n${levels.join("\n")}`)).code).toBe("problem-syntax");
    expect((await refuse(`mesh: ${"a".repeat(2_000_000)}`)).code).toBe("problem-syntax");
  });

  test("any text gives a problem or a typed error", { timeout: 30_000 }, async () => {
    const pieces = fc.array(
      fc.constantFrom(
        ...[
          "mesh",
          "phases",
          "diffusion",
          "ER",
          "unitCell",
          "xx",
          "sin(y1)",
          "0.5",
          "-1",
          "elementData",
          "null",
        ],
        ...[
          ": ",
          ":",
          "\n",
          "\n  ",
          "\n    ",
          "- ",
          "{",
          "}",
          "[",
          "]",
          ", ",
          '"',
          "'",
          "&a ",
          "*a",
          "? ",
          "| ",
          "#",
          "<<",
        ],
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          pieces.map((list) => list.join("")),
          fc.string(),
        ),
        async (text) => {
          try {
            await parseProblem(text, "any");
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        },
      ),
      { seed: 9, numRuns: 1000 },
    );
  });
});

describe("the schema", () => {
  test("names the solvers that there are", () => {
    expect([...problemSolvers].sort()).toEqual([...solverNames].sort());
  });

  test("as JSON Schema describes every field and allows no other", () => {
    const schema = createProblemJsonSchema();
    expect(schema["additionalProperties"]).toBe(false);
    const properties = schema["properties"] as Readonly<Record<string, { description?: string }>>;
    expect(Object.keys(properties)).toContain("diffusion");
    for (const [name, property] of Object.entries(properties))
      expect(property.description, name).toBeTruthy();
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
