// npm run bench: erfem and its peers on meshes from 20 thousand to a million nodes. `-- --help` shows the options.
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { measureParser } from "./measure-parser.js";
import { measureSize } from "./measure-size.js";
import { measureRobustness } from "./measure-robustness.js";
import { openCache, prepareMesh, writeBetweenMarks } from "./meshes.js";
import { readOptions } from "./options.js";
import { CLI, knowsJobs, missingPeers } from "./programs.js";
import { formatReport, formatRobustness } from "./report.js";
import { abilities, allowedCores, runProgram } from "./run-program.js";
import { evaluateTargets } from "./targets.js";

/** Above this load average others are using the machine, and times are not to be trusted. */
const IDLE_LOAD = 0.5;

const options = readOptions(process.argv.slice(2));
const log = (line) => {
  process.stderr.write(`${line}\n`);
};
const missing = await missingPeers(options.peers);
if (missing.length > 0) {
  log(
    `bench: ${missing.join(", ")} not found; run scripts/bench/install-peers.sh, or choose others with --peers`,
  );
  process.exit(2);
}
const cores = allowedCores();
const hasJobs = await knowsJobs();
if (!hasJobs) log("erfem homogenize knows no --jobs: both phases are not measured");
if (!abilities.measuresMemory)
  log("no /usr/bin/time (Debian: time): CPU and memory of processes are not measured");
const loadBefore = loadavg()[0];
if (loadBefore > IDLE_LOAD) log(`the load average is ${loadBefore.toFixed(1)}: times will be disturbed`);

const robustness = options.robustness ? await measureRobustness({ cores: cores.slice(-1), log }) : null;
const cache = openCache(options.cache);
const sizes = [];
const parser = [];
for (const size of options.sizes) {
  log(`\n${size.name}: mesh`);
  const mesh = await prepareMesh(cache, CLI, size.nodes);
  sizes.push(await measureSize({ mesh, size, options, cores, hasJobs, log }));
  parser.push(await measureParser({ mesh, name: size.name, options, cores: cores.slice(-1), log }));
}

const machine = {
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model.trim() ?? "unknown processor",
  cores: cores.length > 0 ? cores.length : cpus().length,
  node: process.version.slice(1),
  gmsh: await gmshVersion(),
  petsc: sizes[0]?.whole.petsc?.answer.version ?? null,
  repeats: options.repeats,
  pinned: abilities.pins && cores.length > 0,
  loadBefore,
  loadAfter: loadavg()[0],
};
const targets = evaluateTargets({ sizes, parser, robustness });
const reports = {
  ...(sizes.length === 0 ? {} : { bench: formatReport({ machine, sizes, parser, targets }) }),
  ...(robustness === null ? {} : { robustness: formatRobustness(machine, robustness) }),
};
process.stdout.write(`\n${Object.values(reports).join("\n\n")}\n`);
if (options.json !== undefined) {
  const record = { schema: "erfem/bench@1", machine, targets, sizes, parser, robustness };
  writeFileSync(options.json, `${JSON.stringify(record, null, 1)}\n`);
}
if (options.markdown !== undefined) {
  for (const [name, report] of Object.entries(reports)) writeBetweenMarks(options.markdown, name, report);
}

async function gmshVersion() {
  const { stdout } = await runProgram(["sh", "-c", "gmsh --version 2>&1"]);
  return stdout.trim();
}
