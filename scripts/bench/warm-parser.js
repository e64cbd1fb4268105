// Reading alone.  node warm-parser.js MESH.msh REPEATS   prints seconds of each repetition: the file (with its SHA-256 and
// decompression) and the parser, which leaves the cells in the kernel, as `erfem homogenize` has it.
import { loadKernel, releaseMesh } from "erfem";
import { readMesh } from "erfem/node";

const [path, repeats] = process.argv.slice(2);
const kernel = await loadKernel();
const runs = { read: [], parse: [] };
let bytes = 0;
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  const { mesh, timings, storedBytes } = await readMesh(path, { kernel, staysInKernel: true });
  releaseMesh(mesh);
  runs.read.push(timings.read);
  runs.parse.push(timings.parse);
  bytes = storedBytes;
}
console.log(JSON.stringify({ ...runs, storedBytes: bytes }));
