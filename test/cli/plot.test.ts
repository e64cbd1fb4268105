import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import { boxMesh } from "../support/box-mesh.js";
import { runErfem, useFolder, writeMesh } from "./run-erfem.js";

const folder = useFolder();

/** A square pipe along x through the unit cube: its corrector chi_1 is 0, chi_2 is not. */
function writePipe(): string {
  const mesh = boxMesh({
    counts: [4, 4, 4],
    volumeOf: (_, j, k) => ((j === 1 || j === 2) && (k === 1 || k === 2) ? "ER" : "cytosol"),
  });
  return writeMesh(folder("pipe.msh"), mesh);
}

describe("erfem plot", () => {
  it("draws a corrector as SVG with the unit on the colour bar, and says what it has written", async () => {
    const output = folder("figure.svg");
    const args = ["plot", writePipe(), "--color", "chi_2", "--length-unit", "nm", "-o", output];
    const { code, stdout, stderr } = await runErfem(args);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("figure.svg");
    const svg = readFileSync(output, "utf8");
    // chi_2 = 1/2 - y in a pipe of width 1/2.
    for (const text of [">χ2 (nm)<", ">-0.25<", ">0.25<", ">x: 1 nm<"]) expect(svg).toContain(text);
  });

  it("draws the same from the file of --vtu", async () => {
    const mesh = writePipe();
    const solved = await runErfem([
      "homogenize",
      mesh,
      "--phase",
      "ER",
      "--vtu",
      folder("pipe.vtu"),
      "--quiet",
    ]);
    expect(solved.code).toBe(0);
    const box = ["--unit-cell", "1,1,1@0,0,0"];
    for (const [input, output] of [
      [mesh, "direct.svg"],
      [folder("pipe.vtu"), "stored.svg"],
    ])
      expect((await runErfem(["plot", input, "--color", "chi_2", ...box, "-o", folder(output)])).code).toBe(
        0,
      );
    expect(readFileSync(folder("stored.svg"), "utf8")).toBe(readFileSync(folder("direct.svg"), "utf8"));
  });

  it("writes a PNG of the size asked for, which is not blank", async () => {
    const output = folder("figure.png");
    const args = [
      "plot",
      writePipe(),
      "--tile",
      "2",
      "--width",
      "300",
      "--scale",
      "1.5",
      "--json",
      "-o",
      output,
    ];
    const { code, stdout } = await runErfem(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ file: output, kind: "mesh" });
    const { width, data } = PNG.sync.read(readFileSync(output));
    expect(width).toBe(450);
    const colored = data.filter((value, i) => i % 4 === 0 && data[i + 2] - value > 50).length;
    // The surface of the pipes covers a fifth of the picture.
    expect(colored / (data.length / 4)).toBeGreaterThan(0.1);
  });

  it.each<[string, string, string[], string]>([
    ["figure-format", "a.pdf", [], "write .svg and convert it"],
    ["figure-format", "a", [], "expected .svg or .png"],
    ["contradicting-options", "a.svg", ["--scale", "2"], "of PNG"],
    ["contradicting-options", "a.svg", ["--over", "seed"], "--over"],
    ["unknown-field", "a.svg", ["--color", "chi"], "chi_1"],
    ["invalid-option-value", "a.svg", ["--cut", "w=1"], "--cut"],
    ["invalid-option-value", "a.svg", ["--view", "1,2,3"], "azimuth"],
    ["invalid-option-value", "a.svg", ["--range", "2,1"], "low,high"],
    ["invalid-tile", "a.svg", ["--tile", "100"], "1 to 5"],
    ["font-unreadable", "a.png", ["--font", "absent.ttf"], "absent.ttf"],
  ])("refuses with %s: %s %o, and writes nothing", async (errorCode, output, options, words) => {
    const { code, stderr } = await runErfem(["plot", writePipe(), ...options, "-o", folder(output)]);
    expect(code).toBe(2);
    expect(stderr).toContain(`[${errorCode}]`);
    expect(stderr).toContain(words);
    expect(existsSync(folder(output))).toBe(false);
  });

  it("refuses files that are damaged or of others", async () => {
    writeFileSync(folder("broken.vtu"), "<VTKFile");
    mkdirSync(folder("other"), { recursive: true });
    writeFileSync(folder("result.json"), '{ "schema": "erfem/homogenization@1" }');
    for (const [input, errorCode, expected] of [
      ["broken.vtu", "snapshot-unreadable", 3],
      ["other", "file-unknown", 2],
      ["result.json", "file-unknown", 2],
      ["absent.msh", "file-not-found", 3],
    ] as const) {
      const { code, stderr } = await runErfem(["plot", folder(input), "-o", folder("b.svg")]);
      expect([input, code]).toEqual([input, expected]);
      expect(stderr).toContain(`[${errorCode}]`);
    }
  });
});
