import { statSync } from "node:fs";
import { prepareVariants } from "./meshes.js";
import { CYTOSOL_TAG, ownCommand, peerCommand } from "./programs.js";
import { lastJson, runProgram } from "./run-program.js";

/** Repetitions inside each process, of which the first is dropped; fewer where each takes seconds. */
const INNER_REPEATS = 4;
const SLOW_INNER_REPEATS = 2;
/** Size from which a file counts as slow, bytes. */
const LARGE_FILE = 1e8;

/**
 * Reading one mesh: binary against the peers' numpy reader, as text, and compressed against gunzip; interleaved.
 *
 * @returns seconds as arrays, sizes in bytes; `numpy` is empty without peers
 */
export async function measureParser({ mesh, name, options, cores, log }) {
  const { ascii, gzip } = await prepareVariants(mesh);
  const seconds = { binaryRead: [], binaryParse: [], asciiParse: [], gzipRead: [], gunzip: [], numpy: [] };
  for (let round = 0; round < Math.min(options.repeats, 3); round++) {
    const binary = await runOwn(mesh, cores);
    seconds.binaryRead.push(...binary.read);
    seconds.binaryParse.push(...binary.parse);
    if (options.peers.length > 0) {
      const command = peerCommand("read_mesh.py", mesh, CYTOSOL_TAG, String(INNER_REPEATS));
      seconds.numpy.push(...lastJson((await runProgram(command, cores)).stdout).seconds.slice(1));
    }
    seconds.asciiParse.push(...(await runOwn(ascii, cores)).parse);
    seconds.gzipRead.push(...(await runOwn(gzip, cores)).read);
    for (let i = 1; i < INNER_REPEATS; i++) {
      seconds.gunzip.push((await runProgram(["sh", "-c", `gunzip -c '${gzip}' > /dev/null`], cores)).wall);
    }
    log(`round ${round + 1}: parser`);
  }
  const bytes = { binary: statSync(mesh).size, ascii: statSync(ascii).size, gzip: statSync(gzip).size };
  return { name, bytes, seconds };
}

async function runOwn(file, cores) {
  const repeats = statSync(file).size > LARGE_FILE ? SLOW_INNER_REPEATS : INNER_REPEATS;
  const { read, parse } = lastJson(
    (await runProgram(ownCommand("warm-parser.js", file, repeats), cores)).stdout,
  );
  return { read: read.slice(1), parse: parse.slice(1) };
}
