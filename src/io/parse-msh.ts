import { ParseError } from "../core/errors.js";
import type { ProgressReporter } from "../core/progress.js";
import type { Kernel } from "../kernel/kernel.js";
import type { TetMesh } from "../mesh/tet-mesh.js";
import { AsciiSource } from "./ascii-source.js";
import { BinarySource } from "./binary-source.js";
import { buildTetMesh } from "./build-tet-mesh.js";
import { readWindow, type ByteInput } from "./byte-input.js";
import { msh2Sections } from "./msh2-reader.js";
import { createMsh4Sections } from "./msh4-reader.js";
import type { MshSource } from "./msh-source.js";
import { createRawMesh, type RawMesh } from "./raw-mesh.js";

/** Options of {@link parseMsh}. */
export interface ParseMshOptions {
  /** Told after every section what share of the bytes has been read. */
  readonly progress?: ProgressReporter;
  /** Decodes and checks the cells: twice as fast for large binary files. The mesh is the same. */
  readonly kernel?: Kernel;
  /**
   * Whether the cells of a binary file may stay in the kernel, for who goes on in it: `cells` of the mesh is a copy then,
   * made when it is asked for. They take 16 bytes each, up to `releaseMesh`. Default false.
   */
  readonly staysInKernel?: boolean;
}

/**
 * Reads a Gmsh mesh: MSH 2.2 or 4.1, text or binary of either byte order. Tetrahedra and triangles of any order are
 * taken (their corners), points, lines, quadrangles and unknown sections passed over. Every count, tag and index is
 * checked before it is used, and nothing is allocated that the rest of the file could not fill.
 * @param file the file, not compressed; bytes are not changed. An input is read to its end, a binary MSH 4.1 file
 *   without ever being in memory as a whole
 * @throws ParseError with `details.section`, `details.byteOffset` and for text `details.line`: `msh-no-header`,
 *   `msh-version-unsupported`, `msh-truncated`, `msh-syntax`, `msh-count`, `msh-tag-range`, `msh-non-finite`,
 *   `msh-duplicate-node`, `msh-unknown-node`, `msh-unknown-element-type`, `msh-section-order`
 * @throws MeshError `no-tetrahedra`, `unsupported-cell-type`, `flat-cell`, `overlapping-cells`, `degenerate-facet`
 * @throws KernelError `kernel-out-of-memory`
 * @see Gmsh reference manual, section 10.1, MSH file format
 */
export function parseMsh(file: Uint8Array | ByteInput, options: ParseMshOptions = {}): TetMesh {
  const raw = createRawMesh(options.kernel ?? null, options.staysInKernel);
  try {
    readSections(file, raw, options.progress);
    return buildTetMesh(raw);
  } catch (error) {
    raw.cells.resident?.free();
    throw error;
  } finally {
    raw.cellReader?.dispose();
  }
}

function readSections(file: Uint8Array | ByteInput, raw: RawMesh, progress?: ProgressReporter): void {
  const { source, sections } = openMsh(file);
  const seen = new Set<string>();
  while (source.nextSection()) {
    const { section } = source;
    const readSection = sections.get(section);
    if (readSection === undefined) {
      source.skipSection();
    } else {
      if (seen.has(section) && section !== "ElementData")
        throw source.error("msh-section-order", `$${section} stands twice; expected it once`);
      seen.add(section);
      readSection(source, raw);
      source.endSection();
    }
    progress?.({ step: "read mesh", fraction: source.fraction, message: `$${section}` });
  }
}

/**
 * Reads $MeshFormat (`version file-type data-size`, then the int 1 in binary files) and chooses the readers.
 * Text sections before it, such as $Comments, are passed over.
 */
function openMsh(file: Uint8Array | ByteInput) {
  const text = "numBytes" in file ? new AsciiSource(readWindow(file), 0, file) : new AsciiSource(file, 0);
  text.skipSpace();
  const { bytes } = text;
  if (bytes[text.position] !== 36) {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    throw new ParseError(
      "msh-no-header",
      `The file begins with ${text.quoteNext()}; expected $MeshFormat: ` +
        (isGzip
          ? "it is compressed with gzip, decompress it first."
          : "save the mesh in Gmsh's own format, .msh."),
      { details: { section: "", byteOffset: text.position } },
    );
  }
  while (text.nextSection() && text.section !== "MeshFormat") {
    if (text.section === "NOD") throw unsupportedVersion(text, "1.0");
    if (["Nodes", "Elements", "Entities"].includes(text.section)) break;
    text.skipSection();
  }
  if (text.section !== "MeshFormat") {
    throw text.error(
      "msh-no-header",
      "The file has no $MeshFormat before its first section; expected a Gmsh mesh",
    );
  }
  return readFormat(text);
}

function readFormat(text: AsciiSource) {
  const start = text.position;
  const line = text.readLine().trim();
  const [version, fileType, dataSize, ...others] = line.split(/\s+/);
  if (others.length > 0 || !/^[01]$/.test(fileType) || !/^\d$/.test(dataSize)) {
    throw text.error("msh-syntax", 'Expected "version file-type data-size" in $MeshFormat', {}, start);
  }
  const isVersion4 = Number(version) === 4.1;
  if (!isVersion4 && Number(version) !== 2.2) throw unsupportedVersion(text, version);
  const sizeBytes = Number(dataSize);
  if (sizeBytes !== 8 && !(isVersion4 && sizeBytes === 4)) {
    const message = `The data size is ${sizeBytes}; expected ${isVersion4 ? "4 or 8" : "8"}`;
    throw text.error("msh-syntax", message, { dataSize: sizeBytes }, start);
  }
  const sections = isVersion4 ? createMsh4Sections() : msh2Sections;
  let source: MshSource = text;
  if (fileType === "1") {
    const littleEndian = readByteOrder(text);
    // The text in binary MSH 2.2, and all other text, is read from the whole file.
    if (!isVersion4) text.readToEnd();
    const layout = { littleEndian, sizeBytes: isVersion4 ? sizeBytes : 4 };
    source = new BinarySource(text.bytes, text.position, layout, text.takeInput());
    source.section = text.section;
  } else {
    text.readToEnd();
  }
  source.endSection();
  return { source, sections };
}

/** Whether the int 1 at the cursor is stored little-endian. */
function readByteOrder(text: AsciiSource): boolean {
  text.fill(4);
  const start = text.position;
  const mark = text.bytes.subarray(start, start + 4);
  if (mark.length < 4) throw text.truncated();
  text.position = start + 4;
  const isLittle = mark[0] === 1 && mark[3] === 0;
  const isBig = mark[3] === 1 && mark[0] === 0;
  if (mark[1] !== 0 || mark[2] !== 0 || !(isLittle || isBig)) {
    throw text.error(
      "msh-syntax",
      "Expected the integer 1 in four bytes, which tells the byte order",
      {},
      start,
    );
  }
  return isLittle;
}

function unsupportedVersion(text: AsciiSource, version: string): ParseError {
  const message = `The file is MSH ${version}; expected 2.2 or 4.1: save it again with gmsh -save -format msh41`;
  return text.error("msh-version-unsupported", message, { version });
}
