import { describe, expect, it } from "vitest";
import { builtInGeometries, openGeometry } from "../../src/node/geometries.js";
import { parseGeoIncludes, parseGeoParameters } from "../../src/node/geo-parameters.js";

describe("parseGeoParameters", () => {
  it("reads names, defaults and labels", () => {
    const text = `
      DefineConstant[ edge = {0.1, Name "Edge, of a pipe // in cells", Min 0, Choices {0.1, 0.2}}, h = edge/2 ];
      DefineConstant [ n,
        ratio = {Max(1, 2), Min 1} ];`;
    expect(parseGeoParameters(text)).toEqual([
      { name: "edge", defaultText: "0.1", label: "Edge, of a pipe // in cells" },
      { name: "h", defaultText: "edge/2", label: "" },
      { name: "n", defaultText: "0", label: "" },
      { name: "ratio", defaultText: "Max(1, 2)", label: "" },
    ]);
  });

  it("takes no comment, no text constant and no DefineNumber for a parameter", () => {
    const text = `// DefineConstant[ a = 1 ];
      /* DefineConstant[ b = 1 ]; */
      DefineConstant[ c = "text", d = {"text", Name "x"}, e = {1, Name "]"} /* , f = 2 */ ];
      g = DefineNumber[ 1, Name "g" ];`;
    expect(parseGeoParameters(text).map((parameter) => parameter.name)).toEqual(["e"]);
  });

  it("takes Exists(name) for a declaration, once", () => {
    const text = "If (!Exists(h)) h = 1; EndIf DefineConstant[ k = 1 ]; If (Exists(k)) EndIf";
    expect(parseGeoParameters(text).map((parameter) => parameter.name)).toEqual(["k", "h"]);
  });

  it("survives an unfinished list", () => {
    expect(parseGeoParameters('DefineConstant[ a = {1, Name "x').map((parameter) => parameter.name)).toEqual([
      "a",
    ]);
  });

  it("finds included files", () => {
    expect(parseGeoIncludes('Include "a.geo"; // Include "b.geo";\nInclude "c d.geo";')).toEqual([
      "a.geo",
      "c d.geo",
    ]);
  });
});

describe("openGeometry", () => {
  it.each(builtInGeometries)("finds %s, every parameter with a number and a label", async (name) => {
    const { parameters, family } = await openGeometry(name);
    // Families of level sets have parameters of their own, and a size.
    expect(parameters.map((parameter) => parameter.name)).toEqual(
      expect.arrayContaining(
        family === undefined
          ? [name === "three-pipe-unequal" ? "edge1" : "edge", "h", "grading"]
          : ["h", "grading"],
      ),
    );
    for (const parameter of parameters) {
      const value = Number(parameter.defaultText);
      if (family === undefined || parameter.name === "h") expect(value).toBeGreaterThan(0);
      expect(Number.isFinite(value)).toBe(true);
      expect(parameter.label).not.toBe("");
    }
  });

  it("says which geometries there are", async () => {
    await expect(openGeometry("four-pipe")).rejects.toMatchObject({
      code: "file-not-found",
      message: expect.stringContaining("three-pipe, three-pipe-unequal, arched-pipes") as string,
    });
  });
});
