import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lastJson, runProgram } from "./run-program.js";

export const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
/** Debian's interpreter: its packages are not seen by another. */
const PYTHON = "/usr/bin/python3";
/** Tag of the physical volume "cytosol" in the built-in geometries. */
export const CYTOSOL_TAG = "2";

const PEERS = {
  petsc: { title: "PETSc + hypre", script: "petsc_hypre.py", largestNodes: Infinity },
  freefem: { title: "FreeFEM", script: "freefem_cell.py", largestNodes: Infinity },
  // Above this it needs more memory than most machines have, and minutes.
  sfepy: { title: "SfePy", script: "sfepy_cell.py", largestNodes: 6e5 },
};

/** Path of a script in this folder. */
export function scriptPath(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Command of a peer's script. */
export function peerCommand(script, ...args) {
  return [PYTHON, scriptPath(`peers/${script}`), ...args];
}

/** Command of a script of ours that runs in a process of its own. */
export function ownCommand(script, ...args) {
  return [process.execPath, scriptPath(script), ...args.map(String)];
}

/** Whether `erfem homogenize` knows `--jobs`. */
export async function knowsJobs() {
  return (await runProgram([process.execPath, CLI, "homogenize", "--help"])).stdout.includes("--jobs");
}

/**
 * The programs that take a mesh file of this size to a tensor: `{id, title, run(cores)}`; `run` resolves to the outside
 * measurements with `answer` in them: tensor, nodes, cells, dofs, iterations, seconds by step.
 */
export function wholePrograms({ mesh, nodes, output, peers, hasJobs }) {
  const phase = ["--phase", "cytosol"];
  const oneJob = hasJobs ? ["--jobs", "1"] : [];
  const looser = ["--tolerance", "1e-8"];
  const programs = [
    { id: "erfem", title: "erfem", run: (cores) => runErfem(mesh, [...phase, ...oneJob], output, cores) },
    {
      id: "erfem8",
      title: "erfem --tolerance 1e-8",
      run: (cores) => runErfem(mesh, [...phase, ...oneJob, ...looser], output, cores),
    },
  ];
  for (const id of peers) {
    const peer = PEERS[id];
    if (peer === undefined)
      throw new Error(`there is no peer "${id}"; expected ${Object.keys(PEERS).join(", ")}`);
    if (nodes > peer.largestNodes) continue;
    const command = peerCommand(peer.script, mesh, CYTOSOL_TAG);
    programs.push({
      id,
      title: peer.title,
      run: async (cores) => {
        const measured = await runProgram(command, cores);
        return { ...measured, answer: lastJson(measured.stdout) };
      },
    });
  }
  return programs;
}

/** The larger phase alone and both phases, on all cores: what a second worker costs. */
export function phasePrograms({ mesh, output }) {
  return [
    { id: "alone", title: "cytosol alone", args: ["--phase", "cytosol", "--jobs", "1"] },
    { id: "both", title: "both phases, two workers", args: ["--jobs", "2"] },
  ].map(({ id, title, args }) => ({ id, title, run: () => runErfem(mesh, args, output, []) }));
}

/** Names of the peers' programs that are missing here. */
export async function missingPeers(peers) {
  const missing = [];
  if (peers.length > 0 && !existsSync(PYTHON)) missing.push(PYTHON);
  if (peers.includes("freefem") && !existsSync("/usr/bin/FreeFem++-nw")) missing.push("FreeFem++-nw");
  if (peers.includes("sfepy") && !(await canImport("import sfepy"))) missing.push("sfepy");
  if (peers.length > 0 && !(await canImport("import hypre_solver"))) missing.push("petsc4py");
  return missing;
}

async function canImport(statement) {
  const folder = JSON.stringify(scriptPath("peers"));
  const code = `import sys; sys.path.insert(0, ${folder}); ${statement}`;
  return runProgram([PYTHON, "-c", code]).then(
    () => true,
    () => false,
  );
}

async function runErfem(mesh, args, output, cores) {
  const measured = await runProgram(
    [process.execPath, CLI, "homogenize", mesh, ...args, "-o", output],
    cores,
  );
  const result = JSON.parse(readFileSync(output, "utf8"));
  const { homogenized, nodes, cells, dofs, solver } = result.phases.cytosol;
  const answer = {
    tensor: homogenized,
    nodes,
    cells,
    dofs,
    method: solver.method,
    iterations: solver.iterations,
    residuals: solver.relativeResidual,
    seconds: result.timings,
  };
  return { ...measured, answer };
}
