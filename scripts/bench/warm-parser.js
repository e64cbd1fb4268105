// Reading alone.  node warm-parser.js MESH.msh REPEATS   prints seconds of each repetition: the file (with its SHA-256 and
// decompression) and the parser.
import { performance } from "node:perf_hooks";
import { parseMsh } from "erfem";
import { readMeshFile } from "erfem/node";

const [path, repeats] = process.argv.slice(2);
const runs = { read: [], parse: [] };
let storedBytes = 0;
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const start = performance.now();
  const file = await readMeshFile(path);
  const middle = performance.now();
  parseMsh(file.bytes);
  runs.read.push((middle - start) / 1e3);
  runs.parse.push((performance.now() - middle) / 1e3);
  storedBytes = file.storedBytes;
}
console.log(JSON.stringify({ ...runs, storedBytes }));
