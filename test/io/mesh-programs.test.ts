import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeMsh } from "../../src/io/msh-writer.js";
import type { TetMesh } from "../../src/mesh/tet-mesh.js";
import { readMesh } from "../../src/node/read-mesh.js";
import { boxMesh } from "../support/box-mesh.js";
import { codeOf } from "../support/image-files.js";
import { dolfinFile, dolfinMarks, hdf5File, labelsOf, xdmfFile } from "../support/mesh-files.js";

/** What other programs write, read back: each cell has its corners and its region. */
const mesh = boxMesh({ counts: [2, 2, 3], volumeOf: (_, __, k) => (k === 1 ? "ER" : "cytosol") });

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "erfem-formats-"));
  writeFileSync(join(folder, "cell.msh"), writeMsh(mesh, { version: "2.2", binary: false }));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The volumes by name, and the volume of each cell by its centre: programs may renumber. */
function describeMesh(read: TetMesh): Map<string, string> {
  const names = new Map<string, string>();
  for (let cell = 0; cell < read.numCells; cell++) {
    const centre = [0, 0, 0];
    for (const node of read.cells.subarray(4 * cell, 4 * cell + 4)) {
      for (let k = 0; k < 3; k++) centre[k] += read.coordinates[3 * node + k];
    }
    // Texts of other programs round to 8 digits or more.
    names.set(
      centre.map((x) => x.toFixed(5)).join(),
      read.volumes[read.cellRegions[read.cellRegion[cell]].groups[0]].name,
    );
  }
  return names;
}

function expectSame(read: TetMesh, rename: (name: string) => string): void {
  const expected = [...describeMesh(mesh)].map(([centre, name]) => [centre, rename(name)] as const);
  expect(describeMesh(read)).toEqual(new Map(expected));
}

const tagOf = (name: string): string => `region${mesh.volumes.find((volume) => volume.name === name)?.tag}`;

describe.skipIf(spawnSync("gmsh", ["-version"]).status !== 0)("Gmsh writes", () => {
  it.each(["cell.mesh", "cell.inp"])("%s", async (file) => {
    const args = ["-save", "-v", "1", "-setnumber", "Mesh.SaveElementTagType", "2", "-o", file];
    execFileSync("gmsh", [...args, "cell.msh"], { cwd: folder });
    const { mesh: read, format } = await readMesh(join(folder, file));
    expect(format).toBe(file.endsWith(".inp") ? "Abaqus" : "medit");
    expectSame(read, file.endsWith(".inp") ? (name) => name : tagOf);
  });
});

// Debian's python3-vtk9 belongs to Debian's Python; scripts/setup --with-vtk installs it.
const python = ["/usr/bin/python3", "python3"].find(
  (command) => spawnSync(command, ["-c", "import vtk, numpy"]).status === 0,
);

const script = `
import sys, vtk
grid = vtk.vtkUnstructuredGrid()
points = vtk.vtkPoints(); points.SetDataTypeToDouble()
numbers = sys.stdin.read().split("|")
x = [float(v) for v in numbers[0].split()]
for i in range(0, len(x), 3): points.InsertNextPoint(x[i:i + 3])
grid.SetPoints(points)
cells = [int(v) for v in numbers[1].split()]
for i in range(0, len(cells), 4): grid.InsertNextCell(vtk.VTK_TETRA, 4, cells[i:i + 4])
grid.InsertNextCell(vtk.VTK_TRIANGLE, 3, [0, 1, 2])
region = vtk.vtkIntArray(); region.SetName("CellEntityIds")
for v in numbers[2].split() + ["77"]: region.InsertNextValue(int(v))
grid.GetCellData().AddArray(region)
for mode in "ascii", "binary", "raw", "base64":
    for header in 32, 64:
        for compressor in "none", "zlib", "lz4":
            for order in "little", "big":
                writer = vtk.vtkXMLUnstructuredGridWriter()
                writer.SetInputData(grid)
                writer.SetFileName(f"{mode}-{header}-{compressor}-{order}.vtu")
                if mode == "ascii": writer.SetDataModeToAscii()
                elif mode == "binary": writer.SetDataModeToBinary()
                else:
                    writer.SetDataModeToAppended(); writer.SetEncodeAppendedData(mode == "base64")
                if header == 32: writer.SetHeaderTypeToUInt32()
                else: writer.SetHeaderTypeToUInt64()
                if compressor == "none": writer.SetCompressorTypeToNone()
                elif compressor == "zlib": writer.SetCompressorTypeToZLib()
                else: writer.SetCompressorTypeToLZ4()
                writer.SetBlockSize(512)
                if order == "little": writer.SetByteOrderToLittleEndian()
                else: writer.SetByteOrderToBigEndian()
                writer.Write()
`;

describe.skipIf(python === undefined)("VTK writes", () => {
  it("32 kinds of .vtu that are read, and 16 in LZ4 that are refused by name", async () => {
    const input = [mesh.coordinates, mesh.cells, labelsOf(mesh)].map((values) => values.join(" ")).join("|");
    execFileSync(python ?? "", ["-c", script], { cwd: folder, input });
    for (const mode of ["ascii", "binary", "raw", "base64"]) {
      for (const kind of ["32-none", "32-zlib", "64-none", "64-zlib"]) {
        for (const order of ["little", "big"]) {
          const { mesh: read } = await readMesh(join(folder, `${mode}-${kind}-${order}.vtu`));
          expect(read.cells, `${mode}-${kind}-${order}`).toEqual(mesh.cells);
          expectSame(read, (name) => `region${mesh.volumes.findIndex((volume) => volume.name === name) + 1}`);
        }
      }
    }
    expect(await codeOf(readMesh(join(folder, "raw-64-lz4-little.vtu")))).toBe("vtu-unsupported");
  });
});

describe("files beside a mesh", () => {
  it("DOLFIN's marks are found, and said; --region-file names others; beside another format they are refused", async () => {
    writeFileSync(join(folder, "spine.xml"), dolfinFile(mesh, false));
    const alone = await readMesh(join(folder, "spine.xml"));
    expect(alone.mesh.volumes.map(({ name }) => name)).toEqual(["volume1"]);
    writeFileSync(join(folder, "spine_physical_region.xml"), dolfinMarks(mesh));
    const found = await readMesh(join(folder, "spine.xml"));
    expect(found.mesh.volumes.map(({ name }) => name)).toEqual(["region1", "region2"]);
    expect(found.mesh.report.warnings.join()).toContain("spine_physical_region.xml");
    const regionFile = join(folder, "spine_physical_region.xml");
    const asked = await readMesh(join(folder, "spine.xml"), { regionFile });
    expect(asked.mesh.report.warnings).toEqual([]);
    expect(await codeOf(readMesh(join(folder, "cell.msh"), { regionFile }))).toBe("region-file-unused");
  });

  it("XDMF finds its .h5, and opens none outside of its folder", async () => {
    mkdirSync(join(folder, "inner"));
    writeFileSync(join(folder, "inner", "a.xdmf"), xdmfFile(mesh, "HDF"));
    expect(await codeOf(readMesh(join(folder, "inner", "a.xdmf")))).toBe("mesh-file-missing");
    writeFileSync(join(folder, "inner", "cell.h5"), await hdf5File(mesh));
    expect((await readMesh(join(folder, "inner", "a.xdmf"))).mesh.cells).toEqual(mesh.cells);
    const text = new TextDecoder().decode(xdmfFile(mesh, "HDF")).replaceAll("cell.h5", "../cell.h5");
    writeFileSync(join(folder, "inner", "b.xdmf"), text);
    expect(await codeOf(readMesh(join(folder, "inner", "b.xdmf")))).toBe("file-unreadable");
  });
});
