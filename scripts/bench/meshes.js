import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { runProgram } from "./run-program.js";

/**
 * Mesh sizes h (uniform, Gmsh 4.8.4, HXT) that give about these numbers of nodes in the cytosol. HXT is not
 * reproducible, and the number is no smooth function of h: it is measured and printed with every result.
 */
const SIZE_OF_NODES = [
  [20e3, 0.035],
  [100e3, 0.0198],
  [500e3, 0.01114],
  [1e6, 0.00877],
];

/** The folder where meshes are kept between runs, outside the repository. */
export function openCache(given) {
  const base = process.env["XDG_CACHE_HOME"];
  const folder = given ?? join(base !== undefined && base !== "" ? base : tmpdir(), "erfem-bench");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Path of a binary MSH 4.1 mesh of the three-pipe cell with about that many nodes in the cytosol. */
export async function prepareMesh(cache, cli, nodes) {
  const h = sizeFor(nodes).toPrecision(4);
  const path = join(cache, `three-pipe-${h}.msh`);
  if (!existsSync(path)) {
    const settings = ["--set", "grading=1", "--size", h, "--algorithm", "hxt", "--quiet"];
    await runProgram([process.execPath, cli, "mesh", "three-pipe", ...settings, "-o", path]);
  }
  return path;
}

/** Paths of the same mesh as text (by Gmsh) and compressed (gzip, level 6). */
export async function prepareVariants(path) {
  const ascii = path.replace(/\.msh$/, "-ascii.msh");
  const gzip = `${path}.gz`;
  if (!existsSync(ascii)) {
    await runProgram([
      "gmsh",
      path,
      "-save",
      "-format",
      "msh41",
      "-setnumber",
      "Mesh.Binary",
      "0",
      "-o",
      `${ascii}.part.msh`,
    ]);
    renameSync(`${ascii}.part.msh`, ascii);
  }
  if (!existsSync(gzip)) {
    await pipeline(createReadStream(path), createGzip({ level: 6 }), createWriteStream(`${gzip}.part`));
    renameSync(`${gzip}.part`, gzip);
  }
  return { ascii, gzip };
}

/** Writes a table between the marks of that name in a Markdown file, or a new file with nothing else. */
export function writeBetweenMarks(path, name, text) {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const block = `${begin}\n\n${text.trim()}\n\n${end}`;
  const old = existsSync(path) ? readFileSync(path, "utf8") : `# Performance\n\n${begin}${end}\n`;
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} has no marks ${begin} and ${end} to write between`);
  writeFileSync(path, old.slice(0, from) + block + old.slice(to + end.length));
}

/** Linear between the known sizes in log-log scale, like n^(-1/3) outside. */
function sizeFor(nodes) {
  const next = SIZE_OF_NODES.findIndex(([known]) => known >= nodes);
  if (next <= 0) {
    const [known, h] = SIZE_OF_NODES.at(next === 0 ? 0 : -1);
    return h * (known / nodes) ** (1 / 3);
  }
  const [lowNodes, lowSize] = SIZE_OF_NODES[next - 1];
  const [highNodes, highSize] = SIZE_OF_NODES[next];
  const share = Math.log(nodes / lowNodes) / Math.log(highNodes / lowNodes);
  return lowSize * (highSize / lowSize) ** share;
}
