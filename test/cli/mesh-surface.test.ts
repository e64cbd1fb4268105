import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  asciiStl,
  icosphere,
  join,
  moved,
  objFile,
  offFile,
  stlFile,
  torus,
  tube,
} from "../support/surfaces.js";
import { runErfem, useFolder } from "./run-erfem.js";

const path = useFolder();

interface SurfaceJson {
  readonly nodes: number;
  readonly phases: readonly { readonly name: string; readonly volume: number }[];
  readonly periodic: object | null;
  readonly surface: {
    readonly format: string;
    readonly volume: number;
    readonly area: number;
    readonly numComponents: number;
    readonly isPeriodic: boolean;
  };
  readonly meshVolume: number;
  readonly meshArea: number;
}

async function meshSurface(...args: string[]): Promise<{ json: SurfaceJson; stderr: string }> {
  const { code, stdout, stderr } = await runErfem(["mesh", "surface", ...args, "--json"], { cwd: path() });
  expect(code, stderr).toBe(0);
  return { json: JSON.parse(stdout) as SurfaceJson, stderr };
}

async function homogenizedDiagonal(phase: string, file: string): Promise<number[]> {
  const { code, stdout, stderr } = await runErfem(["homogenize", path(file), "--json"]);
  expect(code, stderr).toBe(0);
  const { phases } = JSON.parse(stdout) as { phases: Record<string, { homogenized: number[][] }> };
  return [0, 1, 2].map((k) => phases[phase].homogenized[k][k]);
}

describe("erfem mesh surface", () => {
  it("keeps a closed surface as it is, and homogenizes like the family of spheres", async () => {
    const radius = 0.3;
    writeFileSync(path("ball.stl"), stlFile(icosphere(3, radius, [0.5, 0.5, 0.5])));
    const { json } = await meshSurface("ball.stl", "--box", "0,0,0,1,1,1", "-o", "ball.msh");
    expect(json.surface).toMatchObject({ format: "binary STL", numComponents: 1, isPeriodic: true });
    // The triangles of the surface are those of the mesh: what is left is round-off.
    expect(Math.abs(json.meshArea / json.surface.area - 1)).toBeLessThan(1e-10);
    expect(Math.abs(json.meshVolume / json.surface.volume - 1)).toBeLessThan(1e-10);
    // An inscribed polyhedron of edges h is too small by about h^2 / (4 r^2) in volume: 1280 triangles, h = 0.046.
    expect(json.meshVolume / ((4 / 3) * Math.PI * radius ** 3)).toBeGreaterThan(0.99);
    expect(json.meshVolume / ((4 / 3) * Math.PI * radius ** 3)).toBeLessThan(1);
    const family = [
      "mesh",
      "spheres-sc",
      "--set",
      "r=150",
      "--set",
      "period=500",
      "--size",
      "25",
      "-o",
      path("sc.msh"),
    ];
    expect((await runErfem(family)).code).toBe(0);
    const [own, other] = [
      await homogenizedDiagonal("cytosol", "ball.msh"),
      await homogenizedDiagonal("cytosol", "sc.msh"),
    ];
    // Both meshes have errors of about 0.2 % at these sizes.
    for (let k = 0; k < 3; k++) expect(Math.abs(own[k] / other[k] - 1)).toBeLessThan(4e-3);
  });

  it("meshes tubes cut open at the box, the same on opposite faces", async () => {
    const surface = join(
      tube(0, [0, 1], 0.12, [0.3, 0.3], 24, 20),
      tube(1, [0, 1], 0.12, [0.7, 0.7], 24, 20),
      tube(2, [0, 1], 0.1, [0.3, 0.7], 24, 20),
    );
    writeFileSync(path("tubes.obj"), objFile(surface));
    const { json, stderr } = await meshSurface("tubes.obj", "-o", "tubes.msh");
    expect(stderr).toBe("");
    expect(json.periodic).not.toBeNull();
    expect(json.surface.numComponents).toBe(3);
    expect(Math.abs(json.meshVolume / json.surface.volume - 1)).toBeLessThan(1e-10);
    // A straight prism conducts along its axis like its cross-section: n/2 r^2 sin(2 pi / n).
    const section = (r: number): number => 12 * r ** 2 * Math.sin(Math.PI / 12);
    const diagonal = await homogenizedDiagonal("ER", "tubes.msh");
    [0.12, 0.12, 0.1].forEach((r, k) => {
      expect(Math.abs(diagonal[k] - section(r))).toBeLessThan(1e-6);
    });
  });

  it("cuts off what reaches out of the box, and says that the cell is not periodic", async () => {
    writeFileSync(path("half.off"), offFile(icosphere(2, 0.3, [0.9, 0.5, 0.5])));
    const { json, stderr } = await meshSurface("half.off", "--box", "0,0,0,1,1,1", "-o", "half.msh");
    expect(stderr).toMatch(/reached out of the box: cut/);
    expect(stderr).toMatch(/not periodic.*--boundary dirichlet/);
    expect(json.surface.isPeriodic).toBe(false);
    expect(Math.abs(json.meshVolume / json.surface.volume - 1)).toBeLessThan(1e-10);
    const { code } = await runErfem(["homogenize", path("half.msh"), "--boundary", "dirichlet", "--quiet"]);
    expect(code).toBe(0);
  });

  it("meshes a tilted ellipsoid of OBJ and OFF alike, and another size by Gmsh", async () => {
    const [a, b, c] = [0.35, 0.2, 0.25];
    const [cos, sin] = [Math.cos(0.6), Math.sin(0.6)];
    const ellipsoid = moved(icosphere(3, 1, [0, 0, 0]), ([x, y, z]) => [
      0.5 + cos * a * x - sin * b * y,
      0.5 + sin * a * x + cos * b * y,
      0.5 + c * z,
    ]);
    writeFileSync(path("ellipsoid.obj"), objFile(ellipsoid));
    writeFileSync(path("ellipsoid.off"), offFile(ellipsoid));
    const box = ["--box", "0,0,0,1,1,1", "-o", "ellipsoid.msh"];
    const { json: obj } = await meshSurface("ellipsoid.obj", ...box);
    const { json: off } = await meshSurface("ellipsoid.off", ...box, "--size", "0.07");
    expect(Math.abs(off.surface.volume / obj.meshVolume - 1)).toBeLessThan(1e-10);
    const exact = (4 / 3) * Math.PI * a * b * c;
    // Inscribed polyhedra: h^2 / (4 r^2) with h = 0.04 and 0.07, r = 0.25, and what the coarser one loses of the finer.
    expect(Math.abs(obj.meshVolume / exact - 1)).toBeLessThan(0.01);
    expect(Math.abs(off.meshVolume / exact - 1)).toBeLessThan(0.035);
    expect(off.nodes).toBeLessThan(0.7 * obj.nodes);
  });

  it("meshes tubes anew with another size, the same on opposite faces", async () => {
    const surface = join(tube(0, [0, 1], 0.15, [0, 0.5], 32, 24), tube(0, [0, 1], 0.15, [1, 0.5], 32, 24));
    writeFileSync(path("fine.stl"), asciiStl(surface));
    const { json } = await meshSurface(
      "fine.stl",
      "--box",
      "0,0,0,1,1,1",
      "--size",
      "0.06",
      "-o",
      "coarse.msh",
    );
    expect(json.periodic).not.toBeNull();
    // A polygon of edges h in a circle: 1 - (h / r)^2 / 6.
    expect(Math.abs(json.meshVolume / json.surface.volume - 1)).toBeLessThan(0.06);
  });

  it("meshes the signed distance from a torus on a lattice, without Gmsh", async () => {
    writeFileSync(path("torus.stl"), stlFile(torus(0.25, 0.1, [0.5, 0.5, 0.5], 48, 24)));
    const args = [
      "--box",
      "0,0,0,1,1,1",
      "--mesher",
      "lattice",
      "--size",
      "0.04",
      "-o",
      path("torus.msh"),
      "--json",
    ];
    const env = { ERFEM_GMSH: "/no/gmsh" };
    const { code, stdout, stderr } = await runErfem(["mesh", "surface", path("torus.stl"), ...args], { env });
    expect(code, stderr).toBe(0);
    const json = JSON.parse(stdout) as SurfaceJson;
    // Second order, (0.04 / 0.1)^2 / 6, and the 24-gon of the surface itself, 1.1 %.
    const exact = 2 * Math.PI ** 2 * 0.25 * 0.1 ** 2;
    expect(Math.abs(json.meshVolume / exact - 1)).toBeLessThan(0.045);
    // The same surface without grading has more nodes around it; Gmsh knows no lattice.
    const uniform = await runErfem(["mesh", "surface", path("torus.stl"), ...args, "--grading", "1"], {
      env,
    });
    expect((JSON.parse(uniform.stdout) as { nodes: number }).nodes).toBeGreaterThan(
      (JSON.parse(stdout) as { nodes: number }).nodes,
    );
    const refused = await runErfem([
      ...["mesh", "surface", path("torus.stl"), "--box", "0,0,0,1,1,1", "--grading", "2"],
      ...["-o", path("no.msh")],
    ]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("[contradicting-options]")]);
  });

  it("names what is wrong with a surface, and writes nothing", async () => {
    const surface = join(icosphere(2, 0.3, [0.4, 0.5, 0.5]), icosphere(2, 0.3, [0.6, 0.5, 0.5]));
    writeFileSync(path("crossing.stl"), stlFile(surface));
    const args = ["mesh", "surface", path("crossing.stl"), "--box", "0,0,0,1,1,1", "-o", path("no.msh")];
    const { code, stderr } = await runErfem(args);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /pairs of triangles .* cross or touch each other, at \(0\..*\[surface-self-intersecting\]/,
    );
    expect(existsSync(path("no.msh"))).toBe(false);
  });

  it("proposes a box where none is given", async () => {
    writeFileSync(path("ball.stl"), stlFile(icosphere(1, 0.3, [0.5, 0.5, 0.5])));
    const { code, stderr } = await runErfem(["mesh", "surface", path("ball.stl"), "-o", path("none.msh")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--box 0\.\d+,.*\[box-missing\]/);
    expect(existsSync(path("none.msh"))).toBe(false);
  });
});
