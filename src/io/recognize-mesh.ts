/** Formats of mesh files. */
export type MeshFormat =
  "msh" | "medit" | "medit binary" | "VTU" | "Abaqus" | "DOLFIN XML" | "XDMF" | "HDF5" | "legacy VTK";

/** How far into a file its format is looked for: comments may stand first. */
const headBytes = 65536;

const extensions: readonly (readonly [pattern: RegExp, format: MeshFormat])[] = [
  [/\.mesh$/i, "medit"],
  [/\.meshb$/i, "medit binary"],
  [/\.vtu$/i, "VTU"],
  [/\.inp$/i, "Abaqus"],
  [/\.xdmf$/i, "XDMF"],
  [/\.(h5|hdf5)$/i, "HDF5"],
  [/\.xml$/i, "DOLFIN XML"],
  [/\.vtk$/i, "legacy VTK"],
];

/**
 * The format of a mesh file by its first bytes, else by the extension of its name; `msh` where neither tells, whose reader
 * says what it misses.
 *
 * @param bytes the file or its beginning, not compressed
 */
export function recognizeMesh(bytes: Uint8Array, name = ""): MeshFormat {
  if (bytes[0] === 0x89 && String.fromCharCode(...bytes.subarray(1, 4)) === "HDF") return "HDF5";
  if (isMeditBinary(bytes)) return "medit binary";
  const head = new TextDecoder("latin1")
    .decode(bytes.subarray(0, headBytes))
    .replace(/^\u00ef\u00bb\u00bf/, "");
  if (/^\s*\$/.test(head)) return "msh";
  if (/^\s*</.test(head)) {
    const root = /<(VTKFile|dolfin|Xdmf)[\s>]/.exec(head)?.[1];
    if (root === "VTKFile") return "VTU";
    if (root === "Xdmf") return "XDMF";
    if (root === "dolfin") return "DOLFIN XML";
  }
  if (/^(\s*#[^\n]*\n)*\s*MeshVersionFormatted\s/.test(head)) return "medit";
  if (head.startsWith("# vtk DataFile")) return "legacy VTK";
  if (/^\s*\*(\*|[a-z])/i.test(head)) return "Abaqus";
  const plain = name.replace(/\.gz$/i, "");
  return extensions.find(([pattern]) => pattern.test(plain))?.[1] ?? "msh";
}

/** The number 1 in four bytes of either order, then a version from 1 to 4. */
function isMeditBinary(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return [true, false].some((isLittle) => {
    const version = view.getInt32(4, isLittle);
    return view.getInt32(0, isLittle) === 1 && version >= 1 && version <= 4;
  });
}
